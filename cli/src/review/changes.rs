//! The events that changed, each with its history and with a stored event before and after.

use factum_codegen::lower::changes;
use factum_model::lock::{self, Lock};
use factum_model::rules::{self, Direction};
use factum_model::schema::{EventDef, EventId, Schema};
use factum_model::value::{read, sample, written};

use super::{Change, Verdict};

/// The events whose newest version is not the released one's, and those that the rules have something against.
pub(super) fn changed(schema: &Schema, released: Option<&Lock>, found: &[rules::Finding]) -> Vec<Change> {
    let numbered = schema.events.iter().zip((0_u32..).map(EventId));
    let mut all: Vec<Change> =
        numbered.filter_map(|(def, id)| changed_event(schema, (id, def), released, found)).collect();
    let known = |name: &str| schema.events.iter().any(|def| full_name(def) == name);
    for (name, event) in released.into_iter().flat_map(|released| &released.events).filter(|(name, _)| !known(name)) {
        if found.iter().any(|found| found.change.subject.name() == name && breaks(found, Direction::B)) {
            all.push(gone(name, &event.value));
        }
    }
    all
}

fn changed_event(
    schema: &Schema,
    (id, def): (EventId, &EventDef),
    released: Option<&Lock>,
    found: &[rules::Finding],
) -> Option<Change> {
    let name = full_name(def);
    let breaking =
        |direction| found.iter().any(|found| found.change.subject.name() == name && breaks(found, direction));
    let stored = newest_released(def, released);
    let (backward, edited) = (breaking(Direction::B), breaking(Direction::F));
    if stored == Some(def.current().number) && !backward && !edited {
        return None;
    }
    let readable = stored.is_none_or(|stored| def.current().readable_from <= stored);
    let in_place = stored == Some(def.current().number);
    Some(Change {
        event: def.current().wire_type.clone(),
        old: stored,
        new: Some(def.current().number),
        backward: verdict(!backward),
        forward: verdict(readable && !(in_place && edited)),
        sample: stored.filter(|_| !backward).and_then(|stored| before_and_after(schema, id, def, stored)),
        history: def.versions.windows(2).map(|pair| (pair[1].number, changes(schema, &pair[0], &pair[1]))).collect(),
    })
}

/// The newest version that was stored under the name that it has in the schema.
fn newest_released(def: &EventDef, released: Option<&Lock>) -> Option<u32> {
    let released = released?;
    def.versions.iter().rev().map(|version| (version.number, &version.wire_type)).find_map(|(number, wire_type)| {
        let mut known = released.events.values().filter_map(|event| event.value.versions.get(&number));
        known.any(|known| known.value.wire_type.value == *wire_type).then_some(number)
    })
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

fn pretty(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}
