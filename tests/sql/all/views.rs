//! Every view shows what the interpreter reads.

use std::path::Path;

use factum_model::Checked;
use factum_test_kit::checked;
use factum_test_kit::golden::goldens;
use factum_test_kit::schema::{batch, schemas};
use proptest::prelude::*;

use crate::rows::{Tried, fill, hold, samples};

fn holds(yaml: &str, seed: u64, count: usize, tried: &mut Tried) -> Result<(), String> {
    holds_of(&checked(yaml)?, seed, count, tried).map_err(|told| format!("{told}\n{yaml}"))
}

fn holds_of(checked: &Checked, seed: u64, count: usize, tried: &mut Tried) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let stored = samples(checked, seed, count);
    fill(&path, &stored);
    hold(checked, &stored, &path, tried)
}

/// The same as the other tests generate code of.
#[test]
fn random_catalogs_are_shown_as_the_interpreter_reads_them() {
    let mut tried = Tried::default();
    for (seed, schema) in (0..).zip(batch(1, 40)) {
        holds(&schema.to_string(), seed, 12, &mut tried).unwrap_or_else(|told| panic!("{told}"));
    }
    println!("{tried:#?}");
    assert!(tried.shown > 2_000 && tried.as_stored > 200, "{tried:?}");
    assert!(tried.shown > tried.as_stored, "most is shown as the current version: {tried:?}");
}

#[test]
fn every_schema_of_the_tests_is_shown_as_the_interpreter_reads_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let goldens = goldens(&folder.join("golden")).unwrap();
    assert!(goldens.len() > 10);
    let mut tried = Tried::default();
    for golden in goldens {
        let checked = golden.checked().unwrap();
        let told = holds_of(&checked, 5, 20, &mut tried);
        told.unwrap_or_else(|told| panic!("{}: {told}", golden.name));
    }
    assert!(tried.shown > 1_000, "{tried:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_catalog_is_shown_as_the_interpreter_reads_it(schema in schemas(), seed in any::<u64>()) {
        holds(&schema.to_string(), seed, 6, &mut Tried::default()).map_err(TestCaseError::fail)?;
    }
}
