//! A stored event before and after, for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use factum_model::schema::{EventFate, Schema};
use serde_json::value::RawValue;

use crate::history::{dropped, origin};
use crate::{Error, Read, Stored, today};

/// The widest value that stands in a column; wider ones push the column aside.
const WIDTH: usize = 34;

/// What was stored, what it is read as, and for each field which step did what.
///
/// # Errors
/// [`Error::Decode`] if the event cannot be read.
pub fn page(schema: &Schema, stored: &Stored<'_>) -> Result<String, Error> {
    let mut page = String::new();
    let (event, version) = (stored.event, stored.version);
    let _ = writeln!(page, "{}, stored as {}, version {}", event.name.value, version.wire_type, version.number);
    let _ = writeln!(page, "  before  {}", stored.payload);
    let read = today(stored)?;
    match &event.fate {
        EventFate::Current => {}
        EventFate::Retired(end) => _ = writeln!(page, "  retired in {end}: it is read, and emitted no more"),
        EventFate::Nothing(end) => _ = writeln!(page, "  retired in {end}: it is read as nothing"),
        EventFate::Becomes(end, children) => {
            let how = if children.iter().all(|child| child.steps.is_some()) { "by name" } else { "by hand" };
            let _ = writeln!(page, "  since {end} it is read as {} events, their fields {how}", read.len());
        }
    }
    for Read { event_type, schema_version, payload } in &read {
        let _ = writeln!(page, "  after   {payload}");
        if *event_type != version.wire_type || *schema_version != version.number {
            let _ = writeln!(page, "          {event_type}, version {schema_version}");
        }
    }
    if let (EventFate::Current | EventFate::Retired(_), [read]) = (&event.fate, read.as_slice()) {
        fields(&mut page, schema, stored, read)?;
    }
    Ok(page)
}

/// A line for each field that is not as it was.
fn fields(page: &mut String, schema: &Schema, stored: &Stored<'_>, read: &Read) -> Result<(), Error> {
    let before: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&stored.payload)?;
    let after: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&read.payload)?;
    let value = |of: &BTreeMap<String, Box<RawValue>>, name: &str| of.get(name).map_or("", |raw| raw.get()).to_owned();
    for (slot, field) in stored.event.current().shape.fields.iter().enumerate() {
        let origin = origin(schema, stored.event, stored.version.number, slot);
        if origin.steps.is_empty() {
            continue;
        }
        let was: Vec<String> = origin.fields.iter().map(|name| value(&before, name)).collect();
        let was = if was.is_empty() { "-".to_owned() } else { was.join(" ") };
        let steps = origin.steps.iter().map(|(version, said)| format!("{said} ({version})")).collect::<Vec<_>>();
        let (name, is) = (&field.name.value, value(&after, &field.name.value));
        let _ = writeln!(page, "    {name:<12} {was:<WIDTH$} -> {is:<WIDTH$}  {}", steps.join(", "));
    }
    for (name, version) in dropped(stored.event, stored.version.number) {
        let was = value(&before, &name);
        let _ = writeln!(page, "    {name:<12} {was:<WIDTH$}    {:<WIDTH$}  removed ({version})", "");
    }
    Ok(())
}
