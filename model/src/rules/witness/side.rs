//! One of the two schemas: what it writes, and what it knows.

use core::cell::OnceCell;
use core::ops::RangeInclusive;
use std::collections::{BTreeMap, BTreeSet};

use super::{Direction, Outcome, Reading, Witness};
use crate::diagnostic::Diagnostic;
use crate::lock::{Event as LockedEvent, EventVersion, Lock, SameEvents};
use crate::released::Pin;
use crate::schema::{EventDef, EventFate, EventId, Schema, TypeId, VersionDef};
use crate::value::sample::{Sampler, edges};
use crate::value::{self, Event};

/// How many samples are tried beside those that have names.
const SAMPLES: usize = 200;

#[derive(Debug)]
pub(super) struct Side<'l> {
    pub(super) lock: &'l Lock,
    /// Made of the lock: events and types in its order.
    pub(super) schema: Schema,
    pub(super) same: SameEvents<'l>,
    /// The events by id, each with its full name: there may be a finding for each of thousands.
    pub(super) events: Vec<(&'l str, &'l LockedEvent)>,
    /// Versions, by event and index, by the name and the number under which they are stored.
    stored: BTreeMap<String, BTreeMap<u32, Version>>,
    /// The types by name.
    types: BTreeMap<&'l str, TypeId>,
    /// Who holds a version of a type, however deep, in order. Made when somebody asks.
    holders: OnceCell<BTreeMap<Pin, Vec<Version>>>,
}

/// A version of an event, by its index.
type Version = (EventId, usize);

/// A version of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored<'s> {
    pub(super) id: EventId,
    pub(super) def: &'s EventDef,
    pub(super) version: &'s VersionDef,
}

impl Stored<'_> {
    pub(super) fn number(&self) -> u32 {
        self.version.number
    }

    pub(super) fn wire_type(&self) -> &str {
        &self.version.wire_type
    }

    /// The event's full name.
    pub(super) fn name(&self) -> String {
        crate::names::full_name(&self.def.context, &self.def.name.value)
    }

    /// Whether it is what new code stores.
    pub(super) fn is_emitted(&self) -> bool {
        self.def.fate == EventFate::Current && self.number() == self.def.current().number
    }

    pub(super) fn unknown(&self) -> String {
        format!("there is no version {} of `{}`", self.number(), self.wire_type())
    }
}

impl<'l> Side<'l> {
    pub(super) fn new(lock: &'l Lock) -> Result<Self, Vec<Diagnostic>> {
        let schema = lock.schema()?;
        let mut stored: BTreeMap<String, BTreeMap<u32, Version>> = BTreeMap::new();
        for (id, def) in (0..).map(EventId).zip(&schema.events) {
            for (index, version) in def.versions.iter().enumerate() {
                let numbers = stored.entry(version.wire_type.clone()).or_default();
                numbers.entry(version.number).or_insert((id, index));
            }
        }
        let events = lock.events.iter().map(|(name, event)| (name.as_str(), &*event.value)).collect();
        let types = lock.types.keys().map(String::as_str).zip((0..).map(TypeId)).collect();
        Ok(Self { lock, schema, same: lock.same_events(), events, stored, types, holders: OnceCell::new() })
    }

