//! `cargo factum fmt`: the same words and comments, laid out in one way.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use factum_model::yaml::{self, LayoutError};
use factum_model::{Diagnostics, Sources, catalog::Layout, render};
use factum_test_kit::edit::{edited, edits};
use factum_test_kit::schema::schemas_with_policies;
use proptest::prelude::*;
use saphyr_parser::{Event, Parser, ScalarStyle};

fn laid_out(text: &str) -> Result<String, (LayoutError, String)> {
    let mut sources = Sources::new();
    let file = sources.add("schema.yaml", text.as_bytes().to_vec());
    let mut diagnostics = Diagnostics::new();
    let found = yaml::layout(&mut sources, file, &mut diagnostics);
    found.map_err(|error| (error, render(&diagnostics.into_vec(), &sources, false)))
}

/// What a file says, and what is wrong with it, wherever it stands.
fn meaning(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("schema.yaml", text.as_bytes().to_vec());
    let mut diagnostics = Diagnostics::new();
    let document = yaml::read(&mut sources, file, &mut diagnostics);
    let mut said = without_places(&format!("{document:#?}"));
    for found in diagnostics.into_vec() {
        let _ = writeln!(said, "{}", found.message);
    }
    said
}

fn without_places(debug: &str) -> String {
    let mut parts = debug.split("Origin(");
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        said.push_str(part.split_once(')').unwrap().1);
    }
    said
}

/// What has to hold of any file that is YAML.
fn holds(text: &str) -> Result<(), TestCaseError> {
    let once = match laid_out(text) {
        Ok(once) => once,
        Err((LayoutError::Unreadable, said)) => {
            prop_assert!(!said.is_empty(), "nothing is said of\n{text}");
            return Ok(());
        }
        // Of a key that long YAML takes one in brackets alone.
        Err((LayoutError::Strange, _)) if text.lines().any(|line| line.len() > 1_000) => return Ok(()),
        Err((LayoutError::Strange, _)) => return Err(TestCaseError::fail(format!("strange:\n{text}"))),
    };
    prop_assert_eq!(meaning(&once), meaning(text), "{}\nbecame\n{}", text, once);
    let twice = laid_out(&once).map_err(|(_, said)| TestCaseError::fail(said))?;
    prop_assert_eq!(&twice, &once, "laid out twice:\n{}", text);
    for line in once.lines() {
        prop_assert!(!line.ends_with([' ', '\t']) || once.contains('"') || once.contains(['|', '>']), "{:?}", line);
    }
    Ok(())
}

/// Whether there is something that may only be inside of brackets: a key of several lines, or a text that begins as the lines
/// of a block do, and has no quotes.
fn stands_only_in_brackets(text: &str) -> bool {
    // Of each open collection: whether a key comes next; a list has none.
    let mut open: Vec<Option<bool>> = Vec::new();
    for step in Parser::new_from_str(text) {
        let Ok((event, place)) = step else { return false };
        if matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text.starts_with(['|', '>'])) {
            return true;
        }
        let is_node =
            matches!(event, Event::Scalar(..) | Event::Alias(_) | Event::MappingStart(..) | Event::SequenceStart(..));
        if let Some(Some(key)) = open.last_mut().filter(|_| is_node) {
            if *key && place.start.line() != place.end.line() {
                return true;
            }
            *key = !*key;
        }
        if matches!(event, Event::MappingStart(..)) {
            open.push(Some(true));
        } else if matches!(event, Event::SequenceStart(..)) {
            open.push(None);
        } else if matches!(event, Event::MappingEnd | Event::SequenceEnd) {
            open.pop();
        }
    }
    false
}

/// Every schema of this repository, the wrong ones too.
static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders: Vec<PathBuf> =
        ["schemas", "examples", "model/tests", "tests/golden", "tests/rules"].map(|folder| root.join(folder)).to_vec();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !Layout::new([path.file_name().unwrap().to_str().unwrap()])
                .schemas("")
                .collect::<Vec<_>>()
                .is_empty()
            {
                files.push(fs::read(path).unwrap());
            }
        }
    }
    files.sort();
    let texts: Vec<String> = files.into_iter().filter_map(|bytes| String::from_utf8(bytes).ok()).collect();
    assert!(texts.len() > 200, "{}", texts.len());
    texts
});

