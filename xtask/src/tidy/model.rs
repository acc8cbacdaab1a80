//! The model: a schema's meaning, which depends on nothing but the schema. No tokens, no files, no clock.

use syn::visit::Visit;
use syn::{UseTree, visit};

use super::House;

/// Crates that the model does without. The interpreter reads timestamps with jiff, which has a clock too: see [`FUNCTIONS`].
const CRATES: &[&str] = &["proc-macro2", "quote", "syn", "chrono", "time", "tokio", "rand"];

/// Beginnings of paths that the model does without.
const PATHS: &[&str] = &[
    "std::fs",
    "std::path",
    "std::io",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "core::time",
    "proc_macro",
    "proc_macro2",
    "quote",
    "syn",
];

/// Where threads share work: how many there are changes no answer.
const SHARED: (&str, &str) = ("model/src/shared.rs", "`std::thread`");

/// Types that it does without, however they are reached.
const TYPES: &[&str] = &["PathBuf", "SystemTime", "Instant", "TokenStream"];

/// Functions of types that it does without: clocks and dice.
const FUNCTIONS: &[&str] = &["::now", "::now_v7", "::new_v4"];

pub(super) fn check(house: &House) -> Vec<String> {
    let model = house.metadata.packages.iter().find(|package| package.name.as_str() == "factum-model");
    let imports = model.iter().flat_map(|package| &package.dependencies);
    let normal = imports.filter(|dependency| dependency.kind == cargo_metadata::DependencyKind::Normal);
    let mut findings: Vec<String> = normal
        .filter(|dependency| CRATES.contains(&dependency.name.as_str()))
        .map(|dependency| format!("factum-model depends on {}", dependency.name))
        .collect();
    for (path, text) in house.below("model/src/", ".rs") {
        let named = forbidden(text).into_iter().filter(|what| !(path == SHARED.0 && what.ends_with(SHARED.1)));
        findings.extend(named.map(|what| format!("{path}: {what}")));
    }
    findings
}

/// What a source of the model names and may not.
pub(super) fn forbidden(source: &str) -> Vec<String> {
    let mut finder = Finder::default();
    match syn::parse_file(source) {
        Ok(file) => finder.visit_file(&file),
        Err(error) => finder.found.push(format!("cannot be parsed: {error}")),
    }
    finder.found.sort();
    finder.found.dedup();
    finder.found
}

#[derive(Default)]
struct Finder {
    found: Vec<String>,
}

impl Finder {
    fn judge(&mut self, path: &str) {
        let begins =
            |known: &&&str| path == **known || path.strip_prefix(**known).is_some_and(|rest| rest.starts_with("::"));
        let last = path.rsplit("::").next().unwrap_or(path);
        let is_called = FUNCTIONS.iter().any(|function| path.ends_with(function));
        if PATHS.iter().find(begins).is_some() || TYPES.contains(&last) || is_called {
            self.found.push(format!("names `{path}`"));
        }
    }

    fn tree(&mut self, before: &str, tree: &UseTree) {
        let joined = |name: &syn::Ident| if before.is_empty() { name.to_string() } else { format!("{before}::{name}") };
        match tree {
            UseTree::Path(path) => self.tree(&joined(&path.ident), &path.tree),
            UseTree::Name(name) => self.judge(&joined(&name.ident)),
            UseTree::Rename(rename) => self.judge(&joined(&rename.ident)),
            UseTree::Glob(_) => self.judge(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree("", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.judge(&segments.join("::"));
        visit::visit_path(self, path);
    }
}
