//! What reading an item needs: where things stand, and what is wrong.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, ExprLit, Generics, Ident, Lit, Meta};

use factum_model::source::Spanned;

use crate::places::Places;
use crate::report::Report;

/// The state of reading one item.
#[derive(Default)]
pub(crate) struct Front {
    pub(crate) places: Places,
    pub(crate) report: Report,
    /// Functions that give the values of `default`s, which several places of generated code call.
    pub(crate) functions: TokenStream,
    /// Where each name of the schema was met first.
    pub(crate) named: HashMap<String, Span>,
}

impl Front {
    /// How many problems there are; a part that leaves the count as it was is whole.
    pub(crate) const fn count(&self) -> usize {
        self.report.count()
    }

    /// A name of the schema: what is raw in Rust is plain there.
    pub(crate) fn name(&mut self, ident: &Ident) -> Spanned<String> {
        self.named.entry(ident.to_string()).or_insert_with(|| ident.span());
        self.places.spanned(ident.unraw().to_string(), ident.span())
    }

    /// The lines of the doc comments.
    pub(crate) fn doc(&mut self, attributes: &[Attribute]) -> Option<Spanned<String>> {
        let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let lines: Vec<(Span, String)> = docs.filter_map(doc_line).collect();
        let (span, _) = lines.first()?;
        let span = *span;
        let text = lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        Some(self.places.spanned(text, span))
    }

    /// Generic items have no one wire form.
    pub(crate) fn no_generics(&mut self, generics: &Generics, what: &str) {
        let mut span = generics.params.iter().map(syn::spanned::Spanned::span);
        if let Some(span) = span.next() {
            self.report.error(span, format!("{what} is one type: it has no type parameters and no lifetimes"));
        }
        if let Some(clause) = &generics.where_clause {
            self.report.error(clause.where_token.span, format!("{what} has no `where`"));
        }
    }

    /// An attribute of ours in a place where nobody reads it.
    pub(crate) fn unread(&mut self, attributes: &[Attribute], name: &str, instead: &str) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
            let span = attribute.path().segments[0].ident.span();
            self.report.error(span, format!("`{name}` is not read here\n  help: write it {instead}"));
        }
    }

    /// What is stored is written by factum, so serde's attributes would say what nobody does.
    pub(crate) fn no_serde(&mut self, attributes: &[Attribute], instead: &str) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            self.report.error(
                attribute.path().segments[0].ident.span(),
                format!(
                    "factum reads and writes this itself, so `#[serde(..)]` would say what nobody does\n  help: {instead}"
                ),
            );
        }
    }
}

fn doc_line(attribute: &Attribute) -> Option<(Span, String)> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    let line = text.value();
    Some((text.span(), line.strip_prefix(' ').unwrap_or(&line).to_owned()))
}
