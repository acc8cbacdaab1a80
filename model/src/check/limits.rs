//! What is more than the Rust compiler bears, said here and not by it.

use core::cmp::Reverse;

use crate::ast::{Document, Field, TypeBody};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::Catalog;
use crate::source::Spanned;

/// How many fields there may be in one place. rustc compares structs field by field within one expression, and overflows
/// its stack at about 6,000 of them.
const MAX_FIELDS: usize = 2_000;

/// What has fields has a bearable number of them, counted over all versions.
pub(super) fn fields_are_not_too_many(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    let of_documents = catalog.documents.iter().flat_map(of_document);
    let of_types = catalog.type_ids().flat_map(|(_, declared)| of_type(&declared.decl.name, &declared.decl.body));
    let mut found: Vec<_> = of_documents.chain(of_types).filter(|(_, count)| *count > MAX_FIELDS).collect();
    found.sort_by_key(|(_, count)| Reverse(*count));
    for (name, count) in found {
        let message = format!("`{}` has {count} fields, which is more than the Rust compiler bears", name.value);
        diagnostics.push(
            Diagnostic::error(Code::TooManyFields, name.origin, message).help(format!(
                "at most {MAX_FIELDS} are possible: group them in types of their own, or in a list or map"
            )),
        );
    }
}

/// Names, and how many fields they have.
fn of_document(document: &Document) -> Vec<(&Spanned<String>, usize)> {
    let events = document.events.iter().map(|event| (&event.name, event.fields.len()));
    let commands = document.commands.iter().flat_map(|all| &all.value);
    let commands = commands.map(|command| (&command.name, command.fields.len()));
    let rejections = document.rejections.iter().flat_map(|all| &all.value);
    let rejections = rejections.map(|rejection| (&rejection.name, rejection.fields.len()));
    let state = document.aggregate.iter().zip(&document.state).map(|(name, state)| (name, state.value.len()));
    let policies = document.policies.iter().map(|policy| (&policy.name, policy.state.len()));
    events.chain(commands).chain(rejections).chain(state).chain(policies).collect()
}

fn of_type<'a>(name: &'a Spanned<String>, body: &'a TypeBody) -> Vec<(&'a Spanned<String>, usize)> {
    let count = |fields: &[Field]| fields.len();
    match body {
        TypeBody::Struct(fields) => vec![(name, count(fields))],
        TypeBody::Union(variants) => variants.value.iter().map(|kind| (&kind.name, count(&kind.fields))).collect(),
        TypeBody::Newtype { .. } | TypeBody::Enum(_) | TypeBody::Broken => Vec::new(),
    }
}
