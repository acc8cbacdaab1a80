//! Structs with named fields, and how they are read and written.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::scalar::write_impl;
use super::value::{doc, expr, head, ident, sized_by_schema, ty, visibility, worded_by_schema};
use crate::items::{Arm, Blank, Codec, Fill, Presence, Record, RecordField, TableField, Wire};

pub(super) fn record(item: &Record) -> TokenStream {
    let definition = definition(item);
    let wire = item.wire.as_ref().map(|wire| {
        let (record, wire) = (record_impl(item, wire), wire_impls(item, wire));
        quote! { #record #wire }
    });
    quote! { #definition #wire }
}

fn definition(item: &Record) -> Option<TokenStream> {
    let (docs, name, eq) = (doc(&item.doc), ident(&item.name), eq(item.eq));
    let usual = quote! { ::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #eq };
    let (derives, visibility) = head(&item.definition, &usual)?;
    let (fields, lints) = (item.fields.iter().map(|item| field(item, &visibility)), worded_by_schema());
    Some(quote! {
        #docs
        #lints
        #derives
        #visibility struct #name { #(#fields),* }
    })
}

/// The derive of total equality, behind the others.
pub(super) fn eq(total: bool) -> Option<TokenStream> {
    total.then(|| quote! { , ::core::cmp::Eq })
}

fn field(field: &RecordField, visibility: &TokenStream) -> TokenStream {
    let (docs, name, ty) = (doc(&field.doc), ident(&field.name), ty(&field.ty));
    quote! { #docs #visibility #name: #ty }
}

fn record_impl(item: &Record, wire: &Wire) -> TokenStream {
    let (name, text, lints) = (ident(&item.name), item.name.0.as_str(), sized_by_schema());
    let wire_names = item.fields.iter().map(|field| &field.wire_name);
    let first = wire.first.map(|version| {
        let version = Literal::u32_unsuffixed(version);
        quote! { const FIRST: ::core::primitive::u32 = #version; }
    });
    let tables = wire.tables.iter().map(|table| self::table(table));
    let draft = wire.draft.as_ref().map_or_else(|| quote!(Self), |draft| ident(draft).to_token_stream());
    let (read, fill, write) = (read_field(wire), fill(wire), write_fields(item));
    quote! {
        #[automatically_derived]
        #lints
        impl ::factum::record::Record for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const FIELDS: &'static [&'static ::core::primitive::str] = &[#(#wire_names),*];
            #first
            type Draft = #draft;
            const VERSIONS: &'static [::factum::record::Table] = &[#(#tables),*];
            #read
            #fill
            #write
        }
    }
}

pub(super) fn table(fields: &[TableField]) -> TokenStream {
    let fields = fields.iter().map(|field| {
        let (name, arm) = (&field.name, Literal::usize_unsuffixed(field.arm));
        match field.presence {
            Presence::Required => quote! { ::factum::record::required(#name, #arm) },
            Presence::Optional => quote! { ::factum::record::optional(#name, #arm) },
            Presence::Converted => quote! { ::factum::record::converted(#name, #arm) },
        }
    });
    quote! { ::factum::record::Table::new(&[#(#fields),*]) }
}

fn read_field(wire: &Wire) -> TokenStream {
    let arms = wire.arms.iter().enumerate().map(|(index, arm)| {
        let (index, body) = (Literal::usize_unsuffixed(index), self::arm(arm));
        quote! { #index => #body, }
    });
    let unknown = quote! { fields.unknown(arm) };
    let body = if wire.arms.is_empty() {
        unknown
    } else {
        quote! { match arm { #(#arms)* _ => #unknown, } }
    };
    quote! {
        fn read_field<'de, F_: ::factum::de::Fields<'de>>(
            draft: &mut Self::Draft,
            arm: ::core::primitive::u16,
            fields: &mut F_,
        ) -> ::core::result::Result<(), F_::Error> {
            #body
        }
    }
}

pub(super) fn arm(arm: &Arm) -> TokenStream {
    match arm {
        Arm::Value(field) => {
            let field = ident(field);
            quote! { fields.value(&mut draft.#field) }
        }
        Arm::Proved(field, of) => {
            let (field, of) = (ident(field), ty(of));
            quote! { fields.value::<#of>(&mut draft.#field) }
        }
        Arm::Convert(field, conversion) => {
            let (field, conversion) = (ident(field), ty(conversion));
            quote! { fields.convert::<#conversion>(&mut draft.#field) }
        }
        Arm::Check(conversion) => {
            let conversion = ty(conversion);
            quote! { fields.check::<#conversion>() }
        }
    }
}

fn fill(wire: &Wire) -> Option<TokenStream> {
    let fills = wire.fills.iter().map(added);
    (!wire.fills.is_empty()).then(|| {
        quote! {
            fn fill(
                draft: &mut Self::Draft,
                version: ::core::primitive::u32,
            ) -> ::core::result::Result<(), ::factum::UpcastError> {
                #(#fills)*
                ::core::result::Result::Ok(())
            }
        }
    })
}

fn added(fill: &Fill) -> TokenStream {
    let before = Literal::u32_unsuffixed(fill.before);
    let (names, values): (Vec<_>, Vec<_>) = fill.fields.iter().map(|(name, value)| (ident(name), expr(value))).unzip();
    quote! {
        if version < #before {
            #(draft.#names = #values;)*
        }
    }
}

fn write_fields(item: &Record) -> TokenStream {
    let fields = item.fields.iter().map(|field| {
        let name = ident(&field.name);
        write_field(field, &quote!(&self.#name))
    });
    quote! {
        fn write_fields<F_: ::factum::ser::Fields>(&self, fields: &mut F_) {
            #(#fields)*
        }
    }
}

/// Gives one field to `fields`.
pub(super) fn write_field(field: &RecordField, value: &TokenStream) -> TokenStream {
    let name = &field.wire_name;
    let Some(codec) = &field.codec else { return quote! { fields.field(#name, #value); } };
    let keep = ty(&codec.keep);
    quote! { fields.field_as::<#keep>(#name, #value); }
}

fn wire_impls(item: &Record, wire: &Wire) -> TokenStream {
    let name = ident(&item.name);
    let write = quote!(::factum::ser::record(self, serializer, context));
    let Some(draft) = &wire.draft else {
        let blanks = item.fields.iter().map(blank);
        let read = quote!(::factum::de::record(deserializer, context));
        return super::scalar::wire(&name, &read, &write, &quote!(Self { #(#blanks),* }));
    };
    let (write, serde) = (write_impl(&name, &write), serde_impls(&name, &quote!(::factum::de::record_value)));
    let draft = self::draft(item, &ident(draft));
    quote! { #write #serde #draft }
}

/// The struct that is read into, in which a field may be empty.
fn draft(item: &Record, draft: &proc_macro2::Ident) -> TokenStream {
    let (name, visibility) = (ident(&item.name), visibility());
    let (fields, blanks) = (item.fields.iter().map(draft_field), item.fields.iter().map(blank));
    let finished = item.fields.iter().map(|field| {
        let name = ident(&field.name);
        finished(field, &quote!(self.#name))
    });
    quote! {
        #[doc(hidden)]
        #[allow(missing_debug_implementations)]
        #visibility struct #draft { #(#fields),* }
        #[automatically_derived]
        impl ::factum::record::Draft<#name> for #draft {
            fn blank() -> Self {
                Self { #(#blanks),* }
            }
        }
        #[automatically_derived]
        impl ::factum::record::Finish<#name> for #draft {
            fn finish(self) -> ::core::option::Option<#name> {
                ::core::option::Option::Some(#name { #(#finished),* })
            }
        }
    }
}

pub(super) fn is_slot(field: &RecordField) -> bool {
    field.codec.as_ref().is_some_and(|codec| codec.blank == Blank::Slot)
}

/// `name: Type`, or `name: Option<Type>` for what is empty until it is read.
pub(super) fn draft_field(field: &RecordField) -> TokenStream {
    let (name, ty) = (ident(&field.name), ty(&field.ty));
    if is_slot(field) {
        quote! { #name: ::core::option::Option<#ty> }
    } else {
        quote! { #name: #ty }
    }
}

/// What a field is before it is read.
pub(super) fn blank(field: &RecordField) -> TokenStream {
    let name = ident(&field.name);
    let value = blank_value(field.codec.as_ref());
    quote! { #name: #value }
}

/// What a value is before it is read.
pub(super) fn blank_value(codec: Option<&Codec>) -> TokenStream {
    match codec.map(|codec| &codec.blank) {
        Some(Blank::Slot) => quote! { ::core::option::Option::None },
        Some(Blank::Default) => quote! { ::core::default::Default::default() },
        Some(Blank::Foreign(form)) => {
            let form = ty(form);
            quote! { ::factum::foreign::blank::<#form>() }
        }
        None => quote! { ::factum::de::blank() },
    }
}

/// What a field is in the end.
pub(super) fn finished(field: &RecordField, value: &TokenStream) -> TokenStream {
    let name = ident(&field.name);
    if is_slot(field) {
        quote! { #name: #value? }
    } else {
        quote! { #name: #value }
    }
}

/// `serde::Deserialize` and `serde::Serialize`, each a call into the runtime.
pub(super) fn serde_impls(name: &proc_macro2::Ident, read: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<'de> ::factum::serde::Deserialize<'de> for #name {
            fn deserialize<D_: ::factum::serde::Deserializer<'de>>(
                deserializer: D_,
            ) -> ::core::result::Result<Self, D_::Error> {
                #read(deserializer)
            }
        }
        #[automatically_derived]
        impl ::factum::serde::Serialize for #name {
            fn serialize<S_: ::factum::serde::Serializer>(
                &self,
                serializer: S_,
            ) -> ::core::result::Result<S_::Ok, S_::Error> {
                ::factum::ser::value(self, serializer)
            }
        }
    }
}
