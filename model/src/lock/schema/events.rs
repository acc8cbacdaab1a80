//! From locked events and aggregates to their definitions.

use core::ops::RangeInclusive;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Builder, unplaced};
use crate::lock::{Child, End, Event, EventVersion, Reading};
use crate::schema::{self, AggregateDef, AggregateId, Context, EventDef, EventFate, EventId, TypeDef, VersionDef};
use crate::source::Spanned;
use crate::upcast;

impl<'l> Builder<'l> {
    pub(super) fn event(&mut self, name: &str, event: &'l Spanned<Arc<Event>>, types: &[TypeDef]) -> Option<EventDef> {
        self.name(name, event.origin);
        self.numbers(&event.value.versions, event.origin);
        let (context, short) = name.split_once('.')?;
        let mut versions: Vec<VersionDef> = Vec::new();
        for (number, version) in &event.value.versions {
            let told = self.diagnostics.count();
            let shape = self.record(&version.value.fields);
            let (steps, by_hand) = self.upcast(versions.last(), &shape, version);
            let wire_type = version.value.wire_type.value.clone();
            let def = VersionDef { number: *number, wire_type, shape, steps, by_hand, readable_from: *number };
            let least = upcast::readable_from(versions.last(), &def, types);
            if self.diagnostics.count() == told {
                self.agrees(version, least..=*number);
            }
            versions.push(VersionDef { readable_from: version.value.readable_from, ..def });
        }
        let personal: BTreeSet<&String> =
            event.value.versions.values().flat_map(|version| &version.value.personal).collect();
        Some(EventDef {
            name: Spanned::new(short.to_owned(), event.origin),
            context: context.to_owned(),
            aggregate: self.aggregate_of(event),
            doc: None,
            versions,
            personal: personal.into_iter().map(|name| unplaced(name)).collect(),
            deprecated: None,
            compensates: None,
            fate: EventFate::Current,
        })
    }

    /// What no fingerprint is of. That newer readers are asked for than would do is no lie: a derive does not see the steps
    /// of the types that an event holds, and earlier releases of factum did not look at them.
    fn agrees(&mut self, version: &Spanned<EventVersion>, readable_from: RangeInclusive<u32>) {
        let EventVersion { readable_from: written, personal, fields, .. } = &version.value;
        if !readable_from.contains(written) {
            let least = readable_from.start();
            let message = format!("readers can read this version from version {least} on, not {written}");
            self.broken(version.origin, message);
        }
        if let Some(name) = personal.iter().find(|name| !fields.contains_key(*name)) {
            self.broken(version.origin, format!("`personal` names `{name}`, which is no field of this version"));
        }
    }

    fn aggregate_of(&mut self, event: &Spanned<Arc<Event>>) -> Option<AggregateId> {
        let name = event.value.aggregate.as_ref()?;
        let id = self.aggregates.get(name.as_str()).copied();
        if id.is_none() {
            self.broken(event.origin, format!("there is no aggregate `{name}` in this lock"));
        }
        id
    }

    pub(super) fn fate(&mut self, event: &Spanned<Arc<Event>>, def: &EventDef, events: &[EventDef]) -> EventFate {
        let Some(End { version, reading }) = &event.value.end else { return EventFate::Current };
        if *version as usize != def.versions.len() + 1 {
            self.broken(event.origin, format!("an event ends with the version after its newest, not with {version}"));
        }
        match reading {
            Reading::Itself => EventFate::Retired(*version),
            Reading::Nothing => EventFate::Nothing(*version),
            Reading::Others(children) => {
                let children = children.iter().filter_map(|child| self.child(child, def, events)).collect();
                EventFate::Becomes(*version, children)
            }
        }
    }

    fn child(&mut self, child: &Child, parent: &EventDef, events: &[EventDef]) -> Option<schema::Child> {
        let id = self.events.get(child.event.value.as_str()).copied();
        let version =
            id.and_then(|id| events.get(id.0 as usize)?.versions.get((child.version as usize).checked_sub(1)?));
        let (Some(id), Some(version)) = (id, version) else {
            let message = format!("there is no `{}@{}` in this lock", child.event.value, child.version);
            self.broken(child.event.origin, message);
            return None;
        };
        let last = &parent.current().shape;
        let steps = child.steps.as_ref().map(|steps| self.steps(steps, last, &version.shape, child.event.origin));
        Some(schema::Child { event: id, version: child.version, steps })
    }

    pub(super) fn aggregates(&mut self, events: &[EventDef]) -> Vec<AggregateDef> {
        let lock = self.lock;
        let mut aggregates = Vec::new();
        for ((name, aggregate), id) in lock.aggregates.iter().zip((0..).map(AggregateId)) {
            self.name(name, aggregate.origin);
            let (context, short) = name.split_once('.').unwrap_or_default();
            let own = (0..).map(EventId).zip(events).filter(|(_, event)| event.aggregate == Some(id));
            aggregates.push(AggregateDef {
                name: Spanned::new(short.to_owned(), aggregate.origin),
                context: context.to_owned(),
                doc: None,
                id: self.ty(&aggregate.value.id),
                state: None,
                snapshot: aggregate.value.snapshot,
                commands: Vec::new(),
                rejections: Vec::new(),
                events: own.map(|(event, _)| event).collect(),
            });
        }
        aggregates
    }

    pub(super) fn contexts(&self) -> Vec<Context> {
        let context = |name: &str| name.split_once('.').map(|(context, _)| context.to_owned());
        let all = self.types.keys().chain(self.events.keys()).chain(self.aggregates.keys());
        let names: BTreeSet<String> = all.filter_map(|name| context(name)).collect();
        let within = |name: &&str, wanted: &str| name.split_once('.').is_some_and(|(context, _)| context == wanted);
        let contexts = names.into_iter().map(|name| Context {
            doc: None,
            types: self.types.iter().filter(|(full, _)| within(full, &name)).map(|(_, id)| *id).collect(),
            events: self.events.iter().filter(|(full, _)| within(full, &name)).map(|(_, id)| *id).collect(),
            aggregates: self.aggregates.iter().filter(|(full, _)| within(full, &name)).map(|(_, id)| *id).collect(),
            name: unplaced(&name),
        });
        contexts.collect()
    }
}
