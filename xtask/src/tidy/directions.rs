//! Who may import whom.

use cargo_metadata::DependencyKind;

use super::House;

/// Every crate of ours, and those of ours that it may name in its code or its build script. Tests may name any.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("factum-model", &[]),
    ("factum-codegen", &["factum-model"]),
    ("factum-macros", &["factum-codegen", "factum-model"]),
    ("factum-files", &["factum-model"]),
    ("factum-build", &["factum-codegen", "factum-files", "factum-model"]),
    ("factum", &["factum-macros"]),
    ("factum-sqlite", &["factum"]),
    ("factum-testing", &["factum", "factum-files", "factum-model"]),
    ("cargo-factum", &["factum", "factum-codegen", "factum-files", "factum-model", "factum-sqlite"]),
    ("conference", &["factum", "factum-sqlite", "factum-build"]),
    ("staffing", &["factum", "factum-sqlite", "factum-build"]),
    ("theatre", &["factum", "factum-sqlite", "factum-build"]),
    ("bank", &["factum"]),
    ("evolution", &["factum", "factum-model", "factum-build"]),
    ("factum-test-kit", &["factum-model", "factum-codegen"]),
    ("factum-hygiene", &["factum", "factum-build"]),
    ("factum-spellings", &["factum", "factum-model", "factum-codegen", "factum-test-kit"]),
    ("factum-review-tests", &["factum-model", "factum-test-kit"]),
    ("factum-sql-tests", &[]),
    ("factum-ui-tests", &[]),
    ("factum-tests", &["factum", "factum-model", "factum-codegen", "factum-test-kit"]),
    (
        "factum-benches",
        &[
            "factum",
            "factum-sqlite",
            "factum-model",
            "factum-codegen",
            "factum-build",
            "factum-test-kit",
            "cargo-factum",
        ],
    ),
    ("xtask", &["factum-model"]),
];

pub(super) fn check(house: &House) -> Vec<String> {
    let edges = house.metadata.packages.iter().map(|package| {
        let imports = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
        let ours = imports.filter(|dependency| dependency.path.is_some()).map(|dependency| dependency.name.clone());
        (package.name.to_string(), ours.collect())
    });
    forbidden(&edges.collect::<Vec<_>>())
}

/// What is said of crates and their imports.
pub(super) fn forbidden(edges: &[(String, Vec<String>)]) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, imports) in edges {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| known == name) else {
            findings.push(format!("{name} is not in the table of xtask/src/tidy/directions.rs"));
            continue;
        };
        for import in imports.iter().filter(|import| !allowed.contains(&import.as_str())) {
            findings.push(format!("{name} imports {import}, which it may not"));
        }
    }
    findings
}
