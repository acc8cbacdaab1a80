//! Every mistake that a derive can see, beside what the compiler says about it.
//!
//! A case lies in the folder of its theme, and its `.stderr` beside it: `TRYBUILD=overwrite cargo test -p factum-ui-tests`
//! writes them, and a reviewer reads them.

#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const THEMES: [&str; 8] = ["aggregates", "history", "hygiene", "policies", "sets", "syntax", "types", "versions"];

/// The names of a theme's files with this ending, without it.
fn cases(theme: &str, ending: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(theme);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|found| found == ending));
    files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_case_has_what_the_compiler_says() {
    for theme in THEMES {
        let sources = cases(theme, "rs");
        assert!(!sources.is_empty(), "{theme} has no case");
        assert_eq!(sources, cases(theme, "stderr"), "{theme}");
    }
}

#[test]
fn every_mistake_is_told() {
    let all = trybuild::TestCases::new();
    for theme in THEMES {
        all.compile_fail(format!("{theme}/*.rs"));
    }
}
