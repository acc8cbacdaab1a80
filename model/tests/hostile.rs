//! Nothing that a file may contain makes the reader panic, hang, or take unbounded memory.
#![cfg(all(feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use factum_model::{Sources, check, render};
use proptest::prelude::*;

/// Reads, and shows what came of it.
fn survives(bytes: Vec<u8>) {
    let mut sources = Sources::new();
    sources.add("hostile.yaml", bytes);
    let outcome = check(&mut sources);
    let text = render(&outcome.diagnostics, &sources, true);
    assert_eq!(outcome.diagnostics.is_empty(), text.is_empty());
}

#[test]
fn what_is_long_is_not_shown_to_its_end() {
    let long = "k".repeat(10_000);
    for schema in [
        format!("{long}: 1\nevents: {{}}\n"),
        format!("? {long}\n: 1\n"),
        format!("events:\n  Opened: {{ {long}: u322, {long}: u32 }}\n"),
        format!("events:\n  Opened: {{ hall: {long} }}\n"),
        format!(
            "events:\n  Opened: {{ version: 2, fields: {{ hall: {{ type: u32, added: 2, default: {long} }} }} }}\n"
        ),
        format!("aggregate: Hall\nid: {long}\n"),
        format!("types:\n  Hall: {{ enum: [a, {long}, {long}] }}\n"),
    ] {
        let mut sources = Sources::new();
        sources.add("long.yaml", format!("factum: 1\ncontext: seats\n{schema}").into_bytes());
        let outcome = check(&mut sources);
        assert!(!outcome.diagnostics.is_empty());
        for found in &outcome.diagnostics {
            assert!(found.message.len() < 300, "{}", found.message);
            assert!(found.helps.iter().all(|help| help.len() < 300), "{:?}", found.helps);
        }
        let text = render(&outcome.diagnostics, &sources, false);
        let longest = text.lines().map(str::len).max();
        assert!(longest < Some(600), "{longest:?}: {text}");
    }
}

