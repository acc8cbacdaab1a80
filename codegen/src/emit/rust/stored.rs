//! What sets that the user lists ask of an event.

use proc_macro2::TokenStream;
use quote::quote;

use super::event::range;
use super::value::{ident, ty};
use crate::items::{Compensation, Ident, Reading, RustType, Stored};

pub(super) fn stored(item: &Stored) -> TokenStream {
    let (names, versions, reading) = (names(item), versions(item), reading(item));
    let instead = item.instead.as_ref().map(instead);
    quote! { #names #versions #reading #instead }
}

/// What is emitted in place of an event is an event.
fn instead(event: &RustType) -> TokenStream {
    let event = ty(event);
    quote! { const _: ::core::primitive::u32 = ::factum::event::version::<#event>(); }
}

fn names(item: &Stored) -> TokenStream {
    let name = ident(&item.name);
    let compensates = item.compensates.as_ref().map(compensates);
    let names = item.names.iter().map(|(wire_type, versions)| {
        let versions = versions.iter().map(range);
        quote! { ::factum::event::Name { event_type: #wire_type, versions: &[#(#versions),*] } }
    });
    quote! {
        #[automatically_derived]
        impl ::factum::event::Stored for #name {
            const NAMES: &'static [::factum::event::Name] = &[#(#names),*];
            #compensates
        }
    }
}

fn compensates(item: &Compensation) -> TokenStream {
    let (other, by) = (ident(&item.other), item.by.iter().map(ident));
    quote! {
        const COMPENSATED: ::core::option::Option<&'static ::core::primitive::str> =
            ::core::option::Option::Some(<#other as ::factum::Event>::TYPE);
        fn compensates(&self, earlier: &dyn ::core::any::Any) -> ::core::primitive::bool {
            ::factum::event::is_taken_back::<#other>(earlier, |_earlier| {
                true #(&& ::factum::event::is_same(&self.#by, &_earlier.#by))*
            })
        }
    }
}

/// How each version becomes the newest.
fn versions(item: &Stored) -> TokenStream {
    let newest = ident(&item.name);
    let later = item.versions.iter().skip(1).map(Some).chain([None]);
    item.versions.iter().zip(later).map(|(version, next)| self::version(version, next, &newest)).collect()
}

fn version(version: &Ident, next: Option<&Ident>, newest: &proc_macro2::Ident) -> TokenStream {
    let name = ident(version);
    let last = || quote! { ::core::result::Result::Ok(self) };
    let body = next.map(ident).map_or_else(last, |next| {
        quote! {
            let next = <#next as ::factum::Upcast<Self>>::upcast(self)?;
            ::factum::event::Version::newest(next)
        }
    });
    quote! {
        #[automatically_derived]
        impl ::factum::event::Version for #name {
            type Newest = #newest;
            fn newest(self) -> ::core::result::Result<#newest, ::factum::UpcastError> {
                #body
            }
        }
    }
}

fn reading(item: &Stored) -> TokenStream {
    let name = ident(&item.name);
    match &item.reading {
        Reading::Emitted => quote! {
            #[automatically_derived]
            impl<'a> ::factum::event::Emitted<'a> for #name {}
        },
        Reading::Retired => TokenStream::new(),
        Reading::Nothing => quote! {
            #[automatically_derived]
            impl<S_> ::factum::event::ReadAs<S_> for #name {
                fn read_as(self) -> ::core::result::Result<::factum::Decoded<S_>, ::factum::UpcastError> {
                    let _ = self;
                    ::core::result::Result::Ok(::factum::Decoded::None)
                }
            }
        },
        Reading::Several(versions) => several(&name, versions),
    }
}

fn several(name: &proc_macro2::Ident, versions: &[RustType]) -> TokenStream {
    let versions: Vec<_> = versions.iter().map(ty).collect();
    quote! {
        #[automatically_derived]
        impl<S_> ::factum::event::ReadAs<S_> for #name
        where
            #(S_: ::factum::event::HoldsVersion<#versions>,)*
        {
            fn read_as(self) -> ::core::result::Result<::factum::Decoded<S_>, ::factum::UpcastError> {
                let events = [#(
                    ::factum::event::read_as::<#versions, Self, S_>(::core::clone::Clone::clone(&self))?
                ),*];
                ::core::result::Result::Ok(::factum::Decoded::Several(<[_]>::into_vec(::std::boxed::Box::new(events))))
            }
        }
    }
}
