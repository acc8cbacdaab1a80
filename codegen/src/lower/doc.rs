//! Documentation of generated items. A schema's text is shown as it was written: nothing in it may become a doc test, a
//! link or markup that the author did not mean.

use factum_model::schema::{EventDef, Schema, TypeDef, VersionDef};

use super::history;
use crate::items::Doc;

/// The lines of a schema's `doc`.
pub(super) fn text(doc: Option<&str>) -> Vec<String> {
    let mut fenced = false;
    let mut lines: Vec<String> =
        doc.map(|doc| doc.trim().lines().map(|line| neutral(line, &mut fenced)).collect()).unwrap_or_default();
    if fenced {
        lines.push("```".to_owned());
    }
    lines
}

/// A line without meaning to rustdoc: an opening fence says `text`, an indented line is no code, and outside of code a
/// bracket or an angle is itself, and an address is a link.
fn neutral(line: &str, fenced: &mut bool) -> String {
    let bare = line.trim_start();
    if bare.starts_with("```") || bare.starts_with("~~~") {
        *fenced = !*fenced;
        return if *fenced { "```text".to_owned() } else { "```".to_owned() };
    }
    if *fenced {
        return line.trim_end().replace(turns, "");
    }
    let line = bare.trim_end();
    // Of an odd number of backticks the last one opens nothing.
    let lonely = line.rfind('`').filter(|_| line.matches('`').count() % 2 == 1);
    let mut code = false;
    let mut out = String::with_capacity(line.len());
    let mut written = 0;
    for (place, c) in line.char_indices().filter(|(_, c)| !c.is_control() && !turns(*c)) {
        if place < written {
            continue;
        }
        let address = if code { "" } else { url(&line[place..]) };
        if !address.is_empty() {
            out.extend(["<", address, ">"]);
            written = place + address.len();
            continue;
        }
        code ^= c == '`' && Some(place) != lonely;
        if Some(place) == lonely || (!code && matches!(c, '[' | ']' | '<' | '>')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether a character turns the direction of what is written behind it, which the compiler refuses in source.
const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The address that a text begins with; empty if it begins with none.
fn url(text: &str) -> &str {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return "";
    }
    let end = text.find(|c: char| c.is_whitespace() || "<>()[]\"'`".contains(c)).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '/'])
}

/// The schema's doc, or `otherwise` where it has none.
pub(super) fn or(doc: Option<&str>, otherwise: impl FnOnce() -> String) -> Doc {
    let lines = text(doc);
    Doc(if lines.is_empty() { vec![otherwise()] } else { lines })
}

/// The first line of a doc, for a place that has room for one.
pub(super) fn summary(doc: Option<&str>, otherwise: impl FnOnce() -> String) -> Doc {
    let Doc(lines) = or(doc, otherwise);
    Doc(lines.into_iter().take(1).collect())
}

/// That an event should not be emitted any more.
pub(super) fn deprecated(since: u32, instead: Option<&str>) -> String {
    let instead =
        instead.map_or_else(|| "no new ones are emitted".to_owned(), |name| format!("emit [`{name}`] instead"));
    format!("Deprecated since version {since}: {instead}.")
}

/// That an event takes back another one, and which.
pub(super) fn compensates(other: &str, by: &[&str]) -> String {
    match by {
        [] => format!("Takes back the last [`{other}`]."),
        fields => format!("Takes back the last [`{other}`] with the same {}.", listed_fields(fields)),
    }
}

/// `a`, `b` and `c`.
fn listed_fields(fields: &[&str]) -> String {
    let spelled: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    match spelled.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// What takes an event back, or is taken back by it: a line each.
fn compensations<'s>(schema: &'s Schema, event: &'s EventDef) -> impl Iterator<Item = String> {
    let own = event.compensates.as_ref().map(|compensates| {
        let other = &schema.events[compensates.event.0 as usize].name.value;
        let fields = &event.current().shape.fields;
        let by: Vec<&str> = compensates.by.iter().map(|(own, _)| fields[*own].name.value.as_str()).collect();
        self::compensates(other, &by)
    });
    let is_taken_by = |other: &&EventDef| {
        other.compensates.as_ref().is_some_and(|found| schema.events[found.event.0 as usize].name == event.name)
    };
    let by = schema.events.iter().filter(is_taken_by).map(|other| format!("[`{}`] takes it back.", other.name.value));
    own.into_iter().chain(by)
}

/// What an event is, and what happened to its shape.
pub(super) fn event(schema: &Schema, event: &EventDef) -> Doc {
    let current = event.current();
    let Doc(mut lines) = or(event.doc.as_deref(), || format!("The event `{}`.", current.wire_type));
    lines.push(String::new());
    let readable = match current.readable_from {
        from if from == current.number => String::new(),
        from => format!(", readable from version {from}"),
    };
    lines.push(format!("Stored as `{}`, version {}{readable}.", current.wire_type, current.number));
    let versions = event.versions.windows(2);
    append(&mut lines, versions.flat_map(|pair| listed(pair[1].number, history::changes(schema, &pair[0], &pair[1]))));
    if let Some(deprecated) = &event.deprecated {
        let instead = deprecated.instead.map(|id| schema.events[id.0 as usize].name.value.as_str());
        lines.extend([String::new(), self::deprecated(deprecated.since, instead)]);
    }
    lines.extend(compensations(schema, event).flat_map(|line| [String::new(), line]));
    if !event.personal.is_empty() {
        let names: Vec<String> = event.personal.iter().map(|name| format!("`{}`", name.value)).collect();
        lines.push(String::new());
        lines.push(format!("Personal data: {}.", names.join(", ")));
    }
    Doc(lines)
}

/// What a declared type is, and what happened to its shape.
pub(super) fn declared(schema: &Schema, def: &TypeDef) -> Doc {
    let Doc(mut lines) = or(def.doc.as_deref(), || format!("The type `{}` of `{}`.", def.name.value, def.context));
    let versions = def.versions.windows(2);
    append(
        &mut lines,
        versions.flat_map(|pair| listed(pair[1].number, history::type_changes(schema, &pair[0], &pair[1]))),
    );
    Doc(lines)
}

/// What a version changed, a line each.
fn listed(version: u32, changes: Vec<String>) -> impl Iterator<Item = String> {
    changes.into_iter().map(move |change| format!("- Version {version}: {change}."))
}

/// A paragraph more, if it is not empty.
fn append(lines: &mut Vec<String>, paragraph: impl Iterator<Item = String>) {
    let before = lines.len();
    lines.push(String::new());
    lines.extend(paragraph);
    if lines.len() == before + 1 {
        lines.truncate(before);
    }
}

/// What an old version's struct is.
pub(super) fn historic(event: &EventDef, version: &VersionDef) -> Doc {
    Doc(vec![format!("[`{}`] as version {} stored it.", event.name.value, version.number)])
}