    fn at(&self, (id, index): Version) -> Option<Stored<'_>> {
        let def = self.schema.events.get(id.0 as usize)?;
        Some(Stored { id, def, version: def.versions.get(index)? })
    }

    /// The version that is stored under the same name and number.
    pub(super) fn find(&self, stored: &Stored<'_>) -> Result<(EventId, &VersionDef), String> {
        let found = self.stored.get(stored.wire_type()).and_then(|numbers| numbers.get(&stored.number()));
        let found = found.and_then(|version| self.at(*version));
        found.map(|Stored { id, version, .. }| (id, version)).ok_or_else(|| {
            if self.knows(stored.wire_type()) {
                stored.unknown()
            } else {
                format!("no event is known as `{}`", stored.wire_type())
            }
        })
    }

    /// Whether anything is stored under this name.
    pub(super) fn knows(&self, wire_type: &str) -> bool {
        self.stored.contains_key(wire_type)
    }

    pub(super) fn newest(&self, id: EventId) -> Option<Stored<'_>> {
        let def = self.schema.events.get(id.0 as usize)?;
        Some(Stored { id, def, version: def.versions.last()? })
    }

    /// The newest version of an event by its full name.
    pub(super) fn newest_of(&self, name: &str) -> Option<Stored<'_>> {
        let index = self.events.binary_search_by_key(&name, |(known, _)| known).ok()?;
        self.newest(EventId(u32::try_from(index).ok()?))
    }

    /// Versions of an event, the newest first.
    pub(super) fn versions_of(&self, name: &str, numbers: RangeInclusive<u32>) -> Vec<Stored<'_>> {
        let Some(Stored { id, def, .. }) = self.newest_of(name) else { return Vec::new() };
        let versions = def.versions.iter().rev().filter(|version| numbers.contains(&version.number));
        versions.map(|version| Stored { id, def, version }).collect()
    }

    /// Versions of events in which a version of a type is stored, however deep; the newest first.
    pub(super) fn holders_of(&self, ty: &str, numbers: RangeInclusive<u32>) -> Vec<Stored<'_>> {
        let first = Pin { name: ty.to_owned(), version: *numbers.start() };
        let all = self.holders.get_or_init(|| self.holders()).range(first..);
        let held = all.take_while(|(pin, _)| pin.name == ty && numbers.contains(&pin.version));
        let holders: BTreeSet<Version> = held.flat_map(|(_, holders)| holders).copied().collect();
        holders.into_iter().rev().filter_map(|version| self.at(version)).collect()
    }

    fn holders(&self) -> BTreeMap<Pin, Vec<Version>> {
        let mut holders: BTreeMap<Pin, Vec<Version>> = BTreeMap::new();
        for (id, def) in (0..).map(EventId).zip(&self.schema.events) {
            for (index, version) in def.versions.iter().enumerate() {
                let held = self.locked(id, version.number).map(|version| self.lock.held_by(version));
                for pin in held.into_iter().flatten() {
                    holders.entry(pin).or_default().push((id, index));
                }
            }
        }
        holders
    }

    /// A version as the lock has it.
    fn locked(&self, id: EventId, number: u32) -> Option<&'l EventVersion> {
        let (_, event) = self.events.get(id.0 as usize)?;
        event.versions.get(&number).map(|version| &version.value)
    }

    /// A type by its full name.
    pub(super) fn type_of(&self, name: &str) -> Option<TypeId> {
        self.types.get(name).copied()
    }

    /// The names of the fields that hold a type, however deep.
    pub(super) fn fields_with(&self, stored: &Stored<'_>, ty: &str) -> BTreeSet<String> {
        let version = self.locked(stored.id, stored.number());
        let fields = version.into_iter().flat_map(|version| &version.fields);
        let holds = |text| self.lock.held([text]).iter().any(|pin| pin.name == ty);
        fields.filter(|(_, text)| holds(*text)).map(|(name, _)| name.clone()).collect()
    }

    /// Whether it holds what only the front end understands.
    pub(super) fn is_opaque(&self, id: EventId, number: u32) -> bool {
        self.locked(id, number).is_some_and(|version| self.lock.is_opaque(version))
    }

    /// Events as they are read now.
    pub(super) fn readings(&self, events: &[Event]) -> Vec<Reading> {
        let reading = |event: &Event| {
            let newest = self.newest(event.event)?;
            let payload = value::written(&self.schema, event);
            Some(Reading { event: newest.name(), version: newest.number(), payload })
        };
        events.iter().filter_map(reading).collect()
    }

    /// The first sample that something is wrong with: those with names first, since they are the plainest.
    pub(super) fn first(
        &self,
        versions: &[Stored<'_>],
        direction: Direction,
        judge: &dyn Fn(&Stored<'_>, &str) -> Option<Outcome>,
    ) -> Option<Witness> {
        versions.iter().filter(|stored| !self.is_opaque(stored.id, stored.number())).find_map(|stored| {
            self.payloads(stored).find_map(|payload| {
                let outcome = judge(stored, &payload)?;
                let (wire_type, version) = (stored.wire_type().to_owned(), stored.number());
                Some(Witness { direction, wire_type, version, payload, outcome })
            })
        })
    }

    /// Payloads of a version, as they would be stored.
    pub(super) fn payloads<'s>(&'s self, stored: &Stored<'s>) -> impl Iterator<Item = String> + 's {
        let (def, version) = (stored.def, stored.version);
        let named = edges(&self.schema, &version.shape).into_iter().map(|sample| sample.json);
        let mut sampler = Sampler::new(&self.schema, 1);
        let others = (0..SAMPLES).filter_map(move |_| sampler.event(def, version.number));
        let all = named.chain(others);
        all.filter_map(|json| value::as_stored(&self.schema, &version.shape, &json.to_string()).ok())
    }
}
