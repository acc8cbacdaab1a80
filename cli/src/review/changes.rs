//! The events that changed, each with what happened to it, its history, and a stored event before and after.

use std::collections::{BTreeMap, BTreeSet};

use factum_codegen::lower::changes;
use factum_model::diff::{Kind, Subject};
use factum_model::lock::{Event, EventVersion, Lock};
use factum_model::names;
use factum_model::rules::{self, Direction};
use factum_model::schema::{EventDef, EventId, Schema};
use factum_model::value::{read, sample, written};

use super::{Change, Happened, Verdict};

/// The events whose newest version is not the released one's, those of which the rules have something to say, and those
/// that are gone. `now` has also those that no schema declares.
pub(super) fn changed(schema: &Schema, now: &Lock, released: Option<&Lock>, found: &[rules::Finding]) -> Vec<Change> {
    let declared = schema.events.iter().zip((0_u32..).map(EventId));
    let known = Known {
        schema,
        now,
        released,
        stored: released.into_iter().flat_map(stored).collect(),
        declared: declared.map(|(def, id)| (full_name(def), (id, def))).collect(),
        found: Found::of(found),
    };
    let there = now.events.iter().filter_map(|(name, event)| known.changed(name, &event.value));
    let gone = released.into_iter().flat_map(|released| &released.events);
    let gone = gone.filter(|(name, _)| known.found.happened(name).contains(&Happened::Gone));
    there.chain(gone.map(|(name, event)| known.gone(name, &event.value))).collect()
}

/// The wire types and versions of a lock.
fn stored(lock: &Lock) -> impl Iterator<Item = (&str, u32)> {
    let versions = lock.events.values().flat_map(|event| &event.value.versions);
    versions.map(|(number, version)| (version.value.wire_type.value.as_str(), *number))
}

/// What is known of events.
struct Known<'a> {
    schema: &'a Schema,
    now: &'a Lock,
    released: Option<&'a Lock>,
    /// Wire types and versions that were released.
    stored: BTreeSet<(&'a str, u32)>,
    /// Those that a schema declares, by full names.
    declared: BTreeMap<String, (EventId, &'a EventDef)>,
    found: Found<'a>,
}

/// What the rules say, by full names.
struct Found<'a> {
    events: BTreeMap<&'a str, Vec<&'a rules::Finding>>,
    /// Types of which something changed that was released.
    edited: BTreeMap<&'a str, Vec<&'a rules::Finding>>,
}

impl<'a> Found<'a> {
    fn of(found: &'a [rules::Finding]) -> Self {
        let mut all = Self { events: BTreeMap::new(), edited: BTreeMap::new() };
        for found in found {
            match &found.change.subject {
                Subject::Event(name) => all.events.entry(name).or_default().push(found),
                // A new version of a type concerns those who hold it in a new version of their own.
                Subject::Type(name) if Happened::of(&found.change.kind) == Some(Happened::Edited) => {
                    all.edited.entry(name).or_default().push(found);
                }
                Subject::Type(_) | Subject::Aggregate(_) | Subject::Context(_) | Subject::Policy(_) => {}
            }
        }
        all
    }

    fn of_event(&self, name: &str) -> impl Iterator<Item = &'a rules::Finding> {
        self.events.get(name).into_iter().flatten().copied()
    }

    fn happened(&self, name: &str) -> BTreeSet<Happened> {
        self.of_event(name).filter_map(|found| Happened::of(&found.change.kind)).collect()
    }

    /// What stored ones are read as since it ended.
    fn becomes(&self, name: &str) -> Option<Vec<String>> {
        self.of_event(name).find_map(|found| {
            if let Kind::BecameOthers { events } = &found.change.kind { Some(events.clone()) } else { None }
        })
    }

    /// What is found of the types that an event holds in one of its versions.
    fn of_types(&self, now: &Lock, event: &Event) -> Vec<&'a rules::Finding> {
        if self.edited.is_empty() {
            return Vec::new();
        }
        let held: BTreeSet<String> =
            event.versions.values().flat_map(|version| now.held_by(&version.value)).map(|pin| pin.name).collect();
        held.iter().filter_map(|name| self.edited.get(name.as_str())).flatten().copied().collect()
    }
}

