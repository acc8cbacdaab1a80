//! Enums whose variants have fields.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::record::{self, draft_field, eq, finished, serde_impls, table, write_field};
use super::scalar::{wire, write_impl};
use super::value::{doc, head, ident, ty, visibility};
use crate::items::{Blank, RecordField, Union, UnionVariant};

pub(super) fn union(item: &Union) -> TokenStream {
    let (definition, union, wire) = (definition(item), union_impl(item), wire_impls(item));
    let draft = item.draft.as_ref().map(|draft| self::draft(item, &ident(draft)));
    quote! { #definition #union #wire #draft }
}

fn definition(item: &Union) -> Option<TokenStream> {
    let (docs, name, eq) = (doc(&item.doc), ident(&item.name), eq(item.eq));
    let usual = quote! { ::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #eq };
    let (derives, visibility) = head(&item.definition, &usual)?;
    let variants = item.variants.iter().map(variant);
    Some(quote! {
        #docs
        #derives
        #visibility enum #name { #(#variants),* }
    })
}

fn union_impl(item: &Union) -> TokenStream {
    let (name, text) = (ident(&item.name), item.name.0.as_str());
    let kinds = item.variants.iter().map(|variant| &variant.kind);
    let tables = item.variants.iter().map(|variant| table(&variant.table));
    let draft = item.draft.as_ref().map_or_else(|| quote!(Self), |draft| ident(draft).to_token_stream());
    let (blank_of, read, kind, write) = (blank_of(item), read_field(item), kind(item), write_fields(item));
    quote! {
        #[automatically_derived]
        // Which kinds are alike, and which have no fields, is the schema's.
        #[allow(clippy::match_same_arms, clippy::match_single_binding)]
        impl ::factum::record::Union for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const KINDS: &'static [&'static ::core::primitive::str] = &[#(#kinds),*];
            const TABLES: &'static [::factum::record::Table] = &[#(#tables),*];
            type Draft = #draft;
            #blank_of
            #read
            #kind
            #write
        }
    }
}

fn wire_impls(item: &Union) -> TokenStream {
    let name = ident(&item.name);
    let write = quote!(::factum::ser::union(self, serializer, context));
    if item.draft.is_some() {
        let (write, serde) = (write_impl(&name, &write), serde_impls(&name, &quote!(::factum::de::union_value)));
        return quote! { #write #serde };
    }
    let blank = item.variants.first().map(|variant| blank(&quote!(Self), variant));
    wire(&name, &quote!(::factum::de::union(deserializer, context)), &write, &quote!(#blank))
}

/// The enum that is read into, in which a field may be empty.
fn draft(item: &Union, draft: &proc_macro2::Ident) -> TokenStream {
    let (name, visibility) = (ident(&item.name), visibility());
    let variants = item.variants.iter().map(|variant| {
        let (name, fields) = (ident(&variant.name), variant.fields.iter().map(draft_field));
        quote! { #name { #(#fields),* } }
    });
    let arms = item.variants.iter().map(|variant| {
        let kind = ident(&variant.name);
        let names: Vec<_> = variant.fields.iter().map(|field| ident(&field.name)).collect();
        let finished = variant.fields.iter().zip(&names).map(|(field, name)| finished(field, &quote!(#name)));
        quote! { Self::#kind { #(#names),* } => #name::#kind { #(#finished),* }, }
    });
    quote! {
        #[doc(hidden)]
        #[allow(missing_debug_implementations)]
        #visibility enum #draft { #(#variants),* }
        #[automatically_derived]
        impl ::factum::record::Finish<#name> for #draft {
            fn finish(self) -> ::core::option::Option<#name> {
                ::core::option::Option::Some(match self { #(#arms)* })
            }
        }
    }
}

fn variant(variant: &UnionVariant) -> TokenStream {
    let (docs, name) = (doc(&variant.doc), ident(&variant.name));
    let fields = variant.fields.iter().map(field);
    quote! { #docs #name { #(#fields),* } }
}

fn field(field: &RecordField) -> TokenStream {
    let (docs, name, ty) = (doc(&field.doc), ident(&field.name), ty(&field.ty));
    quote! { #docs #name: #ty }
}

/// A value of a kind before it is read.
fn blank(whole: &TokenStream, variant: &UnionVariant) -> TokenStream {
    let (name, fields) = (ident(&variant.name), variant.fields.iter().map(record::blank));
    quote! { #whole::#name { #(#fields),* } }
}

fn blank_of(item: &Union) -> TokenStream {
    let arms = item.variants.iter().enumerate().map(|(index, variant)| {
        let (index, blank) = (Literal::usize_unsuffixed(index), blank(&quote!(Self::Draft), variant));
        quote! { #index => ::core::option::Option::Some(#blank), }
    });
    quote! {
        fn blank_of(kind: ::core::primitive::usize) -> ::core::option::Option<Self::Draft> {
            match kind {
                #(#arms)*
                _ => ::core::option::Option::None,
            }
        }
    }
}

fn read_field(item: &Union) -> TokenStream {
    let variants = item.variants.iter().map(|variant| {
        let name = ident(&variant.name);
        let bindings = variant.fields.iter().enumerate().map(|(index, field)| {
            let (name, bound) = (ident(&field.name), value(index));
            quote! { #name: #bound }
        });
        let arms = variant.fields.iter().enumerate().map(|(index, field)| {
            let (number, bound) = (Literal::usize_unsuffixed(index), value(index));
            let read = read_value(field, &bound);
            quote! { #number => #read, }
        });
        quote! {
            Self::Draft::#name { #(#bindings),* } => match arm {
                #(#arms)*
                _ => fields.unknown(arm),
            },
        }
    });
    quote! {
        fn read_field<'de, F_: ::factum::de::Fields<'de>>(
            draft: &mut Self::Draft,
            arm: ::core::primitive::u16,
            fields: &mut F_,
        ) -> ::core::result::Result<(), F_::Error> {
            match draft { #(#variants)* }
        }
    }
}

fn read_value(field: &RecordField, bound: &proc_macro2::Ident) -> TokenStream {
    let Some(codec) = &field.codec else { return quote! { fields.value(#bound) } };
    let keep = ty(&codec.keep);
    let keep = match codec.blank {
        Blank::Slot => quote!(::factum::de::Present<#keep>),
        Blank::Default | Blank::Foreign(_) => keep,
    };
    quote! { fields.convert::<#keep>(#bound) }
}

/// What the field at this place is bound to.
fn value(index: usize) -> proc_macro2::Ident {
    quote::format_ident!("__value_{index}")
}

fn kind(item: &Union) -> TokenStream {
    let arms = item.variants.iter().enumerate().map(|(index, variant)| {
        let (index, name) = (Literal::usize_unsuffixed(index), ident(&variant.name));
        quote! { Self::#name { .. } => #index, }
    });
    quote! {
        fn kind(&self) -> ::core::primitive::usize {
            match self { #(#arms)* }
        }
    }
}

fn write_fields(item: &Union) -> TokenStream {
    let variants = item.variants.iter().map(|variant| {
        let name = ident(&variant.name);
        let (bindings, writes): (Vec<_>, Vec<_>) = variant
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let (name, bound) = (ident(&field.name), value(index));
                let write = write_field(field, &bound.to_token_stream());
                (quote! { #name: #bound }, write)
            })
            .unzip();
        quote! { Self::#name { #(#bindings),* } => { #(#writes)* } }
    });
    quote! {
        fn write_fields<F_: ::factum::ser::Fields>(&self, fields: &mut F_) {
            match self { #(#variants)* }
        }
    }
}