#[test]
fn large_and_deep_files_are_read_in_bounded_time() {
    let head = "factum: 1\ncontext: seats\n";
    let size = 1024 * 1024;
    let keys = |start: &str| (0..100_000).map(|i| format!("  {start}{i}: {{}}\n")).collect::<Vec<_>>().concat();
    let chain =
        (0..40_000).map(|i| format!("  T{i}: {{ fields: {{ a: T{}, b: T0 }} }}\n", i + 1)).collect::<Vec<_>>().concat();
    let newtypes = (0..80_000).map(|i| format!("  T{i}: {{ newtype: T{} }}\n", i + 1)).collect::<Vec<_>>().concat();
    let fields = (2..40_000)
        .map(|i| format!("      f{i}: {{ type: u32, added: {i}, default: 0 }}\n"))
        .collect::<Vec<_>>()
        .concat();
    let removed =
        (0..20_000).map(|i| format!("      v{i}: {{ removed: 2, becomes: v }}\n")).collect::<Vec<_>>().concat();
    let ring = (0..40_000)
        .map(|i| format!("  T{i}: {{ version: 2, fields: {{ a: \"T{}?\", b: {{ type: u8?, added: 2 }} }} }}\n", i + 1))
        .collect::<Vec<_>>()
        .concat();
    let becoming = (0..40_000)
        .map(|i| format!("  E{i}: {{ version: 2, fields: {{}}, becomes: {{ 2: [E{}@1] }} }}\n", i + 1))
        .collect::<Vec<_>>()
        .concat();
    let steps = "        - join: { from: [a, b], into: c, with: '' }\n".repeat(20_000);
    let cases = [
        ("brackets", "[".repeat(size)),
        ("brackets on lines", "[\n".repeat(size / 2)),
        ("braces", "{".repeat(size)),
        ("keys within keys", "? ".repeat(size / 2)),
        ("dashes", "- ".repeat(size / 2)),
        ("one word", "a".repeat(size)),
        ("quotes", "\"".repeat(size)),
        ("tabs", format!("{head}doc: {}", "\t".repeat(size))),
        ("colons", "a:\n".repeat(size / 3)),
        ("elements", format!("[{}]", "a,".repeat(size / 2 - 1))),
        ("anchors", "&a ".repeat(size / 3)),
        ("many aliases", format!("a: &a b\nb: [{}]", "*a,".repeat(size / 3 - 10))),
        ("optional", format!("{head}events: {{ E: {{ a: u32{} }} }}", "?".repeat(size))),
        ("lists", format!("{head}events:\n  E:\n    a: {}", "list<".repeat(size / 5))),
        ("cut types", format!("{head}state: {{ a: {} }}", "map<a, ".repeat(size / 8))),
        ("events", format!("{head}events:\n{}", keys("E"))),
        ("unknown keys", format!("{head}{}", keys("").replace("  ", ""))),
        ("equal keys", format!("{head}events:\n{}", "  E: {}\n".repeat(100_000))),
        ("chained types", format!("{head}types:\n{chain}")),
        ("chained newtypes", format!("{head}types:\n{newtypes}  T80000: {{ newtype: T0 }}\n")),
        (
            "a long chain of newtypes",
            format!(
                "{head}events:\n  E: {{ version: 2, fields: {{ a: {{ type: T0, added: 2, default: 7 }}, b: {{ type: T0, added: 2 }} }} }}\ntypes:\n{newtypes}  T80000: {{ newtype: u32 }}\n"
            ),
        ),
        ("versions", format!("{head}events:\n  E:\n    version: 39999\n    fields:\n{fields}")),
        ("a far version of a type", format!("{head}types: {{ T: {{ version: 4294967295, fields: {{ a: u32 }} }} }}")),
        ("values that went", format!("{head}types:\n  T:\n    version: 2\n    enum:\n      v:\n{removed}")),
        ("a ring of types", format!("{head}types:\n{ring}  T40000: {{ version: 2, fields: {{ a: T0? }} }}\n")),
        ("events that become", format!("{head}events:\n{becoming}  E40000: {{}}\n")),
        ("steps", format!("{head}events:\n  E:\n    version: 2\n    fields: {{}}\n    upcast:\n      2:\n{steps}")),
        (
            "a long via",
            format!(
                "{head}events: {{ E: {{ a: {{ type: u8, retyped: {{ 2: {{ from: u8, via: \"scale({})\" }} }} }} }} }}",
                "0".repeat(size)
            ),
        ),
        ("braces before a fault", format!("{head}doc: {}\nb: c: d", "{} ".repeat(size / 3))),
        ("lines before a fault", format!("{head}{}  c: d: e", "a\n  b\n".repeat(size / 6))),
        ("a far version", format!("{head}events: {{ E: {{ version: 4294967295, fields: {{ a: u32 }} }} }}")),
        (
            "braces in a message",
            format!(
                "{head}aggregate: A\nid: u32\nrejections: {{ R: {{ message: \"{}\", fields: {{}} }} }}",
                "{{".repeat(size / 3)
            ),
        ),
    ];
    for (name, text) in cases {
        let start = Instant::now();
        survives(text.into_bytes());
        // Generous: a debug build on a busy machine needs a few seconds, something quadratic hours.
        assert!(start.elapsed() < Duration::from_mins(2), "{name} took {:?}", start.elapsed());
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = [
        "accepted",
        "refused/yaml",
        "refused/history",
        "refused/types",
        "refused/names",
        "refused/steps",
        "refused/pins",
    ];
    let files = folders.iter().flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap());
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "yaml"))
        .map(|path| fs::read(path).unwrap())
        .collect()
}

#[derive(Debug, Clone)]
enum Edit {
    Remove(usize, usize),
    Insert(usize, &'static str),
    Copy(usize, usize, usize),
}

fn edits() -> impl Strategy<Value = Edit> {
    let pieces = vec![
        "\t", ":", "{", "}", "[", "]", "<", ">", "?", "@1", "\"", "'", "#", "\n", "  ", "&a", "*a", "!!str", ",",
        "null", "---\n", "|", "\u{feff}", "\u{85}", "ä", "fields", "2: x", "\r",
    ];
    prop_oneof![
        (any::<usize>(), 0_usize..30).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<usize>(), prop::sample::select(pieces)).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        (any::<usize>(), 0_usize..60, any::<usize>()).prop_map(|(from, length, to)| Edit::Copy(from, length, to)),
    ]
}

fn edited(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        let size = bytes.len() + 1;
        match *edit {
            Edit::Remove(at, length) => drop(bytes.drain(at % size..(at % size + length).min(size - 1))),
            Edit::Insert(at, piece) => drop(bytes.splice(at % size..at % size, piece.bytes())),
            Edit::Copy(from, length, to) => {
                let part = bytes[from % size..(from % size + length).min(size - 1)].to_vec();
                drop(bytes.splice(to % size..to % size, part));
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(bytes);
    }

    #[test]
    fn any_text_is_survived(text in "(factum: 1\ncontext: a\n)?[ -~\n\t:{}\\[\\]<>?,#&*!|'\"äß\u{2028}]{0,300}") {
        survives(text.into_bytes());
    }

    #[test]
    fn edited_schemas_are_survived(seed in prop::sample::select(seeds()), edits in prop::collection::vec(edits(), 1..12)) {
        survives(edited(seed, &edits));
    }
}