/// A change of a layout that is none of what is said, or of nearly none.
#[derive(Debug, Clone)]
pub(crate) enum Mess {
    /// A comment on a line of its own, so deep.
    Above(usize, usize),
    /// A comment at the end of a line.
    Behind(usize),
    /// So many empty lines.
    Blank(usize, usize),
    /// What follows a comma or a bracket goes on the next line, so deep.
    Wrap(usize, usize),
    /// So many blanks where there is one.
    Spread(usize, usize),
    /// The whole file is indented so many times as deep.
    Deeper(usize),
}

pub(crate) fn mess() -> impl Strategy<Value = Vec<Mess>> {
    let place = any::<usize>;
    let mess = prop_oneof![
        3 => (place(), 0_usize..12).prop_map(|(at, deep)| Mess::Above(at, deep)),
        2 => place().prop_map(Mess::Behind),
        1 => (place(), 1_usize..4).prop_map(|(at, count)| Mess::Blank(at, count)),
        4 => (place(), 6_usize..14).prop_map(|(at, deep)| Mess::Wrap(at, deep)),
        1 => (place(), 2_usize..5).prop_map(|(at, count)| Mess::Spread(at, count)),
        1 => (2_usize..4).prop_map(Mess::Deeper),
    ];
    prop::collection::vec(mess, 1..8)
}

/// The file after that, with the comments that were added.
pub(crate) fn messed(text: &str, mess: &[Mess]) -> (String, Vec<String>) {
    let (mut text, mut comments) = (text.replace('\r', ""), Vec::new());
    for (number, one) in mess.iter().enumerate() {
        let comment = format!("#~{number}~");
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let end = |at: usize| ends.get(at % ends.len().max(1)).copied().unwrap_or_default();
        let nth = |at: usize, signs: &[char]| {
            // A key in quotes that goes over several lines has no other layout.
            let quoted = |at: &usize| text[..*at].rsplit('\n').next().is_some_and(|line| line.contains(['"', '\'']));
            let all: Vec<usize> = text.match_indices(signs).map(|(at, _)| at).filter(|at| !quoted(at)).collect();
            all.get(at % all.len().max(1)).copied()
        };
        match *one {
            Mess::Above(at, deep) => {
                text.insert_str(end(at), &format!("\n{}{comment}", " ".repeat(deep)));
                comments.push(comment);
            }
            Mess::Behind(at) => {
                text.insert_str(end(at), &format!("  {comment}"));
                comments.push(comment);
            }
            Mess::Blank(at, count) => text.insert_str(end(at), &"\n".repeat(count)),
            Mess::Wrap(at, deep) => {
                if let Some(at) = nth(at, &[',', '{', '[']) {
                    text.insert_str(at + 1, &format!("\n{}", " ".repeat(deep)));
                }
            }
            Mess::Spread(at, count) => {
                if let Some(at) = nth(at, &[' ']) {
                    text.insert_str(at, &" ".repeat(count));
                }
            }
            Mess::Deeper(times) => {
                let deeper = |line: &str| " ".repeat((line.len() - line.trim_start().len()) * (times - 1)) + line;
                text = text.lines().map(|line| deeper(line) + "\n").collect();
            }
        }
    }
    (text, comments)
}

#[test]
fn one_layout_for_all_of_it() {
    insta::assert_snapshot!(laid_out(include_str!("layout.yaml")).unwrap());
}

#[test]
fn every_schema_here_can_be_laid_out() {
    for text in FILES.iter() {
        holds(text).unwrap();
        let windows = text.replace("\r\n", "\n").replace('\n', "\r\n");
        if let (Ok(once), Ok(lines)) = (laid_out(text), laid_out(&windows)) {
            assert_eq!(lines.replace("\r\n", "\n"), once.replace("\r\n", "\n"));
            assert_eq!(lines.matches('\n').count(), lines.matches("\r\n").count());
        }
    }
}

