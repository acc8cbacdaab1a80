//! What stands in for the implementations of an item with mistakes, so that whoever uses it is not blamed too.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Generics, parse_quote};

/// An event that does nothing.
pub(crate) fn event(item: &DeriveInput) -> TokenStream {
    let (value, record, listed) = (value(item), record(item), listed(item));
    quote! { #value #record #listed }
}

/// A value that does nothing.
pub(crate) fn value(item: &DeriveInput) -> TokenStream {
    let (serde, wire) = (serde(item), wire(item));
    quote! { #serde #wire }
}

/// The item's parameters, which are refused, so that nobody misses them; and `more` before them.
fn generics(item: &DeriveInput, more: Option<syn::GenericParam>) -> Generics {
    let mut generics = item.generics.clone();
    if !generics.params.is_empty() {
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(Self: ::core::marker::Send + ::core::marker::Sync + 'static));
    }
    if let Some(parameter) = more {
        generics.params.insert(0, parameter);
    }
    generics
}

/// What serde knows.
fn serde(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let (plain, reading) = (generics(item, None), generics(item, Some(parse_quote!('de))));
    let ((generic, arguments, bounds), (read_generic, ..)) = (plain.split_for_impl(), reading.split_for_impl());
    quote! {
        #[automatically_derived]
        impl #read_generic ::factum::serde::Deserialize<'de> for #name #arguments #bounds {
            fn deserialize<D_: ::factum::serde::Deserializer<'de>>(
                _: D_,
            ) -> ::core::result::Result<Self, D_::Error> {
                loop {}
            }
        }
        #[automatically_derived]
        impl #generic ::factum::serde::Serialize for #name #arguments #bounds {
            fn serialize<S_: ::factum::serde::Serializer>(
                &self,
                _: S_,
            ) -> ::core::result::Result<S_::Ok, S_::Error> {
                loop {}
            }
        }
    }
}

/// What tables read and write.
fn wire(item: &DeriveInput) -> TokenStream {
    let (name, generics) = (&item.ident, generics(item, None));
    let (generic, arguments, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generic ::factum::de::Read for #name #arguments #bounds {
            fn read<'de, D_: ::factum::serde::Deserializer<'de>>(
                _: D_,
                _: &::factum::de::Context,
            ) -> ::core::result::Result<Self, D_::Error> {
                loop {}
            }
            fn blank() -> Self {
                loop {}
            }
        }
        #[automatically_derived]
        impl #generic ::factum::ser::Write for #name #arguments #bounds {
            fn write<S_: ::factum::serde::Serializer>(
                &self,
                _: S_,
                _: &::factum::ser::Context,
            ) -> ::core::result::Result<S_::Ok, S_::Error> {
                loop {}
            }
        }
    }
}

fn record(item: &DeriveInput) -> TokenStream {
    let (name, generics) = (&item.ident, generics(item, None));
    let (generic, arguments, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generic ::factum::record::Record for #name #arguments #bounds {
            const NAME: &'static ::core::primitive::str = "";
            const FIELDS: &'static [&'static ::core::primitive::str] = &[];
            const VERSIONS: &'static [::factum::record::Table] = &[];
            type Draft = Self;
            fn read_field<'de, F_: ::factum::de::Fields<'de>>(
                _: &mut Self::Draft,
                _: ::core::primitive::u16,
                _: &mut F_,
            ) -> ::core::result::Result<(), F_::Error> {
                loop {}
            }
            fn write_fields<F_: ::factum::ser::Fields>(&self, _: &mut F_) {}
        }
        #[automatically_derived]
        impl #generic ::factum::Event for #name #arguments #bounds {
            const TYPE: &'static ::core::primitive::str = "";
            const VERSION: ::core::primitive::u32 = 1;
            const READABLE_FROM: ::core::primitive::u32 = 1;
        }
    }
}

/// What a set asks: whatever it is listed as, it may be.
fn listed(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let [plain, emitted, read] =
        [None, Some(parse_quote!('a_)), Some(parse_quote!(S_))].map(|parameter| generics(item, parameter));
    let (generic, arguments, bounds) = plain.split_for_impl();
    let ((emitted, ..), (read, ..)) = (emitted.split_for_impl(), read.split_for_impl());
    quote! {
        ::factum::__lock! {
            #[automatically_derived]
            impl #emitted ::factum::lock::Locked<'a_> for #name #arguments #bounds {
                const SCHEMA: &'static ::core::primitive::str = "";
                const CODE: &'static [::factum::lock::Version] = &[];
                fn types(_: &mut ::factum::schemars::SchemaGenerator) -> ::factum::lock::Types {
                    ::std::vec::Vec::new()
                }
            }
        }
        #[automatically_derived]
        impl #generic ::factum::event::Stored for #name #arguments #bounds {
            const NAMES: &'static [::factum::event::Name] = &[];
        }
        #[automatically_derived]
        impl #generic ::factum::event::Version for #name #arguments #bounds {
            type Newest = Self;
            fn newest(self) -> ::core::result::Result<Self, ::factum::UpcastError> {
                ::core::result::Result::Ok(self)
            }
        }
        #[automatically_derived]
        impl #emitted ::factum::event::Emitted<'a_> for #name #arguments #bounds {}
        #[automatically_derived]
        impl #read ::factum::event::ReadAs<S_> for #name #arguments #bounds {
            fn read_as(self) -> ::core::result::Result<::factum::Decoded<S_>, ::factum::UpcastError> {
                ::core::result::Result::Ok(::factum::Decoded::None)
            }
        }
    }
}

/// A set of events that reads nothing.
pub(crate) fn event_set(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    quote! {
        #[automatically_derived]
        impl ::factum::EventSet for #name {
            const TYPES: &'static [&'static ::core::primitive::str] = &[];
            const READERS: &'static [::factum::event::Reader<Self>] = &[];
            fn encode(&self) -> ::core::result::Result<::factum::Encoded, ::factum::EncodeError> {
                loop {}
            }
        }
    }
}
