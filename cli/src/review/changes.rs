//! The events that changed, each with its history and with a stored event before and after.

use std::collections::BTreeSet;

use factum_codegen::lower::changes;
use factum_model::lock::{self, Lock};
use factum_model::rules::{self, Direction};
use factum_model::schema::{EventDef, EventId, Schema, VersionDef};
use factum_model::value::{read, sample, written};

use super::{Change, Verdict};

/// The events whose newest version is not the released one's, and those that the rules have something against.
pub(super) fn changed(schema: &Schema, released: Option<&Lock>, found: &[rules::Finding]) -> Vec<Change> {
    let known = Known::of(released, found);
    let numbered = schema.events.iter().zip((0_u32..).map(EventId));
    let mut all: Vec<Change> = numbered.filter_map(|(def, id)| known.changed(schema, id, def)).collect();
    let names: BTreeSet<String> = schema.events.iter().map(full_name).collect();
    for (name, event) in released.into_iter().flat_map(|released| &released.events) {
        if !names.contains(name) && known.backward.contains(name.as_str()) {
            all.push(gone(name, &event.value));
        }
    }
    all
}

/// What is known of events, by their names.
struct Known<'a> {
    /// Wire types and versions that were released.
    stored: BTreeSet<(&'a str, u32)>,
    /// What breaks for new code that reads old events.
    backward: BTreeSet<&'a str>,
    /// What breaks for old code that reads new ones.
    forward: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(released: Option<&'a Lock>, found: &'a [rules::Finding]) -> Self {
        let versions =
            released.into_iter().flat_map(|lock| lock.events.values()).flat_map(|event| &event.value.versions);
        let breaking = |direction: Direction| {
            let breaking = found.iter().filter(|found| breaks(found, direction));
            breaking.map(|found| found.change.subject.name()).collect()
        };
        Self {
            stored: versions.map(|(number, version)| (version.value.wire_type.value.as_str(), *number)).collect(),
            backward: breaking(Direction::B),
            forward: breaking(Direction::F),
        }
    }

    fn changed(&self, schema: &Schema, id: EventId, def: &EventDef) -> Option<Change> {
        let name = full_name(def);
        let is_stored = |version: &&VersionDef| self.stored.contains(&(version.wire_type.as_str(), version.number));
        let stored = def.versions.iter().rev().find(is_stored).map(|version| version.number);
        let [broken, edited] = [&self.backward, &self.forward].map(|breaking| breaking.contains(name.as_str()));
        let in_place = stored == Some(def.current().number);
        if in_place && !broken && !edited {
            return None;
        }
        let readable = stored.is_none_or(|stored| def.current().readable_from <= stored);
        let history = def.versions.windows(2);
        Some(Change {
            event: def.current().wire_type.clone(),
            old: stored,
            new: Some(def.current().number),
            backward: verdict(!broken),
            forward: verdict(readable && !(in_place && edited)),
            sample: stored.filter(|_| !broken).and_then(|stored| before_and_after(schema, id, def, stored)),
            history: history.map(|pair| (pair[1].number, changes(schema, &pair[0], &pair[1]))).collect(),
        })
    }
}

fn gone(name: &str, event: &lock::Event) -> Change {
    Change {
        event: event.versions.values().next_back().map_or(name, |last| &last.value.wire_type.value).to_owned(),
        old: event.versions.keys().next_back().copied(),
        new: None,
        backward: Verdict::Breaking,
        forward: Verdict::Compatible,
        sample: None,
        history: Vec::new(),
    }
}

fn breaks(found: &rules::Finding, direction: Direction) -> bool {
    found.breaks.contains(&direction) && !(found.covered && direction == Direction::B)
}

const fn verdict(fine: bool) -> Verdict {
    if fine { Verdict::Compatible } else { Verdict::Breaking }
}

pub(super) fn full_name(def: &EventDef) -> String {
    format!("{}.{}", def.context, def.name.value)
}

/// A usual event of a released version, and what it is read as. `None` where a step is written by hand.
fn before_and_after(schema: &Schema, id: EventId, def: &EventDef, old: u32) -> Option<(String, String)> {
    let shape = &def.versions.iter().find(|version| version.number == old)?.shape;
    let stored = sample::edge(schema, shape, sample::Edge::Usual).to_string();
    let events = read(schema, id, old, &stored).ok()?;
    let after: Vec<String> = events.iter().map(|event| pretty(&written(schema, event))).collect();
    Some((pretty(&stored), after.join("\n")))
}

pub(super) fn pretty(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}
