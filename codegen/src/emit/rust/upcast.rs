//! The steps between neighbouring versions.

use proc_macro2::TokenStream;
use quote::quote;

use super::value::{access, expr, ident, sized_by_schema, structure, ty};
use crate::items::{Build, Definition, Otherwise, Upcast, UpcastBody, VariantPayload, VariantUpcast};

pub(super) fn upcast(item: &Upcast) -> TokenStream {
    let (from, to) = (ty(&item.from), ty(&item.to));
    let body = match &item.body {
        UpcastBody::Fields(build) => self::build(&quote!(Self), build),
        UpcastBody::Value(value) => {
            let value = expr(value);
            quote! { ::core::result::Result::Ok(Self(#value)) }
        }
        UpcastBody::Through(between) => {
            let between = ty(between);
            quote! {
                let old = <#between as ::factum::Upcast<#from>>::upcast(old)?;
                <Self as ::factum::Upcast<#between>>::upcast(old)
            }
        }
        UpcastBody::Variants(variants) => {
            let arms = variants.iter().map(|variant| self::variant(&from, variant));
            // Which variants become the same one is the schema's.
            quote! {
                #[allow(clippy::match_same_arms)]
                match old { #(#arms)* }
            }
        }
    };
    let lints = sized_by_schema();
    quote! {
        #[automatically_derived]
        #lints
        impl ::factum::Upcast<#from> for #to {
            fn upcast(old: #from) -> ::core::result::Result<Self, ::factum::UpcastError> {
                #body
            }
        }
    }
}

/// What is bound first, and then the value.
fn build(name: &TokenStream, build: &Build) -> TokenStream {
    let lets = build.lets.iter().map(|(names, value)| {
        let (names, value) = (names.iter().map(ident), expr(value));
        quote! { let [#(#names),*] = #value; }
    });
    let value = structure(name, &build.fields);
    quote! {
        #(#lets)*
        ::core::result::Result::Ok(#value)
    }
}

fn variant(from: &TokenStream, variant: &VariantUpcast) -> TokenStream {
    let (old, new) = (ident(&variant.from), ident(&variant.to));
    match &variant.payload {
        VariantPayload::None => quote! { #from::#old => ::core::result::Result::Ok(Self::#new), },
        VariantPayload::Text => quote! { #from::#old(text) => ::core::result::Result::Ok(Self::#new(text)), },
        VariantPayload::Fields(bindings, build) => {
            let (fields, names): (Vec<_>, Vec<_>) = bindings.iter().map(|(a, b)| (ident(a), ident(b))).unzip();
            let body = self::build(&quote!(Self::#new), build);
            // A field that the newer variant does not have is bound and not used.
            quote! {
                #[allow(unused_variables)]
                #from::#old { #(#fields: #names),* } => { #body }
            }
        }
    }
}

pub(super) fn otherwise(item: &Otherwise) -> TokenStream {
    let (name, mut ty, mut value) = (ident(&item.name), ty(&item.ty), expr(&item.value));
    if item.fallible {
        ty = quote! { ::core::result::Result<#ty, ::factum::UpcastError> };
        value = quote! { ::core::result::Result::Ok(#value) };
    }
    // A value may be of a type that is seen less than the item beside which it stands.
    let visibility = match &item.definition {
        Definition::Generated { visibility, .. } => Some(access(*visibility)),
        Definition::Beside(_) | Definition::Users => None,
    };
    quote! {
        #[doc(hidden)]
        #[derive(::core::fmt::Debug)]
        #visibility enum #name {}
        #[automatically_derived]
        impl ::factum::de::Otherwise for #name {
            type Value = #ty;
            fn value() -> #ty {
                #value
            }
        }
    }
}
