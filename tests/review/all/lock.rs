//! The lock: its text, and that it is enough.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use factum_model::lock::{self, Known, Lock};
use factum_model::source::Origin;
use factum_model::{Diagnostics, Sources, render};
use factum_test_kit::edit::{edited, edits};
use factum_test_kit::schema::{changes, schemas, schemas_with_policies};
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

/// A derive does not see the steps of the types that an event holds, and so asks for readers of its newest version.
#[test]
fn newer_readers_may_be_asked_for_than_needed() {
    let text = locked(LANGUAGE).to_string();
    let asked = |from: u32| {
        let version = |from: u32| format!("      2:\n        wire_type: shop.Planted\n        readable_from: {from}\n");
        assert!(text.contains(&version(1)), "{text}");
        read(&text.replace(&version(1), &version(from)))
    };
    let lock = asked(2).unwrap();
    let schema = lock.schema().unwrap();
    let planted = schema.events.iter().find(|event| event.name.value == "Planted").unwrap();
    assert_eq!(planted.versions.iter().map(|version| version.readable_from).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(Lock::of(&schema).events["shop.Planted"], lock.events["shop.Planted"]);
    assert!(asked(3).is_err(), "no reader of this version would be enough");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Text and lock, schema and lock: whatever is locked comes back.
    #[test]
    fn a_lock_is_enough(schema in schemas_with_policies()) {
        let yaml = schema.to_string();
        let lock = Lock::of(checked(&yaml).schema());
        let text = lock.to_string();
        prop_assert_eq!(&text, &by_library(&text));
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

/// A lock as the YAML library writes what it says.
fn by_library(lock: &str) -> String {
    let (comment, rest) = lock.split_once('\n').unwrap();
    let value: serde_yaml::Value = serde_yaml::from_str(rest).unwrap();
    format!("{comment}\n{}", serde_yaml::to_string(&value).unwrap())
}

/// Names that are too long for a line, or that are something else to a parser; texts of several lines.
#[test]
fn what_needs_quotes_or_more_lines_is_written_as_yaml() {
    let long = format!("x{}", "_long".repeat(40));
    for (field, default) in [
        ("a", "plain"),
        ("true", "a: b"),
        ("null", "it's # not a comment"),
        ("no", "\\\"quoted\\\""),
        ("nan", "two\\nlines"),
        ("a", "ümlaut \u{2028} and 🎭"),
        (long.as_str(), " blanks "),
    ] {
        let yaml = format!(
            "factum: 1\ncontext: seats\nevents:\n  Opened: {{ version: 2, fields: {{ a1: u8, \"{field}\": {{ type: string, added: 2, default: \"{default}\" }} }} }}\n"
        );
        let text = locked(&yaml).to_string();
        assert_eq!(text, by_library(&text));
        assert_eq!(read(&text).unwrap(), locked(&yaml));
    }
}

/// The state of an aggregate is only in its fingerprint.
fn without_state(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with("    state: ")).collect()
}

/// How a lock is read.
#[derive(Clone, Copy)]
enum How {
    /// As a whole.
    Whole,
    /// As it is written: part by part.
    Alone,
    /// By how it differs from another one.
    Beside,
}

/// How a lock never begins.
const MARK: &str = "#\n";

/// A lock, and where its parts stand.
type Placed = (Lock, Vec<(usize, usize)>);

/// What is read of two locks, of the second one in this way: what it says, where its parts stand, what is said of it, and
/// how many of its events were taken from the first.
fn after(one: &str, two: &[u8], how: How) -> (Result<Placed, String>, usize) {
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let mark = if matches!(how, How::Whole) { MARK } else { "" };
    let first = sources.add("one.lock", one.as_bytes().to_vec());
    let known = lock::read(&mut sources, first, &mut Diagnostics::new()).unwrap();
    let second = sources.add("two.lock", [mark.as_bytes(), two].concat());
    let beside = matches!(how, How::Beside).then(|| Known::new(one, &known, &[]));
    let lock = lock::read_beside(&mut sources, second, beside.as_slice(), &mut diagnostics);
    let Some(lock) = lock else { return (Err(render(&diagnostics.into_vec(), &sources, false)), 0) };
    assert_eq!(diagnostics.count(), 0);
    let aggregates = lock.aggregates.values().map(|part| part.origin);
    let events = lock.events.values().map(|part| part.origin);
    let types = lock.types.values().map(|part| part.origin);
    let place = |origin: Origin| {
        let place = sources.place(origin).unwrap();
        assert_eq!(sources.name(place.file), "two.lock");
        (place.range.start - mark.len(), place.range.end - mark.len())
    };
    let places = aggregates.chain(events).chain(types).map(place).collect();
    let of_first =
        |name: &&String| known.events.get(*name).is_some_and(|one| Arc::ptr_eq(&one.value, &lock.events[*name].value));
    let shared = lock.events.keys().filter(of_first).count();
    (Ok((lock, places)), shared)
}

fn is_right(yaml: &str) -> bool {
    let mut sources = Sources::new();
    sources.add("schema.yaml", yaml.as_bytes().to_vec());
    factum_model::check(&mut sources).checked.is_some()
}

fn same_either_way(one: &str, two: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(two);
    let [(whole, _), (alone, _), (beside, _)] = [How::Whole, How::Alone, How::Beside].map(|how| after(one, two, how));
    prop_assert_eq!(&alone, &beside, "{}\n----\n{}", one, text);
    // Where something is wrong, it is told by reading it as a whole.
    prop_assert_eq!(alone.ok(), whole.ok(), "{}", text);
    Ok(())
}

#[test]
fn what_stands_in_another_lock_is_taken_from_it() {
    let (one, two) = (
        locked(SEVERAL),
        locked(&format!("{SEVERAL}  Much: {{ newtype: u8 }}\n").replace("  Gone:", "  More: { m: Much }\n  Gone:")),
    );
    let (read, shared) = after(&one.to_string(), two.to_string().as_bytes(), How::Beside);
    assert_eq!((read.unwrap().0, shared), (two, one.events.len()));
}

/// Its lines are then the beginning of those that are there now.
#[test]
fn an_event_with_one_more_version_is_read_alone() {
    let more =
        OPENED.replace("version: 2,", "version: 3,").replace("note: {", "more: { type: u8?, added: 3 }, note: {");
    let [one, two] = [OPENED, &more].map(|yaml| locked(&format!("{yaml}  Zoned: {{ zone: u8 }}\n")));
    let (read, shared) = after(&one.to_string(), two.to_string().as_bytes(), How::Beside);
    assert_eq!((read.unwrap().0, shared), (two, 1));
}

/// An event was right where its type is, and the types are those of another lock.
#[test]
fn what_is_known_of_two_locks_may_not_fit_together() {
    let holds = "factum: 1\ncontext: seats\nevents:\n  Held: { s: Size }\ntypes:\n  Size: { fields: { a: u8 } }\n";
    let [one, other] = [locked(holds), locked(OPENED)];
    let [text, other_text] = [&one, &other].map(ToString::to_string);
    let event = &text[text.find("  seats.Held:").unwrap()..text.find("types:").unwrap()];
    let both = other_text.replace("events:\n", &format!("events:\n{event}"));
    let known = [Known::new(&text, &one, &[]), Known::new(&other_text, &other, &[])];
    let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
    let file = sources.add("both.lock", both.into_bytes());
    assert_eq!(lock::read_beside(&mut sources, file, &known, &mut diagnostics), None);
    assert!(render(&diagnostics.into_vec(), &sources, false).contains("`seats.Size@1` is not a type of this lock"));
}

/// What stands as it stood may be wrong in other company.
#[test]
fn what_is_taken_over_depends_on_the_rest() {
    let one = locked(
        &format!("{SEVERAL}  Held: {{ fields: {{ s: Size }} }}\n").replace("  Gone:", "  Holds: { h: Held }\n  Gone:"),
    );
    let one = one.to_string();
    let without = |from: &str, to: &str| {
        let (start, end) = (one.find(from).unwrap(), one.find(to).unwrap_or(one.len()));
        format!("{}{}", &one[..start], &one[end..])
    };
    for two in [
        without("  seats.Gone:", "  seats.Hand:"),
        without("  seats.Size:", "  nothing follows"),
        without("  seats.Held:", "  seats.How:"),
        one.replacen("    retired: 2", "    retired: 3", 1),
        one.replacen("      1:\n", "      2:\n", 1),
        one.replacen("seats.Gone:", "seats.Both:", 1),
        one.replacen("lock: 1", "lock: 2", 1),
    ] {
        let (read, shared) = after(&one, two.as_bytes(), How::Beside);
        assert_eq!(shared, 0);
        assert_eq!(read, after(&one, two.as_bytes(), How::Alone).0);
        assert!(read.is_err(), "{two}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever became of a lock, it is read as if nothing else had been read.
    #[test]
    fn a_lock_is_read_alike_beside_another(schema in schemas(), changes in changes(), edits in edits(), others in edits()) {
        let (one, two) = (schema.to_string(), schema.changed(&changes).to_string());
        let two = if is_right(&two) { two } else { one.clone() };
        let [one, two] = [one, two].map(|yaml| locked(&yaml).to_string());
        same_either_way(&one, two.as_bytes())?;
        same_either_way(&two, one.as_bytes())?;
        same_either_way(&one, &edited(one.as_bytes(), two.as_bytes(), &edits[..1]))?;
        same_either_way(&one, &edited(two.as_bytes(), one.as_bytes(), &edits))?;
        // Also where the one that was read before was not written by the program.
        let one = String::from_utf8(edited(one.as_bytes(), two.as_bytes(), &others)).unwrap_or(one);
        if read(&one).is_ok() {
            same_either_way(&one, two.as_bytes())?;
            same_either_way(&one, one.as_bytes())?;
        }
    }
}
