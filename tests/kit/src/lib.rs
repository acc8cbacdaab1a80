//! What the tests are made with: goldens, random schemas with random histories, and broken payloads.
//!
//! [`schema::schemas`] is the proptest strategy of whole schemas, [`schema::schemas_with_policies`] of those that say what is
//! not stored too. Generated Rust has to be compiled, so a build script
//! takes a batch of them from a fixed seed and lets [`glue::module`] write, beside what factum generates, what a test
//! needs to call it; also the steps that a user writes ([`by_hand`]). The model's sampler makes payloads of any event version, and [`mutate`] breaks them.

pub mod by_hand;
pub mod edit;
pub mod glue;
pub mod golden;
pub mod json;
mod life;
mod literal;
pub mod mutate;
pub mod schema;
mod ty;

use factum_model::{Checked, Code, Sources, check, render};

/// What a schema means.
///
/// # Errors
/// The rendered diagnostics, warnings included: no schema here gives a reason for any, but that random ones lose fields, and
/// that their policies go in circles.
pub fn checked(yaml: &str) -> Result<Checked, String> {
    checked_files(&[("schema.yaml".to_owned(), yaml.to_owned())])
}

fn checked_files(files: &[(String, String)]) -> Result<Checked, String> {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.add(name.clone(), text.clone().into_bytes());
    }
    let mut outcome = check(&mut sources);
    outcome.diagnostics.retain(|diagnostic| !matches!(diagnostic.code, Code::UpcastLossy | Code::PolicyCircle));
    let rendered = render(&outcome.diagnostics, &sources, false);
    outcome.checked.filter(|_| rendered.is_empty()).ok_or(rendered)
}

#[cfg(test)]
mod tests;