impl Known<'_> {
    fn changed(&self, name: &str, event: &Event) -> Option<Change> {
        let (newest, current) = current(event)?;
        let is_stored = |(number, version): &(&u32, &EventVersion)| {
            self.stored.contains(&(version.wire_type.value.as_str(), **number))
        };
        let versions = event.versions.iter().map(|(number, version)| (number, &version.value));
        let elsewhere = self.in_other_context(name);
        let old = versions.rev().find(is_stored).map(|(number, _)| *number).or(elsewhere);
        let of_types = self.found.of_types(self.now, event);
        let happened = self.happened(name, old, newest, !of_types.is_empty());
        if happened.is_empty() {
            return None;
        }
        let broken =
            |direction| self.found.of_event(name).chain(of_types.iter().copied()).any(|found| breaks(found, direction));
        // Nobody looks for it under the name of the other context.
        let (backward, in_place) = (!broken(Direction::B) && elsewhere.is_none(), old == Some(newest));
        let readable = old.is_none_or(|old| current.readable_from <= old);
        let shown = self.declared.get(name).filter(|_| happened.iter().any(|what| what.is_of_what_is_stored()));
        let sample = shown.zip(old.filter(|_| backward));
        Some(Change {
            event: current.wire_type.value.clone(),
            becomes: self.found.becomes(name),
            happened,
            old,
            new: Some(newest),
            backward: verdict(backward),
            forward: verdict(readable && !(in_place && broken(Direction::F))),
            sample: sample.and_then(|((id, def), old)| before_and_after(self.schema, *id, def, old)),
            history: shown.map(|(_, def)| history(self.schema, def)).unwrap_or_default(),
        })
    }

    /// The newest version of an event that was another context's.
    fn in_other_context(&self, name: &str) -> Option<u32> {
        let moved = self.found.of_event(name).find(|found| found.change.kind == Kind::ContextChanged)?;
        let was = self.released?.events.get(moved.change.was.as_ref()?)?;
        current(&was.value).map(|(number, _)| number)
    }

    /// What happened to an event that is there.
    fn happened(&self, name: &str, old: Option<u32>, newest: u32, of_types: bool) -> BTreeSet<Happened> {
        let mut happened = self.found.happened(name);
        match old {
            None => drop(happened.insert(Happened::New)),
            Some(old) if old < newest => drop(happened.insert(Happened::NewVersion)),
            Some(_) => {}
        }
        if of_types {
            happened.insert(Happened::Edited);
        }
        if happened.len() > 1 {
            happened.remove(&Happened::Reported);
        }
        happened
    }

    fn gone(&self, name: &str, event: &Event) -> Change {
        let newest = current(event);
        Change {
            event: newest.map_or(name, |(_, version)| &version.wire_type.value).to_owned(),
            happened: self.found.happened(name),
            becomes: None,
            old: newest.map(|(number, _)| number),
            new: None,
            backward: Verdict::Breaking,
            forward: Verdict::Compatible,
            sample: None,
            history: Vec::new(),
        }
    }
}

fn current(event: &Event) -> Option<(u32, &EventVersion)> {
    event.versions.iter().next_back().map(|(number, version)| (*number, &version.value))
}

fn breaks(found: &rules::Finding, direction: Direction) -> bool {
    found.breaks.contains(&direction) && !(found.covered && direction == Direction::B)
}

const fn verdict(fine: bool) -> Verdict {
    if fine { Verdict::Compatible } else { Verdict::Breaking }
}

pub(super) fn full_name(def: &EventDef) -> String {
    names::full_name(&def.context, &def.name.value)
}

fn history(schema: &Schema, def: &EventDef) -> Vec<(u32, Vec<String>)> {
    def.versions.windows(2).map(|pair| (pair[1].number, changes(schema, &pair[0], &pair[1]))).collect()
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
