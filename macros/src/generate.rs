//! From a document to tokens: through the same checks and the same generator as any other front end.

use std::collections::HashMap;

use factum_codegen::lower::{Derived, derived};
use factum_codegen::{Placeholder, emit};
use factum_model::ast::Document;
use factum_model::spell::spell;
use factum_model::{Diagnostics, Dialect, resolve_and_check};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Path, Result, Token};

use crate::attributes::within;
use crate::fill;
use crate::front::Front;

/// The user's own names, and where they stand: what is generated from a name leads there.
pub(crate) struct Names {
    pub(crate) visibility: TokenStream,
    /// Of the item itself.
    pub(crate) item: (String, Span),
    /// Of what it consists of, and consisted of.
    pub(crate) parts: HashMap<String, Span>,
}

impl Names {
    pub(crate) fn of(item: &DeriveInput, front: &Front) -> Self {
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
        let mut parts = front.named.clone();
        parts.extend(fields.chain(variants).map(|ident| (ident.to_string(), ident.span())));
        let name = item.ident.to_string();
        parts.remove(&name);
        Self { visibility: item.vis.to_token_stream(), item: (name, item.ident.span()), parts }
    }
}

/// The implementations beside an item, or what is wrong with it.
pub(crate) fn beside(
    mut front: Front,
    document: &Document,
    beside: Derived,
    names: &Names,
) -> std::result::Result<TokenStream, TokenStream> {
    let outcome = resolve_and_check(std::slice::from_ref(document), None, Diagnostics::in_dialect(Dialect::Rust));
    front.report.diagnostics(&outcome.diagnostics, &front.places);
    match outcome.checked {
        Some(checked) if front.count() == 0 => {
            let beside = Derived { spelled: spell(document), ..beside };
            let tokens = emit::rust::items(&derived(checked.schema(), &beside));
            let mut all = fill::filled(tokens, &front.places, names);
            all.extend(front.functions);
            Ok(all)
        }
        // The defaults are there all the same: the compiler judges them too, and an editor completes in them.
        Some(_) | None => {
            let (errors, functions) = (front.report.into_tokens(), front.functions);
            Err(quote! { #errors #functions })
        }
    }
}

/// What the structs of older versions derive if nothing else is said.
pub(crate) fn usual_derives() -> Vec<String> {
    ["::core::fmt::Debug", "::core::clone::Clone", "::core::cmp::PartialEq"].map(str::to_owned).into()
}

/// `(Debug, Clone)`.
pub(crate) fn derives(front: &mut Front, input: ParseStream<'_>) -> Result<Vec<String>> {
    let paths =
        within(input, |input| Punctuated::<Path, Token![,]>::parse_terminated_with(input, Path::parse_mod_style))?;
    let ids = paths.iter().map(|path| front.places.ty(path.to_token_stream()).id);
    Ok(ids.map(|id| Placeholder::Opaque(id).identifier()).collect())
}
