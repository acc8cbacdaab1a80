//! Newtypes and enums without payload.

use proc_macro2::TokenStream;
use quote::quote;

use super::record::{blank_value, serde_impls};
use super::value::{doc, head, ident, listed_by_schema, path, ty, worded_by_schema};
use crate::items::{Blank, Choice, ChoiceVariant, Definition, Newtype, Shown};

pub(super) fn newtype(item: &Newtype) -> TokenStream {
    let (name, inner) = (ident(&item.name), ty(&item.inner));
    let lints = worded_by_schema();
    let (definition, wire) = (newtype_definition(item), newtype_wire(item));
    let display = item.display.as_ref().map(|shown| {
        let value = self::shown(shown, &quote!(&self.0));
        display(&name, &quote!(::core::fmt::Display::fmt(#value, f)))
    });
    let key = item.key.then(|| key(&name));
    let from = matches!(item.definition, Definition::Generated { .. }).then(|| {
        quote! {
            #[automatically_derived]
            #lints
            impl ::core::convert::From<#inner> for #name {
                fn from(value: #inner) -> Self {
                    Self(value)
                }
            }
        }
    });
    quote! { #definition #wire #display #key #from }
}

fn newtype_definition(item: &Newtype) -> Option<TokenStream> {
    let (docs, name, inner) = (doc(&item.doc), ident(&item.name), ty(&item.inner));
    let lints = worded_by_schema();
    let more = item.derives.iter().map(|derive| path(derive));
    let usual = quote! { ::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq #(, #more)* };
    let (derives, visibility) = head(&item.definition, &usual)?;
    Some(quote! {
        #docs
        #lints
        #derives
        #visibility struct #name(#visibility #inner);
    })
}

fn newtype_wire(item: &Newtype) -> TokenStream {
    let name = ident(&item.name);
    let Some(codec) = &item.codec else {
        return wire(
            &name,
            &quote!(::factum::de::Read::read(deserializer, context).map(Self)),
            &quote! {
                ::factum::ser::Write::write(&self.0, serializer, context)
            },
            &quote!(Self(::factum::de::blank())),
        );
    };
    let keep = ty(&codec.keep);
    let write = quote!(<#keep as ::factum::ser::WriteAs>::write_as(&self.0, serializer, context));
    if let Blank::Foreign(_) = codec.blank {
        let read = quote!(<#keep as ::factum::de::Conversion>::read(deserializer, context).map(Self));
        let blank = blank_value(Some(codec));
        return wire(&name, &read, &write, &quote!(Self(#blank)));
    }
    let write = write_impl(&name, &write);
    let read = quote!((|deserializer| ::factum::de::kept::<#keep, _>(deserializer).map(Self)));
    let serde = serde_impls(&name, &read);
    quote! { #write #serde }
}

/// A reference to what shows the value to people.
pub(super) fn shown(shown: &Shown, value: &TokenStream) -> TokenStream {
    match shown {
        Shown::Itself => value.clone(),
        Shown::As { adapter, wire } => {
            let (adapter, wire) = (ty(adapter), ty(wire));
            quote! { &::factum::foreign::shown::<#adapter, #wire>(#value) }
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
    let (write, serde) = (write_impl(name, write), serde_impls(name, &quote!(::factum::de::value)));
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
        #write
        #serde
    }
}

/// How a value is written, for the runtime.
pub(super) fn write_impl(name: &proc_macro2::Ident, write: &TokenStream) -> TokenStream {
    quote! {
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
    let (name, definition, choice) = (ident(&item.name), choice_definition(item), choice_impl(item));
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
    let display = matches!(item.definition, Definition::Generated { .. })
        .then(|| display(&name, &quote!(f.write_str(::factum::record::Choice::text(self)))));
    quote! { #definition #choice #wire #display }
}

fn choice_definition(item: &Choice) -> Option<TokenStream> {
    let (docs, name, copy) = (doc(&item.doc), ident(&item.name), item.fallback.is_none().then(copy));
    let lints = listed_by_schema();
    let definitions = item.variants.iter().map(choice_variant);
    let fallback = item.fallback.as_ref().map(|(docs, name)| {
        let (docs, name) = (doc(docs), ident(name));
        quote! { #docs #name(::std::string::String) }
    });
    let usual = quote! {
        ::core::fmt::Debug, ::core::clone::Clone, #copy ::core::cmp::PartialEq, ::core::cmp::Eq,
        ::core::cmp::PartialOrd, ::core::cmp::Ord, ::core::hash::Hash
    };
    let (derives, visibility) = head(&item.definition, &usual)?;
    Some(quote! {
        #docs
        #lints
        #derives
        #visibility enum #name { #(#definitions,)* #fallback }
    })
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
                    ::core::option::Option::Some(Self::#fallback(::std::borrow::ToOwned::to_owned(text)))
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
