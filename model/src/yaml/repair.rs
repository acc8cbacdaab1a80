//! What YAML makes of two slips inside of `{ }`, and what was meant. One message tells the cause, and none the consequences.
//!
//! In `{ held: map<uuid, u32> }` the comma ends the value: YAML sees `held: map<uuid` and a key `u32>`. In
//! `{ capacity:u32 }` it sees a key `capacity:u32` without value.

use super::load::Page;
use super::tree::{Entry, Key, Kind, Node, Scalar};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Mends both.
pub(super) fn flow_mapping(entries: Vec<Entry>, page: &mut Page<'_>, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let entries = entries.into_iter().map(|entry| key_without_space(entry, page, diagnostics)).collect();
    types_cut_at_commas(entries, page, diagnostics)
}

/// Parts a key from the value that stands right behind its colon.
fn key_without_space(mut entry: Entry, page: &mut Page<'_>, diagnostics: &mut Diagnostics) -> Entry {
    let range = page.range(entry.key.origin);
    let Some((key, value)) = entry.key.text.split_once(':').filter(|_| entry.value.is_missing()) else { return entry };
    if page.text.get(range.clone()) != Some(entry.key.text.as_str()) || key.is_empty() || value.is_empty() {
        return entry;
    }
    let colon = range.start + key.len();
    let message = "this is not valid YAML: a space is missing behind this colon";
    let help = format!("write `{key}: {}`", crate::names::shortened(value));
    diagnostics.push(Diagnostic::error(Code::Syntax, page.origin(colon..colon + 1), message).help(help));
    let scalar = Scalar { text: value.to_owned(), plain: true, verbatim: Some(colon + 1..range.end) };
    entry.value = Node { kind: Kind::Scalar(scalar), origin: page.origin(colon + 1..range.end) };
    entry.key = Key { text: key.to_owned(), origin: page.origin(range.start..colon) };
    entry
}

/// Joins what belongs to one type, and says how to write it.
fn types_cut_at_commas(entries: Vec<Entry>, page: &mut Page<'_>, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let mut whole: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut rest = entries.into_iter().peekable();
    while let Some(mut entry) = rest.next() {
        let start = page.range(entry.value.origin).start;
        let mut end = None;
        while let Some(open) = open_type(&entry.value) {
            let Some(cut) = rest.next_if(|next| next.value.is_missing()) else { break };
            let joined = format!("{open}, {}", cut.key.text);
            end = Some(page.range(cut.key.origin).end);
            set_text(&mut entry.value, joined);
        }
        if let Some(end) = end {
            let origin = page.origin(start..end);
            entry.value.origin = origin;
            diagnostics.push(cut_at_comma(&entry));
        }
        whole.push(entry);
    }
    whole
}

/// The text of a value with more `<` than `>`.
fn open_type(value: &Node) -> Option<&str> {
    let Kind::Scalar(scalar) = &value.kind else { return None };
    let count = |sign: char| scalar.text.matches(sign).count();
    (scalar.plain && scalar.text.len() < 1_000 && count('<') > count('>')).then_some(scalar.text.as_str())
}

fn set_text(value: &mut Node, joined: String) {
    if let Kind::Scalar(scalar) = &mut value.kind {
        scalar.text = joined;
        scalar.verbatim = None;
    }
}

fn cut_at_comma(entry: &Entry) -> Diagnostic {
    let text = match &entry.value.kind {
        Kind::Scalar(scalar) => scalar.text.as_str(),
        Kind::List(_) | Kind::Map(_) => "",
    };
    Diagnostic::error(Code::TypeCutAtComma, entry.value.origin, "inside `{ }` the comma cuts this type in two")
        .label("YAML reads two keys here")
        .help(format!("quote the type: `{}: \"{text}\"`", entry.key.text))
        .help("or write the mapping as a block, one key per line")
}
