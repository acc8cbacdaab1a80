//! JSON Schemas of what has a wire form.

use proc_macro2::TokenStream;
use quote::quote;

use super::locked;
use super::value::{ident, ty};
use crate::items::{JsonSchema, SchemaBody, SchemaField, VersionOf};

pub(super) fn json_schema(item: &JsonSchema) -> TokenStream {
    let (name, text) = (ident(&item.name), item.name.0.trim_start_matches("r#"));
    let (body, key) = (body(&item.body), key(&item.body));
    let description = item.description.as_ref().map(|text| quote! { .described(#text) });
    let schema = quote! { #body #description.finish() };
    let (schema, needs) = match &item.version_of {
        Some(VersionOf { newest, number, needs }) => {
            let (newest, needs) = (ident(newest), locked::needs(needs));
            let schema = quote! {
                let schema = #schema;
                ::factum::json_schema::version_of::<#newest>(generator, #number, schema)
            };
            (schema, needs)
        }
        None => (schema, TokenStream::new()),
    };
    let items = quote! {
        #[automatically_derived]
        impl ::factum::schemars::JsonSchema for #name #needs {
            fn schema_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed(#text)
            }
            fn schema_id() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed(::core::concat!(::core::module_path!(), "::", #text))
            }
            fn json_schema(generator: &mut ::factum::schemars::SchemaGenerator) -> ::factum::schemars::Schema {
                #schema
            }
        }
        #[automatically_derived]
        impl ::factum::json_schema::Described for #name #needs {
            fn describe(generator: &mut ::factum::schemars::SchemaGenerator) -> ::factum::schemars::Schema {
                generator.subschema_for::<Self>()
            }
            #key
        }
    };
    if item.version_of.is_some() {
        quote! { ::factum::__json_schema! { #items } }
    } else {
        items
    }
}

fn body(body: &SchemaBody) -> TokenStream {
    match body {
        SchemaBody::Record(fields) => object(fields),
        SchemaBody::Newtype(inner) => {
            let inner = ty(inner);
            quote! { ::factum::json_schema::Body::of::<#inner>(generator) }
        }
        SchemaBody::Choice { texts, open: false } => quote! { ::factum::json_schema::Body::texts(&[#(#texts),*]) },
        SchemaBody::Choice { texts, open: true } => quote! { ::factum::json_schema::Body::any_text(&[#(#texts),*]) },
        SchemaBody::Union(kinds) => {
            let kinds = kinds.iter().map(|(kind, fields)| {
                let object = object(fields);
                quote! { (#kind, #object) }
            });
            quote! { ::factum::json_schema::Body::kinds(<[_]>::into_vec(::std::boxed::Box::new([#(#kinds),*]))) }
        }
    }
}

fn object(fields: &[SchemaField]) -> TokenStream {
    let fields = fields.iter().map(|field| {
        let (name, ty, description) = (&field.name, ty(&field.ty), field.description.as_deref().unwrap_or_default());
        let method = if field.optional { quote!(optional) } else { quote!(required) };
        quote! { .#method::<#ty>(generator, #name, #description) }
    });
    quote! { ::factum::json_schema::Body::object() #(#fields)* }
}

/// How it looks as the key of a map, where that is not as it looks elsewhere.
fn key(body: &SchemaBody) -> Option<TokenStream> {
    match body {
        SchemaBody::Newtype(inner) => {
            let inner = ty(inner);
            Some(quote! {
                fn describe_key(generator: &mut ::factum::schemars::SchemaGenerator) -> ::factum::schemars::Schema {
                    <#inner as ::factum::json_schema::Described>::describe_key(generator)
                }
            })
        }
        SchemaBody::Record(_) | SchemaBody::Choice { .. } | SchemaBody::Union(_) => None,
    }
}
