//! Schemas and locks from text.
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use factum_model::ast::Document;
use factum_model::lock::{self, Lock};
use factum_model::{Checked, Diagnostics, Sources, check, render};

/// What a right schema means; warnings are no matter here.
pub(crate) fn checked(yaml: &str) -> Checked {
    let mut sources = Sources::new();
    sources.add("schema.yaml", yaml.as_bytes().to_vec());
    let outcome = check(&mut sources);
    outcome.checked.unwrap_or_else(|| panic!("{}\n{yaml}", render(&outcome.diagnostics, &sources, false)))
}

/// What schemas say, whatever it means.
pub(crate) fn documents(yaml: &str) -> Vec<Document> {
    let mut sources = Sources::new();
    sources.add("schema.yaml", yaml.as_bytes().to_vec());
    check(&mut sources).documents
}

pub(crate) fn locked(yaml: &str) -> Lock {
    Lock::of(checked(yaml).schema())
}

/// A lock as it is read, or what is said of it.
pub(crate) fn read(text: &str) -> Result<Lock, String> {
    let mut sources = Sources::new();
    let file = sources.add("factum.lock", text.as_bytes().to_vec());
    let mut diagnostics = Diagnostics::new();
    let lock = lock::read(&mut sources, file, &mut diagnostics);
    let found = diagnostics.into_vec();
    assert_eq!(lock.is_none(), !found.is_empty(), "a lock is read whole, or not at all");
    lock.ok_or_else(|| render(&found, &sources, false))
}
