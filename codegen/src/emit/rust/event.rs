//! Events, their versions, and sets of them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::value::{doc, ident, sized_by_schema, structure};
use crate::items::{Alias, Event, EventSet, Upcast};

pub(super) fn event(item: &Event) -> TokenStream {
    let (name, wire_type) = (ident(&item.name), &item.wire_type);
    let [version, readable_from] = [item.version, item.readable_from].map(Literal::u32_unsuffixed);
    quote! {
        #[automatically_derived]
        impl ::factum::Event for #name {
            const TYPE: &'static ::core::primitive::str = #wire_type;
            const VERSION: ::core::primitive::u32 = #version;
            const READABLE_FROM: ::core::primitive::u32 = #readable_from;
        }
    }
}

pub(super) fn alias(item: &Alias) -> TokenStream {
    let (docs, name, of) = (doc(&item.doc), ident(&item.name), ident(&item.of));
    quote! { #docs pub type #name = #of; }
}

pub(super) fn upcast(item: &Upcast) -> TokenStream {
    let (from, to) = (ident(&item.from), ident(&item.to));
    let (value, lints) = (structure(&quote!(Self), &item.fields), sized_by_schema());
    quote! {
        #[automatically_derived]
        #lints
        impl ::factum::Upcast<#from> for #to {
            fn upcast(old: #from) -> ::core::result::Result<Self, ::factum::UpcastError> {
                ::core::result::Result::Ok(#value)
            }
        }
    }
}

pub(super) fn event_set(item: &EventSet) -> TokenStream {
    let name = ident(&item.name);
    let variants = item.variants.iter().map(ident);
    let types = item.readers.iter().map(|(wire_type, _)| wire_type);
    let readers = item.readers.iter().map(|(wire_type, variant)| {
        let variant = ident(variant);
        quote! { (#wire_type, ::factum::event::read::<Self, #variant>) }
    });
    let lints = sized_by_schema();
    quote! {
        #[automatically_derived]
        #lints
        impl ::factum::EventSet for #name {
            const TYPES: &'static [&'static ::core::primitive::str] = &[#(#types),*];
            const READERS: &'static [::factum::event::Reader<Self>] = &[#(#readers),*];
            fn encode(&self) -> ::core::result::Result<::factum::Encoded, ::factum::EncodeError> {
                match *self {
                    #(Self::#variants(ref event) => ::factum::Event::encode(event),)*
                }
            }
        }
    }
}
