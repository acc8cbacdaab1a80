//! In `{ held: map<uuid, u32> }` the comma ends the value: YAML sees `held: map<uuid` and a key `u32>`. This puts the
//! type together again, so that one message tells the cause and none the consequences.

use super::load::Page;
use super::tree::{Entry, Kind, Node};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Joins what belongs to one type, and says how to write it.
pub(super) fn types_cut_at_commas(
    entries: Vec<Entry>,
    page: &mut Page<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Entry> {
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
