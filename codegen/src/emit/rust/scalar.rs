//! Newtypes and enums without payload.

use proc_macro2::TokenStream;
use quote::quote;

use super::record::serde_impls;
use super::value::{doc, ident, listed_by_schema, path, ty, worded_by_schema};
use crate::items::{Choice, ChoiceVariant, Newtype};

pub(super) fn newtype(item: &Newtype) -> TokenStream {
    let (docs, name, inner) = (doc(&item.doc), ident(&item.name), ty(&item.inner));
    let lints = worded_by_schema();
    let derives = item.derives.iter().map(|derive| path(derive));
    let wire = wire(
        &name,
        &quote!(::factum::de::Read::read(deserializer, context).map(Self)),
        &quote! {
            ::factum::ser::Write::write(&self.0, serializer, context)
        },
        &quote!(Self(::factum::de::blank())),
    );
    let display = item.display.then(|| display(&name, &quote!(::core::fmt::Display::fmt(&self.0, f))));
    let key = item.key.then(|| key(&name));
    quote! {
        #docs
        #lints
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #(, #derives)*)]
        pub struct #name(pub #inner);
        #wire
        #display
        #key
        #[automatically_derived]
        #lints
        impl ::core::convert::From<#inner> for #name {
            fn from(value: #inner) -> Self {
                Self(value)
            }
        }
    }
}

/// How a value is read and written, for the runtime and for serde.
pub(super) fn wire(
    name: &proc_macro2::Ident,
    read: &TokenStream,
    write: &TokenStream,
    blank: &TokenStream,
) -> TokenStream {
    let serde = serde_impls(name);
    quote! {
        #[automatically_derived]
        impl ::factum::de::Read for #name {
            fn read<'de, D_: ::factum::serde::Deserializer<'de>>(
                deserializer: D_,
                context: &::factum::de::Context,
            ) -> ::core::result::Result<Self, D_::Error> {
                #read
            }
            fn blank() -> Self {
                #blank
            }
        }
        #[automatically_derived]
        impl ::factum::ser::Write for #name {
            fn write<S_: ::factum::serde::Serializer>(
                &self,
                serializer: S_,
                context: &::factum::ser::Context,
            ) -> ::core::result::Result<S_::Ok, S_::Error> {
                #write
            }
        }
        #serde
    }
}

fn display(name: &proc_macro2::Ident, body: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
    }
}

fn key(name: &proc_macro2::Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::factum::StreamKey for #name {
            fn to_key(&self) -> ::std::string::String {
                ::factum::StreamKey::to_key(&self.0)
            }
        }
    }
}

pub(super) fn choice(item: &Choice) -> TokenStream {
    let (docs, name, copy) = (doc(&item.doc), ident(&item.name), item.fallback.is_none().then(copy));
    let lints = listed_by_schema();
    let definitions = item.variants.iter().map(choice_variant);
    let fallback = item.fallback.as_ref().map(|(docs, name)| {
        let (docs, name) = (doc(docs), ident(name));
        quote! { #docs #name(::std::string::String) }
    });
    let choice = choice_impl(item);
    let blank = item.variants.first().map(|variant| ident(&variant.name));
    let wire = wire(
        &name,
        &quote!({
            let _ = context;
            ::factum::de::choice(deserializer)
        }),
        &quote!({
            let _ = context;
            ::factum::ser::choice(self, serializer)
        }),
        &quote!(Self::#blank),
    );
    let display = display(&name, &quote!(f.write_str(::factum::record::Choice::text(self))));
    quote! {
        #docs
        #lints
        #[derive(
            ::core::fmt::Debug, ::core::clone::Clone, #copy ::core::cmp::PartialEq, ::core::cmp::Eq,
            ::core::cmp::PartialOrd, ::core::cmp::Ord, ::core::hash::Hash
        )]
        pub enum #name { #(#definitions,)* #fallback }
        #choice
        #wire
        #display
    }
}

fn copy() -> TokenStream {
    quote! { ::core::marker::Copy, }
}

fn choice_impl(item: &Choice) -> TokenStream {
    let (name, text) = (ident(&item.name), item.name.0.as_str());
    let texts: Vec<_> = item.variants.iter().map(|variant| &variant.text).collect();
    let values: Vec<_> = item.variants.iter().map(|variant| ident(&variant.name)).collect();
    let fallback = item.fallback.as_ref().map(|(_, name)| ident(name)).into_iter().collect::<Vec<_>>();
    quote! {
        #[automatically_derived]
        impl ::factum::record::Choice for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const TEXTS: &'static [&'static ::core::primitive::str] = &[#(#texts),*];
            const VALUES: &'static [Self] = &[#(Self::#values),*];
            #(
                fn fallback(text: &::core::primitive::str) -> ::core::option::Option<Self> {
                    ::core::option::Option::Some(Self::#fallback(::std::string::String::from(text)))
                }
            )*
            fn text(&self) -> &::core::primitive::str {
                match self {
                    #(Self::#values => #texts,)*
                    #(Self::#fallback(text) => text,)*
                }
            }
        }
    }
}

fn choice_variant(variant: &ChoiceVariant) -> TokenStream {
    let (docs, name) = (doc(&variant.doc), ident(&variant.name));
    quote! { #docs #name }
}
