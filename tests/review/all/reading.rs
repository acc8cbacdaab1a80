//! What one schema makes of what another one stored.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use factum_model::schema::{EventDef, EventId, Schema, VersionDef};
use factum_model::upcast::{Conversion, Step};
use factum_model::value::{self, Fault};
use serde_json::Value;

pub(crate) fn events(schema: &Schema) -> impl Iterator<Item = (EventId, &EventDef)> {
    (0..).map(EventId).zip(&schema.events)
}

/// The version that is stored under this name and number.
pub(crate) fn find<'s>(schema: &'s Schema, wire_type: &str, number: u32) -> Option<(EventId, &'s VersionDef)> {
    let known = |version: &&VersionDef| version.number == number && version.wire_type == wire_type;
    events(schema).find_map(|(id, event)| Some((id, event.versions.iter().find(known)?)))
}

pub(crate) fn knows(schema: &Schema, wire_type: &str) -> bool {
    schema.events.iter().flat_map(|event| &event.versions).any(|version| version.wire_type == wire_type)
}

/// The event of deployed code that is stored under the same names.
pub(crate) fn deployed<'s>(old: &'s Schema, event: &EventDef) -> Option<&'s EventDef> {
    let names: BTreeSet<&str> = event.versions.iter().map(|version| version.wire_type.as_str()).collect();
    let is_one = |version: &VersionDef| names.contains(version.wire_type.as_str());
    old.events.iter().find(|old| old.versions.iter().any(is_one))
}

/// What was read by old code, read on by new code.
pub(crate) fn read_on((old, new): (&Schema, &Schema), events: &[value::Event]) -> Result<Vec<value::Event>, Fault> {
    let on = |event: &value::Event| {
        let newest = old.events[event.event.0 as usize].current();
        let (id, _) = find(new, &newest.wire_type, newest.number).ok_or(Fault::UnknownVersion)?;
        value::read(new, id, newest.number, &value::written(old, event))
    };
    let all: Result<Vec<_>, Fault> = events.iter().map(on).collect();
    all.map(|events| events.concat())
}

/// As values: in which order a schema writes them is nothing that is read.
pub(crate) fn written(schema: &Schema, events: &[value::Event]) -> Vec<Value> {
    events.iter().map(|event| parsed(&value::written(schema, event))).collect()
}

pub(crate) fn parsed(payload: &str) -> Value {
    serde_json::from_str(payload).unwrap()
}

/// What is wrong with how deployed code reads a payload of the newest version: by the table of that version if it has
/// one, else by its newest. What it read has to be read again from what the steps make of it; and what the steps take
/// over has to be what was stored. Steps by hand nobody knows.
pub(crate) fn misread_by_old(
    (old, known): (&Schema, &EventDef),
    (new, own): (&Schema, EventId),
    payload: &str,
) -> Option<String> {
    let event = &new.events[own.0 as usize];
    let table = known.versions.iter().find(|version| version.number == event.current().number);
    let table = table.unwrap_or(known.current());
    let read = |payload: &str| value::as_stored(old, &table.shape, payload);
    let first = match read(payload) {
        Ok(first) => first,
        Err(why) => return Some(format!("{why:?}")),
    };
    let again = match value::read(new, own, table.number, &first) {
        Ok(again) => value::written(new, again.first()?),
        Err(Fault::ByHand(..)) => return None,
        Err(why) => return Some(format!("{first}, and then {why:?}")),
    };
    let [is, meant] = [&again, payload].map(parsed);
    let differs = taken_over(event, table.number).into_iter().any(|field| is[field] != meant[field]);
    let other = read(&again).as_ref() != Ok(&first);
    (differs || other).then(|| format!("{first}, and then {again}"))
}

/// The fields of the newest version that have been there since another one, and whose types have no steps of their own.
fn taken_over(event: &EventDef, since: u32) -> Vec<&str> {
    let first = event.versions.iter().find(|version| version.number == since);
    let mut known: BTreeSet<usize> = (0..first.map_or(0, |version| version.shape.fields.len())).collect();
    for version in event.versions.iter().filter(|version| version.number > since) {
        let moved = |step: &Step| match step {
            Step::Move { from, to } => Some((from.0, to.0)),
            Step::Convert { from, to, how } if !has_versions(how) => Some((from.0, to.0)),
            Step::Convert { .. } | Step::Insert { .. } | Step::Drop { .. } | Step::Call { .. } => None,
        };
        let moved: BTreeMap<usize, usize> = version.steps.iter().filter_map(moved).collect();
        known = moved.into_iter().filter(|(from, _)| known.contains(from)).map(|(_, to)| to).collect();
    }
    known.into_iter().map(|slot| event.current().shape.fields[slot].name.value.as_str()).collect()
}

fn has_versions(how: &Conversion) -> bool {
    match how {
        Conversion::Versions { .. } => true,
        Conversion::Present(how)
        | Conversion::Maybe(how)
        | Conversion::Single(how)
        | Conversion::Each(how)
        | Conversion::EachOf(how)
        | Conversion::Or(how, _) => has_versions(how),
        Conversion::Entries(keys, values) => has_versions(keys) || has_versions(values),
        Conversion::Keep
        | Conversion::Widen { .. }
        | Conversion::Foreign(_)
        | Conversion::ToText(_)
        | Conversion::Parse(_)
        | Conversion::Scale { .. }
        | Conversion::Epoch { .. } => false,
    }
}
