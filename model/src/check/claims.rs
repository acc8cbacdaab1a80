//! What is asked of several catalogs together.

use std::collections::BTreeMap;

use crate::ast::Document;
use crate::catalog::CONFIG;
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Origin;

/// A context belongs to one catalog: what it stores is checked, locked and reviewed as a whole. Answers for each catalog
/// which it claims that one before it has.
pub(crate) fn contexts_belong_to_one_catalog(catalogs: &[&[Document]]) -> Vec<Diagnostics> {
    let mut owners: BTreeMap<&str, (usize, Origin)> = BTreeMap::new();
    let mut found: Vec<Diagnostics> = catalogs.iter().map(|_| Diagnostics::new()).collect();
    let documents =
        catalogs.iter().enumerate().flat_map(|(catalog, documents)| documents.iter().map(move |of| (catalog, of)));
    for (catalog, document) in documents.filter(|(_, document)| !document.context.value.is_empty()) {
        let context = &document.context;
        let (owner, first) = *owners.entry(&context.value).or_insert((catalog, context.origin));
        if owner != catalog {
            found[catalog].push(contested(&context.value, context.origin, first));
        }
    }
    found
}

fn contested(context: &str, origin: Origin, first: Origin) -> Diagnostic {
    Diagnostic::error(Code::ContextClaimed, origin, format!("two catalogs claim the context `{context}`"))
        .related(first, "the other catalog claims it here")
        .help(format!("keep all files of a context below one `{CONFIG}`"))
        .help("or give one of them a context of its own, if nothing of it has been stored yet")
}
