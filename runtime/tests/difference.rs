//! What differs between two states.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use factum::history::{Difference, compare, compare_debug};
use proptest::prelude::*;
use serde::Serialize;

/// A state of everything that states are made of.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
struct State {
    held: i64,
    note: Option<String>,
    open: bool,
    seats: BTreeMap<String, Seat>,
    tags: BTreeSet<String>,
    log: Vec<Seat>,
    pair: (u8, Option<Vec<u8>>),
    by_number: BTreeMap<u16, bool>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize)]
struct Seat {
    price: u32,
    guests: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
enum Payment {
    Cash,
    Card(u32),
    Split { card: u32, cash: u32 },
    Both(u32, u32),
}

fn lines(difference: &Difference) -> Vec<String> {
    difference.to_string().lines().map(str::to_owned).collect()
}

/// What both ways of comparing say.
fn both<T: fmt::Debug + Serialize>(before: &T, after: &T) -> Vec<String> {
    let difference = compare(before, after).unwrap();
    assert_eq!(lines(&difference), lines(&compare_debug(before, after)));
    lines(&difference)
}

fn seat(price: u32, guests: &[&str]) -> Seat {
    Seat { price, guests: guests.iter().map(|&guest| guest.to_owned()).collect() }
}

#[test]
fn every_place_has_a_line_and_the_lines_are_sorted() {
    let before = State {
        held: 3,
        note: Some("a \"b\": {".to_owned()),
        seats: [("A1".to_owned(), seat(20, &["Ada"])), ("B 2".to_owned(), seat(30, &[]))].into(),
        tags: ["old".to_owned(), "same".to_owned()].into(),
        pair: (1, None),
        by_number: [(2, true), (10, true)].into(),
        ..State::default()
    };
    let after = State {
        held: -5,
        open: true,
        seats: [("A1".to_owned(), seat(25, &["Ada", "Alan"])), ("C3".to_owned(), seat(1, &[]))].into(),
        tags: ["new".to_owned(), "same".to_owned()].into(),
        pair: (1, Some(vec![7])),
        by_number: [(2, false)].into(),
        ..State::default()
    };
    let due = [
        "by_number.10: true -> absent",
        "by_number.2: true -> false",
        "held: 3 -> -5",
        r#"note: "a \"b\": {" -> null"#,
        "open: false -> true",
        "pair[1]: null -> [7]",
        "seats.A1.guests[1]: absent -> \"Alan\"",
        "seats.A1.price: 20 -> 25",
        r#"tags[0]: "old" -> "new""#,
    ];
    // Where a whole struct comes or goes, `Debug` also knows what it is called.
    let without = |lines: Vec<String>| {
        let (whole, rest): (Vec<String>, Vec<String>) =
            lines.into_iter().partition(|line| line.contains("absent -> {") || line.contains("} -> absent"));
        assert_eq!(whole.len(), 2, "{whole:?}");
        (whole, rest)
    };
    let (whole, rest) = without(lines(&compare(&before, &after).unwrap()));
    assert_eq!(rest, due);
    assert_eq!(
        whole,
        [r#"seats["B 2"]: {"guests":[],"price":30} -> absent"#, r#"seats.C3: absent -> {"guests":[],"price":1}"#]
    );
    let (whole, rest) = without(lines(&compare_debug(&before, &after)));
    assert_eq!(rest, due);
    assert_eq!(whole[1], r#"seats.C3: absent -> {"Seat":{"guests":[],"price":1}}"#);
}

#[test]
fn a_list_tells_what_was_taken_out_and_put_in() {
    let numbers = |before: &[u32], after: &[u32]| both(&before, &after);
    assert_eq!(numbers(&[1, 2, 3], &[1, 3]), ["[1]: 2 -> absent"]);
    assert_eq!(numbers(&[1, 3], &[1, 2, 3]), ["[1]: absent -> 2"]);
    assert_eq!(numbers(&[1, 2, 3], &[1, 5, 3]), ["[1]: 2 -> 5"]);
    assert_eq!(numbers(&[], &[1]), ["[0]: absent -> 1"]);
    let seats = |seats: &[(u32, &str)]| seats.iter().map(|(price, guest)| seat(*price, &[guest])).collect::<Vec<_>>();
    let (before, after) = (seats(&[(1, "Ada"), (2, "Alan")]), seats(&[(1, "Ada"), (3, "Alan")]));
    assert_eq!(both(&before, &after), ["[1].price: 2 -> 3"]);
    let set = |numbers: &[u32]| numbers.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(both(&set(&[]), &set(&[4])), ["[0]: absent -> 4"]);
    assert_eq!(both(&set(&[1, 3, 5]), &set(&[3, 4, 5])), ["[0]: 1 -> absent", "[1]: absent -> 4"]);
}

#[test]
fn a_variant_is_compared_inside_only_with_itself() {
    let debug = |before: &Payment, after: &Payment| lines(&compare_debug(before, after));
    assert_eq!(debug(&Payment::Card(1), &Payment::Card(2)), ["the state: 1 -> 2"]);
    assert_eq!(debug(&Payment::Cash, &Payment::Card(2)), [r#"the state: "Cash" -> {"Card":[2]}"#]);
    let split = Payment::Split { card: 1, cash: 2 };
    assert_eq!(debug(&split, &Payment::Split { card: 1, cash: 3 }), ["cash: 2 -> 3"]);
    assert_eq!(debug(&Payment::Both(1, 2), &Payment::Both(1, 3)), ["[1]: 2 -> 3"]);
    assert_eq!(debug(&split, &Payment::Both(1, 2)), [r#"the state: {"Split":{"card":1,"cash":2}} -> {"Both":[1,2]}"#]);
}

#[test]
fn a_map_by_structs_is_compared_by_debug_alone() {
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
    struct Place {
        row: u8,
        name: String,
    }
    let place = |row| Place { row, name: "a: b".to_owned() };
    let map = |free| BTreeMap::from([(place(1), free), (place(2), true)]);
    let key = r#"["{\"Place\":{\"name\":\"a: b\",\"row\":1}}"]"#;
    assert!(compare(&map(true), &map(false)).is_err());
    assert_eq!(lines(&compare_debug(&map(true), &map(false))), [format!("{key}: true -> false")]);
}

#[test]
fn what_debug_prints_otherwise_is_a_text() {
    struct Other(&'static str);
    impl fmt::Debug for Other {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    let all = [
        "",
        "{",
        "a {",
        "a {\n}",
        "x\ny",
        "a: {",
        "}",
        "((",
        "{\n    a: b",
        "{\n  (",
        "\"",
        "\\",
        "ö: {\n    ö: \"\\u{zz}\",\n}",
        "{\n    (\n    ): 1",
    ];
    for (index, text) in all.iter().enumerate() {
        for (other, other_text) in all.iter().enumerate() {
            let same = compare_debug(&Other(text), &Other(other_text)).is_empty();
            assert_eq!(same, index == other, "{text:?} and {other_text:?}");
        }
    }
}

#[test]
fn numbers_that_json_cannot_hold_are_compared_exactly() {
    let difference = compare_debug(&(u128::MAX, 0.1_f64), &(u128::MAX - 1, 0.1_f64));
    assert_eq!(difference.changes().len(), 1);
    assert_eq!(difference.changes()[0].path, "[0]");
}

#[test]
fn as_json_what_is_new_has_no_before() {
    let (before, after) = (BTreeMap::from([("a", Some(1))]), BTreeMap::from([("b", None::<u8>)]));
    let json = serde_json::to_string(&compare(&before, &after).unwrap()).unwrap();
    assert_eq!(json, r#"{"changes":[{"path":"a","before":1},{"path":"b","after":null}]}"#);
}

#[test]
fn a_text_moves_no_cursor_and_turns_no_direction() {
    let hostile = "\u{1b}[2J\r\u{202e}\u{9b}end";
    let map = |value: &str| BTreeMap::from([(format!("key{hostile}"), value.to_owned())]);
    let difference = compare(&map("before"), &map(hostile)).unwrap();
    let text = difference.to_string();
    assert!(!text.trim_end().chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
    assert_eq!(difference.changes()[0].after, Some(hostile.into()), "as data it is what it is");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-c]{1,3}", any::<String>(), "[:{}()\\[\\]\", \n\\\\]{1,6}"]
}

fn seats() -> impl Strategy<Value = Seat> {
    (0..4_u32, proptest::collection::vec(text(), 0..3)).prop_map(|(price, guests)| Seat { price, guests })
}

fn states() -> impl Strategy<Value = State> {
    let small = (-3..3_i64, proptest::option::of(text()), any::<bool>());
    let maps = (
        proptest::collection::btree_map(text(), seats(), 0..3),
        proptest::collection::btree_set(text(), 0..4),
        proptest::collection::vec(seats(), 0..4),
        (0..3_u8, proptest::option::of(proptest::collection::vec(any::<u8>(), 0..3))),
        proptest::collection::btree_map(0..5_u16, any::<bool>(), 0..3),
    );
    (small, maps).prop_map(|((held, note, open), (seats, tags, log, pair, by_number))| State {
        held,
        note,
        open,
        seats,
        tags,
        log,
        pair,
        by_number,
    })
}

proptest! {
    /// By serde and by `Debug` the same places differ, and none does only where the states are equal.
    #[test]
    fn both_ways_find_the_same_places(before in states(), after in states()) {
        let by_serde = compare(&before, &after).unwrap();
        let by_debug = compare_debug(&before, &after);
        let paths = |difference: &Difference| {
            difference.changes().iter().map(|change| change.path.clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(paths(&by_serde), paths(&by_debug));
        prop_assert_eq!(by_serde.is_empty(), before == after);
        prop_assert!(compare(&after, &after).unwrap().is_empty() && compare_debug(&after, &after).is_empty());
        for change in by_serde.changes() {
            prop_assert_ne!(&change.before, &change.after);
        }
    }
}
