//! The lock: its text, and that it is enough.
#![allow(clippy::unwrap_used, clippy::panic)]

use factum_model::lock::Lock;
use factum_test_kit::schema::schemas;
use proptest::prelude::*;

use crate::support::{checked, locked, read};

const LANGUAGE: &str = include_str!("../../golden/language/schema.yaml");

#[test]
fn the_text_of_a_lock() {
    insta::assert_snapshot!(locked(LANGUAGE).to_string());
}

#[test]
fn a_lock_that_was_written_is_read_as_it_was() {
    for yaml in [
        LANGUAGE,
        include_str!("../../golden/every_builtin/schema.yaml"),
        include_str!("../../golden/history/schema.yaml"),
    ] {
        let lock = locked(yaml);
        let again = read(&lock.to_string()).unwrap_or_else(|told| panic!("{told}\n{lock}"));
        assert_eq!(again, lock);
        assert_eq!(again.to_string(), lock.to_string());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Text and lock, schema and lock: whatever is locked comes back.
    #[test]
    fn a_lock_is_enough(schema in schemas()) {
        let yaml = schema.to_string();
        let lock = Lock::of(checked(&yaml).schema());
        let text = lock.to_string();
        let again = read(&text).map_err(|told| TestCaseError::fail(format!("{told}\n{text}\n{yaml}")))?;
        prop_assert_eq!(&again, &lock);
        let rebuilt = again.schema().map_err(|told| TestCaseError::fail(format!("{told:?}\n{text}")))?;
        prop_assert_eq!(Lock::of(&rebuilt).to_string(), without_state(&text));
    }
}

/// The state of an aggregate is only in its fingerprint.
fn without_state(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with("    state: ")).collect()
}
