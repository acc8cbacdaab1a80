//! From a document to tokens: through the same checks and the same generator as any other front end.

use std::collections::HashMap;

use factum_codegen::lower::{Derived, derived};
use factum_codegen::{Placeholder, emit};
use factum_model::ast::Document;
use factum_model::{Diagnostics, resolve_and_check};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Path, Result, Token};

use crate::attributes::within;
use crate::front::Front;
use crate::places::{Places, spelling};

/// The user's own names, and where they stand: what is generated from a name leads there.
pub(crate) struct Names {
    visibility: TokenStream,
    spans: HashMap<String, Span>,
}

impl Names {
    pub(crate) fn of(item: &DeriveInput) -> Self {
        let fields: Vec<&syn::Field> = match &item.data {
            Data::Struct(data) => data.fields.iter().collect(),
            Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.fields).collect(),
            Data::Union(_) => Vec::new(),
        };
        let variants = match &item.data {
            Data::Enum(data) => data.variants.iter().map(|variant| &variant.ident).collect(),
            Data::Struct(_) | Data::Union(_) => Vec::new(),
        };
        let fields = fields.into_iter().filter_map(|field| field.ident.as_ref());
        let idents = fields.chain(variants).chain([&item.ident]);
        Self {
            visibility: item.vis.to_token_stream(),
            spans: idents.map(|ident| (ident.to_string(), ident.span())).collect(),
        }
    }
}

/// The implementations beside an item, or what is wrong with it.
pub(crate) fn beside(
    mut front: Front,
    document: &Document,
    beside: &Derived,
    names: &Names,
) -> std::result::Result<TokenStream, TokenStream> {
    let outcome = resolve_and_check(std::slice::from_ref(document), None, Diagnostics::new());
    front.report.diagnostics(&outcome.diagnostics, &front.places);
    match outcome.checked {
        Some(checked) if front.count() == 0 => {
            let tokens = emit::rust::items(&derived(checked.schema(), beside));
            let mut all = filled(tokens, &front.places, names);
            all.extend(front.functions);
            Ok(all)
        }
        Some(_) | None => Err(front.report.into_tokens()),
    }
}

/// Puts the user's tokens where a placeholder stands, and lets the user's names lead to where they were written.
fn filled(tokens: TokenStream, places: &Places, names: &Names) -> TokenStream {
    tokens.into_iter().flat_map(|token| one(token, places, names)).collect()
}

fn one(token: TokenTree, places: &Places, names: &Names) -> TokenStream {
    match token {
        TokenTree::Ident(mut ident) => {
            let text = ident.to_string();
            match Placeholder::of(&text) {
                Some(Placeholder::Opaque(id)) => places.tokens(id),
                Some(Placeholder::Visibility) => names.visibility.clone(),
                None => {
                    if let Some(span) = names.spans.get(&text) {
                        ident.set_span(*span);
                    }
                    ident.into_token_stream()
                }
            }
        }
        TokenTree::Group(group) => {
            let mut new = Group::new(group.delimiter(), filled(group.stream(), places, names));
            new.set_span(group.span());
            new.into_token_stream()
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => token.into(),
    }
}

/// What the structs of older versions derive if nothing else is said.
pub(crate) fn usual_derives() -> Vec<String> {
    ["::core::fmt::Debug", "::core::clone::Clone", "::core::cmp::PartialEq"].map(str::to_owned).into()
}

/// `(Debug, Clone)`.
pub(crate) fn derives(input: ParseStream<'_>) -> Result<Vec<String>> {
    let paths =
        within(input, |input| Punctuated::<Path, Token![,]>::parse_terminated_with(input, Path::parse_mod_style))?;
    Ok(paths.into_iter().map(|path| spelling(path.to_token_stream())).collect())
}
