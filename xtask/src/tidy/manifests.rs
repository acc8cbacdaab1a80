//! Every manifest says what the crate is, and takes the workspace's lints.

use cargo_metadata::Package;

use super::House;

pub(super) fn check(house: &House) -> Vec<String> {
    let mut findings = Vec::new();
    for package in &house.metadata.packages {
        let missing = missing(package);
        if !missing.is_empty() {
            findings.push(format!("{}: no {} in its Cargo.toml", package.name, missing.join(", ")));
        }
        let manifest = house
            .files
            .iter()
            .find(|(path, _)| package.manifest_path.as_str().ends_with(&format!("/{path}")) && path.contains('/'));
        if manifest.is_none_or(|(_, text)| !takes_lints(text)) {
            findings.push(format!("{}: no `[lints]` with `workspace = true` in its Cargo.toml", package.name));
        }
    }
    findings
}

fn missing(package: &Package) -> Vec<&'static str> {
    let rows = [
        ("description", package.description.is_none()),
        ("license", package.license.is_none()),
        ("repository", package.repository.is_none()),
        ("homepage", package.homepage.is_none()),
        ("rust-version", package.rust_version.is_none()),
        ("authors", package.authors.is_empty()),
        ("keywords", package.keywords.is_empty()),
        ("categories", package.categories.is_empty()),
    ];
    rows.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect()
}

/// Whether a manifest takes the workspace's lints.
pub(super) fn takes_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lines.next() == Some("workspace = true")
}
