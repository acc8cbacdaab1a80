//! Enums whose variants have fields.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::record::{eq, table};
use super::scalar::wire;
use super::value::{doc, ident, ty};
use crate::items::{RecordField, Union, UnionVariant};

pub(super) fn union(item: &Union) -> TokenStream {
    let (docs, name, eq, text) = (doc(&item.doc), ident(&item.name), eq(item.eq), item.name.0.as_str());
    let variants = item.variants.iter().map(variant);
    let kinds = item.variants.iter().map(|variant| &variant.kind);
    let tables = item.variants.iter().map(|variant| table(&variant.table));
    let (blank_of, read, kind, write) = (blank_of(item), read_field(item), kind(item), write_fields(item));
    let blank = item.variants.first().map(blank);
    let wire = wire(
        &name,
        &quote!(::factum::de::union(deserializer, context)),
        &quote!(::factum::ser::union(self, serializer, context)),
        &quote!(#blank),
    );
    quote! {
        #docs
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #eq)]
        pub enum #name { #(#variants),* }
        #[automatically_derived]
        // Which kinds are alike, and which have no fields, is the schema's.
        #[allow(clippy::match_same_arms, clippy::match_single_binding)]
        impl ::factum::record::Union for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const KINDS: &'static [&'static ::core::primitive::str] = &[#(#kinds),*];
            const TABLES: &'static [::factum::record::Table] = &[#(#tables),*];
            #blank_of
            #read
            #kind
            #write
        }
        #wire
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

fn blank(variant: &UnionVariant) -> TokenStream {
    let name = ident(&variant.name);
    let fields = variant.fields.iter().map(|field| ident(&field.name));
    quote! { Self::#name { #(#fields: ::factum::de::blank()),* } }
}

fn blank_of(item: &Union) -> TokenStream {
    let arms = item.variants.iter().enumerate().map(|(index, variant)| {
        let (index, blank) = (Literal::usize_unsuffixed(index), blank(variant));
        quote! { #index => ::core::option::Option::Some(#blank), }
    });
    quote! {
        fn blank_of(kind: ::core::primitive::usize) -> ::core::option::Option<Self> {
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
        let arms = variant.fields.iter().enumerate().map(|(index, _)| {
            let (index, bound) = (Literal::usize_unsuffixed(index), value(index));
            quote! { #index => fields.value(#bound), }
        });
        quote! {
            Self::#name { #(#bindings),* } => match arm {
                #(#arms)*
                _ => fields.unknown(arm),
            },
        }
    });
    quote! {
        fn read_field<'de, F_: ::factum::de::Fields<'de>>(
            &mut self,
            arm: ::core::primitive::u16,
            fields: &mut F_,
        ) -> ::core::result::Result<(), F_::Error> {
            match self { #(#variants)* }
        }
    }
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
                let (name, bound, text) = (ident(&field.name), value(index), &field.wire_name);
                (quote! { #name: #bound }, quote! { fields.field(#text, #bound); })
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