/// Files that nobody wrote by hand: all on one line, and deep.
#[test]
fn large_files_are_laid_out_too() {
    let events: Vec<String> = (0..40_000).map(|number| format!("E{number}: {{ a: u32, b: [1, 2] }}")).collect();
    let wide = format!("{{ factum: 1, context: seats, events: {{ {} }} }}", events.join(", "));
    let once = laid_out(&wide).unwrap();
    assert_eq!(once.lines().count(), 40_003);
    assert_eq!(laid_out(&once).unwrap(), once);
    let deep = format!("a: {}{}", "{ a: ".repeat(60), " }".repeat(60));
    holds(&deep).unwrap();
    holds(&format!("a: {}b # {}\n{}", "[".repeat(60), "]".repeat(60), "]".repeat(60))).unwrap();
}

/// An unquoted text is cut at ` #`, so no comment comes to stand behind one.
#[test]
fn a_comment_behind_a_bracket_does_not_cut_a_text() {
    let text =
        "factum: 1\ncontext: seats\ntypes:\n  Id: { # an id\n    newtype: uuid,\n    doc: What is it? } # and more\n";
    holds(text).unwrap();
    assert!(laid_out(text).unwrap().contains("    doc: What is it?\n    # and more\n"), "{}", laid_out(text).unwrap());
}

/// For YAML blanks are spaces and tabs: whatever else looks like one is text, also at its end.
#[test]
fn other_white_space_is_text() {
    for odd in ["\u{b}", "\u{c}", "\u{a0}", "\u{2003}"] {
        let text =
            format!("factum: 1\ncontext: seats{odd}\nevents:\n  Opened: {{ doc: a{odd}#b{odd}, fields: {{}} }}\n");
        holds(&text).unwrap();
        assert!(laid_out(&text).unwrap().contains(&format!("seats{odd}\n")), "{odd:?}");
    }
}

/// Where it stands it can be read, and as the lines of a block it would be another text.
#[test]
fn what_cannot_become_a_block_is_left_as_it_is() {
    let long = "a".repeat(120);
    let text = format!("factum: 1\ncontext: c\ntypes:\n  Id: {{ newtype: uuid, doc: |{long} }}\n");
    assert!(stands_only_in_brackets(&text));
    assert!(matches!(laid_out(&text), Err((LayoutError::Strange, _))), "{:?}", laid_out(&text));
}

/// It speaks of the last thing on its line, and of no other.
#[test]
fn a_comment_behind_a_bracket_stays_behind_what_is_last() {
    let text = "factum: 1\ncontext: c\ntypes:\n  Id: { # an id\n    newtype: uuid, doc: 'what' } # and more\n";
    holds(text).unwrap();
    let once = laid_out(text).unwrap();
    assert!(once.contains("  Id: # an id\n    newtype: uuid\n    doc: 'what' # and more\n"), "{once}");
}

#[test]
fn shared_schemas_are_in_their_layout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in ["schemas/conference.yaml", "schemas/parcels.yaml", "examples/theatre/schemas/theatre.yaml"] {
        let text = fs::read_to_string(root.join(name)).unwrap();
        let laid_out = laid_out(&text).unwrap();
        let other = laid_out.lines().zip(text.lines()).find(|(a, b)| a != b);
        assert_eq!((other, laid_out.len()), (None, text.len()), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_layout_is_too_messy(which in any::<prop::sample::Index>(), mess in mess()) {
        let (text, comments) = messed(&which.get(&FILES[..])[..], &mess);
        holds(&text)?;
        if let Ok(once) = laid_out(&text) {
            for comment in comments {
                prop_assert_eq!(once.matches(&comment).count(), 1, "{} in\n{}", comment, once);
            }
        }
    }

    #[test]
    fn accidents_do_no_harm(which in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), edits in edits()) {
        let bytes = edited(which.get(&FILES[..]).as_bytes(), other.get(&FILES[..]).as_bytes(), &edits);
        if let Ok(text) = String::from_utf8(bytes) {
            // What cannot become a block is refused, and left as it is.
            match laid_out(&text) {
                Err((LayoutError::Strange, _)) if stands_only_in_brackets(&text) => {}
                Err((LayoutError::Strange, _)) => return Err(TestCaseError::fail(format!("strange:\n{text}"))),
                Ok(_) | Err((LayoutError::Unreadable, _)) => holds(&text)?,
            }
        }
    }

    #[test]
    fn random_schemas_mean_the_same(schema in schemas_with_policies(), mess in mess()) {
        holds(&messed(&schema.to_string(), &mess).0)?;
    }
}
