//! What every crate waits for that derives: the macros and what they need, and nothing else.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use super::House;

/// The crates of the tree. No YAML, no renderer, no pretty-printer.
const TREE: &[&str] =
    &["factum-macros", "factum-codegen", "factum-model", "proc-macro2", "quote", "syn", "unicode-ident"];

pub(super) fn check(house: &House) -> Vec<String> {
    foreign(&house.macros_tree)
}

/// What is said of a tree, a line for each crate with its name first.
pub(super) fn foreign(tree: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let mut foreign: Vec<&str> = names.filter(|name| !TREE.contains(name)).collect();
    foreign.sort_unstable();
    foreign.dedup();
    foreign.into_iter().map(|name| format!("factum-macros brings {name}, for which every derive would wait")).collect()
}

/// The tree, as Cargo tells it.
pub(super) fn tree(root: &Path) -> Result<String, Box<dyn Error>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["tree", "--package", "factum-macros", "--edges", "normal", "--prefix", "none"])
        .current_dir(root)
        .output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}
