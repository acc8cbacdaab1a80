//! Structs with named fields, and how they are read and written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::value::{doc, expr, ident, sized_by_schema, ty, worded_by_schema};
use crate::items::{Arm, Fill, Presence, Record, RecordField, TableField, Wire};

pub(super) fn record(item: &Record) -> TokenStream {
    let definition = definition(item);
    let wire = item.wire.as_ref().map(|wire| {
        let (record, wire) = (record_impl(item, wire), wire_impls(item));
        quote! { #record #wire }
    });
    quote! { #definition #wire }
}

fn definition(item: &Record) -> TokenStream {
    let (docs, name, eq) = (doc(&item.doc), ident(&item.name), eq(item.eq));
    let (fields, lints) = (item.fields.iter().map(field), worded_by_schema());
    quote! {
        #docs
        #lints
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #eq)]
        pub struct #name { #(#fields),* }
    }
}

/// The derive of total equality, behind the others.
pub(super) fn eq(total: bool) -> Option<TokenStream> {
    total.then(|| quote! { , ::core::cmp::Eq })
}

pub(super) fn field(field: &RecordField) -> TokenStream {
    let (docs, name, ty) = (doc(&field.doc), ident(&field.name), ty(&field.ty));
    quote! { #docs pub #name: #ty }
}

fn record_impl(item: &Record, wire: &Wire) -> TokenStream {
    let (name, text, lints) = (ident(&item.name), item.name.0.as_str(), sized_by_schema());
    let wire_names = item.fields.iter().map(|field| &field.wire_name);
    let first = wire.first.map(|version| {
        let version = Literal::u32_unsuffixed(version);
        quote! { const FIRST: ::core::primitive::u32 = #version; }
    });
    let tables = wire.tables.iter().map(|table| self::table(table));
    let (read, fill, write) = (read_field(wire), fill(wire), write_fields(item));
    quote! {
        #[automatically_derived]
        #lints
        impl ::factum::record::Record for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const FIELDS: &'static [&'static ::core::primitive::str] = &[#(#wire_names),*];
            #first
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
            &mut self,
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
            quote! { fields.value(&mut self.#field) }
        }
        Arm::Convert(field, conversion) => {
            let (field, conversion) = (ident(field), ty(conversion));
            quote! { fields.convert::<#conversion>(&mut self.#field) }
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
                &mut self,
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
            #(self.#names = #values;)*
        }
    }
}

fn write_fields(item: &Record) -> TokenStream {
    let fields = item.fields.iter().map(|field| {
        let (wire_name, name) = (&field.wire_name, ident(&field.name));
        quote! { fields.field(#wire_name, &self.#name); }
    });
    quote! {
        fn write_fields<F_: ::factum::ser::Fields>(&self, fields: &mut F_) {
            #(#fields)*
        }
    }
}

fn wire_impls(item: &Record) -> TokenStream {
    let names = item.fields.iter().map(|field| ident(&field.name));
    super::scalar::wire(
        &ident(&item.name),
        &quote!(::factum::de::record(deserializer, context)),
        &quote!(::factum::ser::record(self, serializer, context)),
        &quote!(Self { #(#names: ::factum::de::blank()),* }),
    )
}

/// `serde::Deserialize` and `serde::Serialize`, each a call into the runtime.
pub(super) fn serde_impls(name: &proc_macro2::Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<'de> ::factum::serde::Deserialize<'de> for #name {
            fn deserialize<D_: ::factum::serde::Deserializer<'de>>(
                deserializer: D_,
            ) -> ::core::result::Result<Self, D_::Error> {
                ::factum::de::value(deserializer)
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
