//! The manual pages of the codes are true.
#![cfg(feature = "lock")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use factum_model::codes::{CHAPTERS, CODES, Example};
use factum_model::{Code, Sources, check, render};

#[test]
fn every_example_shows_its_code_and_nothing_else() {
    let mut wrong = Vec::new();
    for row in CODES {
        let (outcome, sources) = row.example.check();
        let found: BTreeSet<Code> = outcome.diagnostics.iter().map(|found| found.code).collect();
        if found != BTreeSet::from([row.code]) {
            wrong.push(format!("{:?} shows {found:?}:\n{}", row.code, render(&outcome.diagnostics, &sources, false)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was released before was right, or it would not have been.
#[test]
fn what_an_example_released_is_accepted() {
    let mut seen = 0;
    for row in CODES {
        if let Example::Released { before, .. }
        | Example::Locked { before, .. }
        | Example::Allowed { released: before, .. }
        | Example::Proposed { released: before, .. } = row.example
        {
            let mut sources = Sources::new();
            sources.add("schema.yaml", before.as_bytes().to_vec());
            assert!(check(&mut sources).checked.is_some(), "{:?}", row.code);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn every_example_is_of_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/codes/examples");
    let codes: BTreeSet<String> = CODES.iter().map(|row| format!("{:?}", row.code)).collect();
    for file in fs::read_dir(folder).unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(codes.contains(&name), "there is no code {name}");
    }
}

#[test]
fn every_code_is_in_one_chapter() {
    for row in CODES {
        let chapters = CHAPTERS.iter().filter(|chapter| chapter.numbers.contains(&row.number));
        assert_eq!(chapters.count(), 1, "{:?}", row.code);
    }
    assert!(CHAPTERS.windows(2).all(|pair| pair[0].numbers.end() < pair[1].numbers.start()));
}
