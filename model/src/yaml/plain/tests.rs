//! The parser is the judge: what is read here is what it reads.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::load::{Page, parse};
use super::super::tree::{Entry, Kind, Node};
use crate::source::Content;
use crate::{Diagnostics, Lock, Sources, check};

/// A tree, each of its places in place of its number.
fn tree(text: &str, read: impl FnOnce(&mut Page<'_>) -> Option<Node>) -> Option<Vec<String>> {
    let mut sources = Sources::new();
    let file = sources.add("a.yaml", text.as_bytes().to_vec());
    let (content, places) = sources.reading(file);
    let Content::Text(text) = content else { return None };
    let root = read(&mut Page::new(file, text, places))?;
    let mut lines = Vec::new();
    shown(&root, &sources, &mut lines);
    Some(lines)
}

fn shown(node: &Node, sources: &Sources, lines: &mut Vec<String>) {
    let at = |origin| sources.place(origin).map(|place| place.range);
    match &node.kind {
        Kind::Scalar(scalar) => lines.push(format!("{:?} {scalar:?}", at(node.origin))),
        Kind::List(nodes) => {
            lines.push(format!("{:?} a list", at(node.origin)));
            for node in nodes {
                shown(node, sources, lines);
            }
        }
        Kind::Map(entries) => {
            lines.push(format!("{:?} a mapping", at(node.origin)));
            for Entry { key, value } in entries {
                lines.push(format!("{:?} {:?}", at(key.origin), key.text));
                shown(value, sources, lines);
            }
        }
    }
}

/// What the parser makes of it, if it has nothing against it.
fn parsed(text: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::new();
    let root = tree(text, |page| parse(page, &mut diagnostics)).unwrap_or_default();
    root.into_iter().chain(diagnostics.into_vec().into_iter().map(|found| found.message)).collect()
}

/// Whether it is read here; and then what the parser reads differently.
fn read(text: &str) -> Result<bool, String> {
    let Some(found) = tree(text, super::load) else { return Ok(false) };
    let parsed = parsed(text);
    let differing = found.iter().zip(&parsed).find(|(found, parsed)| found != parsed);
    match differing {
        None if found.len() == parsed.len() => Ok(true),
        differing => Err(format!("{text}\nread here, and by the parser: {differing:#?}")),
    }
}

fn is_plain(text: &str) -> bool {
    read(text).unwrap()
}

/// Schemas that are right.
const RIGHT: &[&str] = &[
    include_str!("../../../tests/accepted/conference.yaml"),
    include_str!("../../../tests/accepted/every_type.yaml"),
    include_str!("../../../tests/accepted/forms.yaml"),
    include_str!("../../../tests/accepted/history.yaml"),
    include_str!("../../../tests/accepted/steps.yaml"),
    include_str!("../../../tests/accepted/values.yaml"),
];

/// They, and those that show what can be wrong, with what was right before.
fn schemas() -> Vec<String> {
    let shown = crate::codes::CODES.iter().flat_map(|row| row.example.texts()).map(|(_, text)| text);
    RIGHT.iter().copied().chain(shown).map(str::to_owned).collect()
}

/// The locks of those that are right.
fn locks() -> Vec<String> {
    let lock = |text: &String| {
        let mut sources = Sources::new();
        sources.add("a.yaml", text.clone().into_bytes());
        check(&mut sources).checked.map(|checked| Lock::of(checked.schema()).to_string())
    };
    schemas().iter().filter_map(lock).collect()
}

#[test]
fn schemas_are_read_as_the_parser_reads_them() {
    let schemas = schemas();
    let taken = schemas.iter().filter(|text| is_plain(text)).count();
    assert!(schemas.len() > 100 && taken * 2 > schemas.len(), "{taken} of {} are read here", schemas.len());
}

#[test]
fn locks_are_read_here() {
    let locks = locks();
    let taken = locks.iter().filter(|text| is_plain(text)).count();
    assert!(locks.len() > 20 && taken * 10 > locks.len() * 9, "{taken} of {} are read here", locks.len());
}

#[test]
fn what_is_not_plain_is_left_to_the_parser() {
    let texts = [
        "a: 'it''s'\n",
        "a: \"\\n\"\n",
        "a: |\n  b\n",
        "a: b\n  c\n",
        "a:\n  b\n",
        "a:\n",
        "a: &x b\n",
        "a: *x\n",
        "a: !t b\n",
        "a: b: c\n",
        "a: b:\n",
        "a: b\na: c\n",
        "---\na: b\n",
        "a: b\n---\n",
        "a:\tb\n",
        "a: b\t\n",
        "a: {b: c,}\n",
        "a: {b}\n",
        "a: {b: c\n}\n",
        "a: [b, [c]\n",
        "? a\n: b\n",
        "- - a\n",
        "a: b\r\n",
        "a: 'b' c\n",
        "a: [b] c\n",
        "a: [b: c]\n",
        "a: {b: map<c, d>}\n",
        "a: b#\n  # c\n d: e\n",
        " a: b\n",
        "",
        "# nothing\n",
        "a: b\u{85}c\n",
        "a: 'b' # c\n",
        "a: {} #\n",
        "a: { b: c -}\n",
        "a: {b: c, b: d}\n",
        "a:\n- b\n c: d\n",
        "a: @b\n",
        "a: -\n",
        "a: - b\n",
        "a: {b: 'c'd}\n",
        "%YAML 1.2\n---\na: b\n",
    ];
    let taken: Vec<&str> = texts.into_iter().filter(|text| is_plain(text)).collect();
    assert_eq!(taken, Vec::<&str>::new());
}

#[test]
fn what_is_plain_is_read() {
    let texts = [
        "a: b\n",
        "a: b",
        "a: 'b: c'\n",
        "\u{feff}a: b",
        "a: \"b: c\"\n",
        "a: b#c # d\n",
        "# a\n\na: b\n\n# c\n",
        "a:\n- b\n- c\nd: e\n",
        "a:\n  - b\n  - c: d\n    e: f\n",
        "a: {}\nb: []\n",
        "a: { b: [c, 'd, e'], f: {g: h} }\n",
        "a: list<u32>?\n",
        "a: -5\n",
        "a:\n  b:\n    c: d\n  # e\n\n  f: g\n",
        "1:\n  2: 3\n",
        "\"a b\"\n",
        "7",
        "[1, 2]\n",
        "a: ''\n",
        "a:   \n  b: c\n",
        "a:  # d\n  b: c\n",
        "a: Bücher\n",
        "a: map<b, c> # d\n",
        "a: b(\"c\")\n",
        "a: b::c\n",
        "a.b@1: c\n",
        "- a\n- b: c\n",
    ];
    let left: Vec<&str> = texts.into_iter().filter(|text| !is_plain(text)).collect();
    assert_eq!(left, Vec::<&str>::new());
}

/// What is put into a text: everything that means something to YAML, and what does not.
const PIECES: &[&str] = &[
    " ", "  ", "\n", ":", ": ", "-", "- ", "#", " #", "'", "\"", "{", "}", "[", "]", ",", ", ", "\t", "?", "? ", "|",
    ">", "&a ", "*a", "!a ", "%", "@", "`", "\\", "a", "7", "é", "\u{85}", "\u{2028}", "\r", "---\n", "...\n", "~",
    "=", "<", "a: b\n", "\n  ",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// Whatever is done to a text: it is left to the parser, or read as the parser reads it.
    #[test]
    fn texts_that_were_changed_are_read_as_the_parser_reads_them(
        which: Index,
        edits in prop::collection::vec((any::<Index>(), 0_usize..4, select(PIECES)), 1..4),
    ) {
        let texts = SMALL.with(Clone::clone);
        let mut text: Vec<char> = texts[which.index(texts.len())].chars().collect();
        for (at, removed, piece) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + removed).min(text.len());
            text.splice(at..end, piece.chars());
        }
        let wrong = read(&text.into_iter().collect::<String>()).err();
        prop_assert_eq!(wrong, None);
    }
}

thread_local! {
    /// Texts of which a change touches a good part.
    static SMALL: std::rc::Rc<Vec<String>> = {
        let mut texts = schemas();
        texts.extend(locks());
        texts.retain(|text| text.len() < 1_500 && is_plain(text));
        std::rc::Rc::new(texts)
    };
}
