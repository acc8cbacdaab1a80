//! What derived items tell the lock test.

use proc_macro2::TokenStream;
use quote::quote;

use super::value::{ident, ty};
use crate::items::{Ident, Locked, LockedAs, RustType};

pub(super) fn locked(item: &Locked) -> TokenStream {
    let (name, schema, needs) = (ident(&item.name), &item.schema, needs(&item.needs));
    let types = item.types.iter().map(|(spelling, found)| {
        let found = ty(found);
        quote! { (#spelling, generator.subschema_for::<#found>()) }
    });
    let types = quote! {
        fn types(generator: &mut ::factum::schemars::SchemaGenerator) -> ::factum::lock::Types {
            let _ = &generator;
            <[_]>::into_vec(::std::boxed::Box::new([#(#types),*]))
        }
    };
    let of = match &item.what {
        LockedAs::Event(versions, becomes) => {
            let (versions, becomes) = (self::versions(versions), self::becomes(becomes));
            quote! {
                impl<'a_> ::factum::lock::Locked<'a_> for #name #needs {
                    const SCHEMA: &'static ::core::primitive::str = #schema;
                    #versions
                    #becomes
                    #types
                }
            }
        }
        LockedAs::Value => quote! {
            impl ::factum::lock::History for #name #needs {
                const SCHEMA: &'static ::core::primitive::str = #schema;
                #types
            }
        },
    };
    quote! { ::factum::__lock! { #[automatically_derived] #of } }
}

/// What is asked only where somebody wants the JSON Schemas.
pub(super) fn needs(types: &[RustType]) -> TokenStream {
    let types = types.iter().map(ty);
    quote! { where #(for<'b_> #types: ::factum::json_schema::Known<'b_>,)* }
}

fn versions(versions: &[Ident]) -> TokenStream {
    let names: Vec<_> = versions.iter().map(ident).collect();
    let first = names.first();
    let (before, after) = (names.iter(), names.iter().skip(1));
    quote! {
        const CODE: &'static [::factum::lock::Version] = &[
            ::factum::lock::Version::first::<#first>(),
            #(::factum::lock::Version::after::<#before, #after>(),)*
        ];
    }
}

fn becomes(children: &[RustType]) -> TokenStream {
    let children = children.iter().map(ty);
    quote! {
        const BECOMES: &'static [::factum::lock::Child] = &[#(::factum::lock::Child::of::<Self, #children>(),)*];
    }
}
