//! What stands in for the implementations of an item with mistakes, so that whoever uses it is not blamed too.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// An event that does nothing.
pub(crate) fn event(name: &Ident) -> TokenStream {
    let serde = serde(name);
    quote! {
        #serde
        #[automatically_derived]
        impl ::factum::de::Read for #name {
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
        impl ::factum::ser::Write for #name {
            fn write<S_: ::factum::serde::Serializer>(
                &self,
                _: S_,
                _: &::factum::ser::Context,
            ) -> ::core::result::Result<S_::Ok, S_::Error> {
                loop {}
            }
        }
        #[automatically_derived]
        impl ::factum::record::Record for #name {
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
        impl ::factum::Event for #name {
            const TYPE: &'static ::core::primitive::str = "";
            const VERSION: ::core::primitive::u32 = 1;
            const READABLE_FROM: ::core::primitive::u32 = 1;
        }
        #[automatically_derived]
        impl ::factum::event::Stored for #name {
            const NAMES: &'static [::factum::event::Name] = &[];
        }
        #[automatically_derived]
        impl ::factum::event::Version for #name {
            type Newest = Self;
            fn newest(self) -> ::core::result::Result<Self, ::factum::UpcastError> {
                ::core::result::Result::Ok(self)
            }
        }
        #[automatically_derived]
        impl<'a> ::factum::event::Emitted<'a> for #name {}
        #[automatically_derived]
        impl<S_> ::factum::event::ReadAs<S_> for #name {
            fn read_as(self) -> ::core::result::Result<::factum::Decoded<S_>, ::factum::UpcastError> {
                ::core::result::Result::Ok(::factum::Decoded::None)
            }
        }
    }
}

/// A type that serde knows, and that does nothing.
pub(crate) fn serde(name: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<'de> ::factum::serde::Deserialize<'de> for #name {
            fn deserialize<D_: ::factum::serde::Deserializer<'de>>(
                _: D_,
            ) -> ::core::result::Result<Self, D_::Error> {
                loop {}
            }
        }
        #[automatically_derived]
        impl ::factum::serde::Serialize for #name {
            fn serialize<S_: ::factum::serde::Serializer>(
                &self,
                _: S_,
            ) -> ::core::result::Result<S_::Ok, S_::Error> {
                loop {}
            }
        }
    }
}
