//! Documentation of generated items. A schema's text is shown as it was written: nothing in it may become a doc test, a
//! link or markup that the author did not mean.

use factum_model::literal;
use factum_model::schema::{EventDef, FieldDef, Literal, Record, Schema, VersionDef};
use factum_model::upcast::{Slot, Step};

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
    let changes: Vec<String> = event.versions.windows(2).flat_map(|pair| version(schema, &pair[0], &pair[1])).collect();
    if !changes.is_empty() {
        lines.push(String::new());
        lines.extend(changes);
    }
    if !event.personal.is_empty() {
        let names: Vec<String> = event.personal.iter().map(|name| format!("`{}`", name.value)).collect();
        lines.push(String::new());
        lines.push(format!("Personal data: {}.", names.join(", ")));
    }
    Doc(lines)
}

/// What a version changed, a line each.
fn version(schema: &Schema, old: &VersionDef, new: &VersionDef) -> Vec<String> {
    changes(schema, old, new).into_iter().map(|change| format!("- Version {}: {change}.", new.number)).collect()
}

/// What a version changed, in a few words of Markdown each: "`clerk` was removed".
#[must_use]
pub fn changes(schema: &Schema, old: &VersionDef, new: &VersionDef) -> Vec<String> {
    let by_hand = new.by_hand.then(|| "made by hand from the version before".to_owned());
    let renamed = (old.wire_type != new.wire_type).then(|| format!("stored as `{}` before", old.wire_type));
    let changes = new.steps.iter().filter_map(|step| change(schema, step, &old.shape, &new.shape));
    by_hand.into_iter().chain(renamed).chain(changes).collect()
}

/// What an old version's struct is.
pub(super) fn historic(event: &EventDef, version: &VersionDef) -> Doc {
    Doc(vec![format!("[`{}`] as version {} stored it.", event.name.value, version.number)])
}

fn change(schema: &Schema, step: &Step, old: &Record, new: &Record) -> Option<String> {
    match step {
        Step::Move { from, to } => {
            let (old, new) = (field(old, *from)?, field(new, *to)?);
            (old.name != new.name).then(|| format!("`{}` is now called `{}`", old.name.value, new.name.value))
        }
        Step::Insert { to, value } => {
            let shown = shown(schema, value);
            Some(format!("`{}` was added, `{shown}` in older events", field(new, *to)?.name.value))
        }
        Step::Drop { from } => Some(format!("`{}` was removed", field(old, *from)?.name.value)),
        Step::Call { from, to, .. } => {
            let names = |record: &Record, slots: &[Slot]| {
                let names = slots.iter().filter_map(|slot| field(record, *slot));
                names.map(|field| format!("`{}`", field.name.value)).collect::<Vec<_>>().join(", ")
            };
            Some(format!("{} became {}", names(old, from), names(new, to)))
        }
        Step::Convert { from, to, .. } => {
            let (old, new) = (field(old, *from)?, field(new, *to)?);
            let types = format!(
                "from `{}` to `{}`",
                super::types::spelled(schema, &old.ty),
                super::types::spelled(schema, &new.ty)
            );
            Some(if old.name == new.name {
                format!("`{}` went {types}", new.name.value)
            } else {
                format!("`{}` is now called `{}` and went {types}", old.name.value, new.name.value)
            })
        }
    }
}

fn field(record: &Record, slot: Slot) -> Option<&FieldDef> {
    record.fields.get(slot.0)
}

/// A default as the schema writes it, cut where it is long.
fn shown(schema: &Schema, value: &Literal) -> String {
    const LONGEST: usize = 40;
    let text = literal::spelled(value, schema).replace(['`', '\n'], " ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}
