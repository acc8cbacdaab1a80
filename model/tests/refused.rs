//! Schemas that are refused, and the text that says why: `refused/<theme>/<name>.yaml` beside its snapshot.
#![cfg(all(feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use factum_model::codes::{CODES, CodeRow, Example};
use factum_model::{Code, Outcome, Sources, check, render};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .flat_map(|theme| fs::read_dir(theme.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    found.sort();
    found
}

fn checked(bytes: Vec<u8>) -> (Outcome, Sources) {
    let mut sources = Sources::new();
    sources.add("schema.yaml", bytes);
    let outcome = check(&mut sources);
    (outcome, sources)
}

#[test]
fn every_refused_schema_says_why() {
    let mut failed = Vec::new();
    for case in cases() {
        let (outcome, sources) = checked(fs::read(&case).unwrap());
        assert!(outcome.checked.is_none(), "{} is accepted", case.display());
        assert!(!outcome.diagnostics.is_empty(), "{} is refused in silence", case.display());
        let text = render(&outcome.diagnostics, &sources, false);
        insta::with_settings!({
            snapshot_path => case.parent().unwrap(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            let name = case.file_stem().unwrap().to_str().unwrap();
            let compared = std::panic::catch_unwind(|| insta::assert_snapshot!(name, text));
            if compared.is_err() {
                failed.push(case.clone());
            }
        });
    }
    assert!(failed.is_empty(), "changed: {failed:?}");
}

/// Two kinds of problem need more than a small file: their examples are made.
fn large_cases() -> impl Iterator<Item = &'static CodeRow> {
    CODES.iter().filter(|row| matches!(row.code, Code::FileTooLarge | Code::TooMuchHistory | Code::TooManyFields))
}

#[test]
fn what_is_too_large_is_refused() {
    for row in large_cases() {
        let (outcome, sources) = row.example.check();
        let text = render(&outcome.diagnostics, &sources, false);
        assert_eq!(outcome.diagnostics.len(), 1, "{text}");
        insta::with_settings!({
            snapshot_path => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused/large"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(format!("{:?}", row.code), text) });
    }
}

#[test]
fn every_code_is_shown_by_a_refused_schema() {
    let small = cases().into_iter().flat_map(|case| checked(fs::read(case).unwrap()).0.diagnostics);
    let shown: BTreeSet<Code> = small.map(|found| found.code).chain(large_cases().map(|row| row.code)).collect();
    // What was released, a lock or another catalog is no part of a schema: `tests/codes.rs` shows these.
    let of_one_schema = CODES.iter().filter(|row| match row.example {
        Example::File(_) | Example::Files(_) | Example::Made(..) => true,
        Example::Catalogs(_)
        | Example::Released { .. }
        | Example::Config(_)
        | Example::Lock(_)
        | Example::Locked { .. }
        | Example::Allowed { .. }
        | Example::Proposed { .. } => false,
    });
    // A circle is looked for where all else is right: `tests/policies.rs` shows it.
    let of_one_schema = of_one_schema.filter(|row| row.code != Code::PolicyCircle);
    let missing: Vec<Code> = of_one_schema.map(|row| row.code).filter(|code| !shown.contains(code)).collect();
    assert!(missing.is_empty(), "no refused schema shows {missing:?}");
}

#[test]
fn every_diagnostic_says_what_to_write_or_points_at_it() {
    for case in cases() {
        for found in checked(fs::read(&case).unwrap()).0.diagnostics {
            let told =
                !found.helps.is_empty() || found.message.starts_with("expected") || found.code == Code::WrongShape;
            assert!(told, "{}: no help: {}", case.display(), found.message);
        }
    }
}

#[test]
fn codes_have_each_number_once_in_order() {
    assert!(CODES.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(CODES.iter().all(|row| row.code.number() == row.number && !row.meaning.trim().is_empty()));
}
