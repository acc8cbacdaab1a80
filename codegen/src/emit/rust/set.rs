//! Enums with one variant per type, and what rejections say.

use proc_macro2::TokenStream;
use quote::quote;

use super::record::eq;
use super::scalar::shown;
use super::value::{doc, head, ident, listed_by_schema, sized_by_schema, ty};
use crate::items::{Message, Messages, Set, SetVariant, Shown, Subset};

pub(super) fn set(item: &Set) -> Option<TokenStream> {
    let (docs, name, eq) = (doc(&item.doc), ident(&item.name), eq(item.eq));
    let usual = quote! { ::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #eq };
    let (derives, visibility) = head(&item.definition, &usual)?;
    let (variants, lints) = (item.variants.iter().map(variant), listed_by_schema());
    let conversions = item.variants.iter().filter(|variant| variant.emitted).map(|variant| conversion(&name, variant));
    Some(quote! {
        #docs
        #lints
        #derives
        #visibility enum #name { #(#variants),* }
        #(#conversions)*
    })
}

fn variant(variant: &SetVariant) -> TokenStream {
    let (docs, name, ty) = (doc(&variant.doc), ident(&variant.name), ty(&variant.ty));
    quote! { #docs #name(#ty) }
}

fn conversion(set: &proc_macro2::Ident, variant: &SetVariant) -> TokenStream {
    let (name, ty) = (ident(&variant.name), ty(&variant.ty));
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#ty> for #set {
            fn from(value: #ty) -> Self {
                Self::#name(value)
            }
        }
    }
}

pub(super) fn subset(item: &Subset) -> TokenStream {
    let (name, of) = (ident(&item.name), ident(&item.of));
    let variants: Vec<_> = item.variants.iter().map(ident).collect();
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#name> for #of {
            fn from(value: #name) -> Self {
                match value {
                    #(#name::#variants(event) => Self::#variants(event),)*
                }
            }
        }
    }
}

pub(super) fn message(item: &Message) -> TokenStream {
    let (name, format) = (ident(&item.name), &item.format);
    let arguments = item.arguments.iter().map(|(field, shown)| {
        let field = ident(field);
        match shown {
            Shown::Itself => quote!(self.#field),
            Shown::As { .. } => self::shown(shown, &quote!(&self.#field)),
        }
    });
    error(&name, &quote!(::core::write!(f, #format #(, #arguments)*)))
}

pub(super) fn messages(item: &Messages) -> TokenStream {
    let name = ident(&item.name);
    let variants = item.variants.iter().map(ident);
    error(
        &name,
        &quote! {
            match *self {
                #(Self::#variants(ref rejection) => ::core::fmt::Display::fmt(rejection, f),)*
            }
        },
    )
}

/// `Display` and `Error`.
fn error(name: &proc_macro2::Ident, body: &TokenStream) -> TokenStream {
    let lints = sized_by_schema();
    quote! {
        #[automatically_derived]
        #lints
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
        #[automatically_derived]
        impl ::core::error::Error for #name {}
    }
}
