//! The lock: its text, and that it is enough.
#![allow(clippy::unwrap_used, clippy::panic)]

use factum_model::lock::Lock;
use factum_test_kit::schema::schemas_with_policies;
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

const OPENED: &str = "factum: 1\ncontext: seats\nevents:\n  Opened: { version: 2, fields: { capacity: u32, note: { type: string?, added: 2 } } }\n";

/// Each kind of type, each end, and a step by hand.
const SEVERAL: &str = "\
factum: 1
context: seats
events:
  Both: { version: 2, fields: { a: u8 }, becomes: { 2: [Gone@1] } }
  Gone: { version: 2, fields: { a: u8 }, retired: 2 }
  Hand: { version: 2, personal: [a], fields: { a: u8, k: Kind, l: Limit, s: Size, u: How }, upcast: { 2: by_hand } }
types:
  Kind: { enum: { web: , other: { fallback: true } } }
  Limit: { newtype: u32 }
  Size: { fields: { a: u8 } }
  How: { union: { Card: { last4: string } } }
";

/// What is said of a lock in which one text was replaced by another.
fn told(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old}\n{text}");
    format!("{old:?} became {new:?}\n{}", read(&text.replacen(old, new, 1)).unwrap_err())
}

#[test]
fn what_is_said_of_locks_that_nobody_wrote() {
    let text = locked(OPENED).to_string();
    let of = |old: &str, new: &str| told(&text, old, new);
    let told = [
        of("capacity: u32", "capacity: u64"),
        of("- note = null", "- note = 7"),
        of("- note = null", "- note => null"),
        of("lock: 1", "lock: 2"),
        of("lock: 1", "lock: {}"),
        of("lock: 1", "luck: 1"),
        of("fingerprints: 1\n", ""),
        of("  seats.Opened:", "<<<<<<< HEAD\n  seats.Opened:"),
        of("      2:\n", "      3:\n"),
        of("        readable_from: 1\n", ""),
        of("        readable_from: 1\n", "        readable: 1\n"),
        of("note: string?", "note: seats.Note@1"),
        of("note: string?", "note: list<string>>"),
        read("").unwrap_err(),
        read("lock: [1").unwrap_err(),
    ];
    insta::assert_snapshot!(told.join("\n----\n"));
}

/// What a fingerprint is not of is judged by itself, and no key stands where it says nothing.
#[test]
fn what_no_fingerprint_sees() {
    let text = locked(SEVERAL).to_string();
    let of = |old: &str, new: &str| told(&text, old, new);
    let told = [
        of("readable_from: 2", "readable_from: 1"),
        of("        - a\n        by_hand", "        - z\n        by_hand"),
        of("        - a\n        by_hand", "        - a\n        - a\n        by_hand"),
        of("by_hand: []", "by_hand: []\n        steps: []"),
        of("by_hand: []", "by_hand:\n        - 00000000000000000000000000000000"),
        of("    retired: 2", "    retired: 2\n    nothing: 2"),
        of("    becomes:\n", "    becomes:\n      3: []\n"),
        of("    becomes:\n", "    retired: 2\n    becomes:\n"),
        of("        newtype: u32", "        newtype: u32\n        steps: []"),
        of("        newtype: u32", "        newtype: u32\n        fallback: true"),
        of("        - web\n", "        - web\n        - web\n"),
        of("        fallback: true", "        fallback: no"),
        of("        fallback: true", "        fallback: true\n        by: keep"),
        of("        union:", "        enum: []\n        union:"),
    ];
    insta::assert_snapshot!(told.join("\n----\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Text and lock, schema and lock: whatever is locked comes back.
    #[test]
    fn a_lock_is_enough(schema in schemas_with_policies()) {
        let yaml = schema.to_string();
        let lock = Lock::of(checked(&yaml).schema());
        let text = lock.to_string();
        let again = read(&text).map_err(|told| TestCaseError::fail(format!("{told}\n{text}\n{yaml}")))?;
        prop_assert_eq!(&again, &lock);
        let rebuilt = again.schema().map_err(|told| TestCaseError::fail(format!("{told:?}\n{text}")))?;
        // Without what only states hold, of which the lock has a fingerprint alone.
        let (stored, mut expected) = (Lock::of(&rebuilt), again);
        prop_assert!(stored.schema().is_ok(), "whatever events hold is there:\n{stored}");
        expected.types.retain(|name, _| stored.types.contains_key(name));
        prop_assert_eq!(stored.to_string(), without_state(&expected.to_string()));
    }
}

/// The state of an aggregate is only in its fingerprint.
fn without_state(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with("    state: ")).collect()
}
