//! `audit`: who did what to one aggregate, with the schema and without the user's program.

use factum::Recorded;
use factum::history::{AuditEntry, Current, Reading};
use factum::store::StreamQuery;
use factum_model::printable::printable_json;
use factum_model::value::{Event, carried_over};
use factum_sqlite::Scan;
use serde_json::{Map, Value};

use super::{no_stream, reviewed, sqlite_file, stream_name};
use crate::args::{Audit, AuditFormat, Cli};
use crate::stored::{Index, Outcome};
use crate::style::{STRONG, styled};
use crate::{Exit, Failure, World};

pub(super) fn run(cli: &Cli, arguments: &Audit, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (_, reviewed) = reviewed(cli, world)?;
    let Some(checked) = reviewed.checked() else { return Ok(Exit::Findings) };
    let indices: Vec<Index<'_>> = checked.iter().map(|checked| Index::of(checked.schema())).collect();
    let path = sqlite_file(&arguments.store)?;
    let failed = |message: String| Failure::Stored { what: path.to_owned(), message };
    let mut scan = Scan::open(world.directory.join(path))?;
    let mut query = query(arguments)?;
    let (mut first, mut all_read) = (true, true);
    loop {
        let page = scan.stream_page(&query).map_err(|error| failed(error.to_string()))?;
        if page.stream_version().is_none() {
            return Err(no_stream(&arguments.stream, &arguments.store));
        }
        for recorded in page.iter() {
            let entry = entry(&indices, &recorded, arguments.hide_personal);
            all_read &= !matches!(entry.reading, Reading::Unreadable(_));
            let gap = if std::mem::take(&mut first) { "" } else { "\n" };
            match arguments.format {
                AuditFormat::Text => world.print(format!("{gap}{}", for_people(&entry)))?,
                AuditFormat::Json => world.hand_over(json(&entry).map_err(&failed)?)?,
            }
        }
        query.from = page.next();
        if query.from.is_none() {
            return Ok(Exit::findings(!all_read));
        }
    }
}

fn query(arguments: &Audit) -> Result<StreamQuery, Failure> {
    let query = StreamQuery::new(stream_name(&arguments.stream)?);
    Ok(StreamQuery { up_to_version: arguments.at_version, as_of: arguments.as_of, ..query })
}

/// The event, and what the schema that knows it reads it as.
fn entry<'a>(indices: &[Index<'_>], recorded: &Recorded<'a>, hide_personal: bool) -> AuditEntry<'a> {
    let index = Index::knowing(indices, recorded.event_type);
    let outcome = index
        .map_or_else(|| Outcome::Failed("there is no schema".to_owned()), |index| index.judge(&(*recorded).into()));
    let reading = match (index, outcome) {
        (Some(index), Outcome::Read(events)) => {
            let current = events.iter().filter_map(|event| current(index, event));
            current.collect::<Result<_, _>>().map_or_else(Reading::Unreadable, Reading::ReadAs)
        }
        (None, Outcome::Read(_)) => Reading::ReadAs(Vec::new()),
        (_, Outcome::ByHand(step)) => Reading::NeedsCode(step),
        (_, Outcome::Failed(reason)) => Reading::Unreadable(reason),
    };
    let mut entry = AuditEntry::new(recorded, reading);
    if hide_personal {
        hide(index, &mut entry);
    }
    entry
}

/// An event as its newest version stores it.
fn current(index: &Index<'_>, event: &Event) -> Option<Result<Current, String>> {
    let schema = index.schema();
    let version = schema.events.get(event.event.0 as usize)?.current();
    Some(Current::new(&version.wire_type, version.number, carried_over(schema, event)))
}

/// Hides what the schema calls personal, of the stored event and of those that it is read as. Where there is any, only members
/// that the event still has are shown: what had another name, or went into something else, may be personal too.
fn hide(index: Option<&Index<'_>>, entry: &mut AuditEntry<'_>) {
    let Some(index) = index.filter(|index| index.knows(entry.event_type)) else { return entry.hide_payload() };
    let mut personal: Vec<&str> = index.personal(entry.event_type).collect();
    if let Reading::ReadAs(events) = &entry.reading {
        personal.extend(events.iter().flat_map(|event| index.personal(&event.event_type)));
    }
    if personal.is_empty() {
        return;
    }
    let Ok(stored) = serde_json::from_str::<Map<String, Value>>(&entry.payload) else { return entry.hide_payload() };
    let kept: Vec<&str> = index.members(entry.event_type).collect();
    let gone: Vec<&str> = stored.keys().map(String::as_str).filter(|name| !kept.contains(name)).collect();
    entry.hide(&[personal, gone].concat());
}

fn for_people(entry: &AuditEntry<'_>) -> String {
    let text = entry.to_string();
    match text.split_once('\n') {
        Some((head, rest)) => format!("{}\n{rest}", styled(STRONG, head)),
        None => text,
    }
}

/// The JSON Schema of what is told to programs.
pub(super) fn schema() -> String {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<AuditEntry<'_>>();
    // Texts and numbers: none of it can fail to be JSON.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

fn json(entry: &AuditEntry<'_>) -> Result<String, String> {
    serde_json::to_string(entry).map(|line| printable_json(&line) + "\n").map_err(|error| error.to_string())
}
