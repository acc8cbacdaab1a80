//! The events that changed, each with its history and with a stored event before and after.

use std::collections::BTreeSet;

use factum_codegen::lower::changes;
use factum_model::diff::{Kind, Subject};
use factum_model::lock::{self, Lock};
use factum_model::names;
use factum_model::rules::{self, Direction};
use factum_model::schema::{EventDef, EventId, Record, Schema, Type, TypeShape, VersionDef};
use factum_model::value::{read, sample, written};

use super::{Change, Verdict};

/// The events whose newest version is not the released one's, and those that the rules have something against.
pub(super) fn changed(schema: &Schema, released: Option<&Lock>, found: &[rules::Finding]) -> Vec<Change> {
    let known = Known::of(released, found);
    let numbered = schema.events.iter().zip((0_u32..).map(EventId));
    let mut all: Vec<Change> = numbered.filter_map(|(def, id)| known.changed(schema, id, def)).collect();
    let names: BTreeSet<String> = schema.events.iter().map(full_name).collect();
    for (name, event) in released.into_iter().flat_map(|released| &released.events) {
        if !names.contains(name) && known.backward.events.contains(name.as_str()) {
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
    backward: Breaking<'a>,
    /// What breaks for old code that reads new ones.
    forward: Breaking<'a>,
}

/// What one direction breaks, by full names.
struct Breaking<'a> {
    events: BTreeSet<&'a str>,
    types: BTreeSet<&'a str>,
}

impl<'a> Breaking<'a> {
    fn of(direction: Direction, found: &'a [rules::Finding]) -> Self {
        let (mut events, mut types) = (BTreeSet::new(), BTreeSet::new());
        for found in found.iter().filter(|found| breaks(found, direction)) {
            match &found.change.subject {
                Subject::Event(name) => drop(events.insert(name.as_str())),
                // A new version of a type concerns those who hold it in a new version of their own.
                Subject::Type(name) if matches!(found.change.kind, Kind::ShapeEdited { .. } | Kind::UpcastEdited) => {
                    types.insert(name.as_str());
                }
                Subject::Type(_) | Subject::Aggregate(_) | Subject::Context(_) | Subject::Policy(_) => {}
            }
        }
        Self { events, types }
    }

    fn breaks(&self, schema: &Schema, def: &EventDef) -> bool {
        let held = || def.versions.iter().flat_map(|version| &version.shape.fields).map(|field| &field.ty);
        self.events.contains(full_name(def).as_str()) || !self.types.is_empty() && self.any(schema, held().collect())
    }

    /// Whether one of these is such a type, or holds one.
    fn any<'s>(&self, schema: &'s Schema, mut open: Vec<&'s Type>) -> bool {
        let mut seen = BTreeSet::new();
        while let Some(ty) = open.pop() {
            match ty {
                Type::Builtin(_) | Type::Opaque(_) => {}
                Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => open.push(inner),
                Type::Map(key, value) => open.extend([&**key, &**value]),
                Type::Named(id, _) => {
                    let Some(def) = schema.types.get(id.0 as usize).filter(|_| seen.insert(*id)) else { continue };
                    if self.types.contains(names::full_name(&def.context, &def.name.value).as_str()) {
                        return true;
                    }
                    open.extend(def.versions.iter().flat_map(|version| held_by(&version.shape)));
                }
            }
        }
        false
    }
}

fn held_by(shape: &TypeShape) -> Vec<&Type> {
    match shape {
        TypeShape::Struct(record) => fields(record).collect(),
        TypeShape::Newtype(inner) => vec![inner],
        TypeShape::Enum(_) => Vec::new(),
        TypeShape::Union(kinds) => kinds.iter().flat_map(|kind| fields(&kind.shape)).collect(),
    }
}

fn fields(record: &Record) -> impl Iterator<Item = &Type> {
    record.fields.iter().map(|field| &field.ty)
}

impl<'a> Known<'a> {
    fn of(released: Option<&'a Lock>, found: &'a [rules::Finding]) -> Self {
        let versions =
            released.into_iter().flat_map(|lock| lock.events.values()).flat_map(|event| &event.value.versions);
        Self {
            stored: versions.map(|(number, version)| (version.value.wire_type.value.as_str(), *number)).collect(),
            backward: Breaking::of(Direction::B, found),
            forward: Breaking::of(Direction::F, found),
        }
    }

    fn changed(&self, schema: &Schema, id: EventId, def: &EventDef) -> Option<Change> {
        let is_stored = |version: &&VersionDef| self.stored.contains(&(version.wire_type.as_str(), version.number));
        let stored = def.versions.iter().rev().find(is_stored).map(|version| version.number);
        let [broken, edited] = [&self.backward, &self.forward].map(|breaking| breaking.breaks(schema, def));
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
    names::full_name(&def.context, &def.name.value)
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
