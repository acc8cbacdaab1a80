//! Which event a stored one is, and what it is read as.

use std::collections::HashMap;

use factum_model::schema::{EventDef, EventId, Schema};
use factum_model::value::{Event, Fault, read};

use super::Stored;

/// The events of a schema by the names and versions under which they were ever stored.
#[derive(Debug)]
pub struct Index<'s> {
    schema: &'s Schema,
    events: HashMap<&'s str, Vec<(EventId, &'s EventDef)>>,
}

/// What became of one stored event.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is read as these events.
    Read(Vec<Event>),
    /// A step on its way is written by the user, in Rust: as far as that it was read.
    ByHand(String),
    /// It cannot be read.
    Failed(String),
}

impl<'s> Index<'s> {
    /// Of a schema.
    #[must_use]
    pub fn of(schema: &'s Schema) -> Self {
        let mut events: HashMap<&str, Vec<(EventId, &EventDef)>> = HashMap::new();
        for (number, def) in schema.events.iter().enumerate() {
            let id = EventId(u32::try_from(number).unwrap_or(u32::MAX));
            for version in &def.versions {
                let known = events.entry(&version.wire_type).or_default();
                if !known.iter().any(|(other, _)| *other == id) {
                    known.push((id, def));
                }
            }
        }
        Self { schema, events }
    }

    /// Whether an event was ever stored under this name.
    #[must_use]
    pub fn knows(&self, event_type: &str) -> bool {
        self.events.contains_key(event_type)
    }

    /// The schema.
    #[must_use]
    pub const fn schema(&self) -> &'s Schema {
        self.schema
    }

    /// Of several, the one that knows an event of this name; the first, where none does.
    #[must_use]
    pub fn knowing<'i>(indices: &'i [Self], event_type: &str) -> Option<&'i Self> {
        indices.iter().find(|index| index.knows(event_type)).or(indices.first())
    }

    /// The names of the fields that hold personal data, of whatever was ever stored under this name.
    pub fn personal(&self, event_type: &str) -> impl Iterator<Item = &'s str> {
        let known = self.events.get(event_type).into_iter().flatten();
        known.flat_map(|(_, def)| def.personal.iter().map(|name| name.value.as_str()))
    }

    /// The names of the fields that it has today, whatever was ever stored under this name.
    pub fn members(&self, event_type: &str) -> impl Iterator<Item = &'s str> {
        let known = self.events.get(event_type).into_iter().flatten();
        known.flat_map(|(_, def)| def.current().shape.fields.iter().map(|field| field.name.value.as_str()))
    }

    /// Reads a stored event with the schema.
    #[must_use]
    pub fn judge(&self, stored: &Stored<'_>) -> Outcome {
        let Some(known) = self.events.get(stored.event_type) else {
            return Outcome::Failed(format!("the schema has no event `{}`", stored.event_type));
        };
        let version = stored.schema_version;
        let wrote = |def: &EventDef| {
            def.versions.iter().any(|found| found.number == version && found.wire_type == stored.event_type)
        };
        if let Some((id, _)) = known.iter().find(|(_, def)| wrote(def)) {
            return self.read(*id, version, stored.payload);
        }
        // Newer than the schema: its newest version reads what says so.
        let newest = known.iter().find(|(_, def)| def.current().wire_type == stored.event_type);
        match newest {
            Some((id, def)) if version > def.current().number => {
                let current = def.current().number;
                if stored.readable_from <= current {
                    return self.read(*id, current, stored.payload);
                }
                let from = stored.readable_from;
                Outcome::Failed(format!("it is readable from version {from} on, and the schema knows {current}"))
            }
            Some(_) | None => Outcome::Failed(format!("version {version} was never stored as `{}`", stored.event_type)),
        }
    }

    fn read(&self, id: EventId, version: u32, payload: &str) -> Outcome {
        match read(self.schema, id, version, payload) {
            Ok(events) => Outcome::Read(events),
            Err(Fault::ByHand(event, version)) => {
                let name = self.schema.events.get(event.0 as usize).map_or("", |def| def.name.value.as_str());
                Outcome::ByHand(format!("{name} version {version}"))
            }
            Err(Fault::UnknownVersion) => Outcome::Failed(format!("there is no version {version}")),
            Err(Fault::Payload(reason)) => {
                Outcome::Failed(format!("it is not what version {version} stored: {reason}"))
            }
            Err(Fault::Upcast(reason)) => Outcome::Failed(format!("a step has no newer value: {reason}")),
        }
    }
}
