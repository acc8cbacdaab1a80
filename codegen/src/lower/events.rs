//! Events: the current struct, the historic ones, the steps between neighbours.

use factum_model::schema::{EventDef, EventId, VersionDef};
use factum_model::upcast::Step;

use super::wire::current_wire;
use super::{Scope, doc, names};
use crate::items::{Alias, Doc, Event, Expr, Ident, Item, Record, Upcast, Wire};

impl Scope<'_> {
    pub(super) fn event_def(&self, id: EventId) -> &EventDef {
        &self.schema.events[id.0 as usize]
    }

    pub(super) fn event(self, id: EventId) -> Vec<Item> {
        let event = self.event_def(id);
        let current = event.current();
        let (_, old) = event.versions.split_last().unwrap_or((current, &[]));
        let mut items = self.current_event(event);
        items.extend(old.iter().flat_map(|version| self.historic_event(event, version)));
        items.extend(event.versions.windows(2).map(|pair| Item::Upcast(self.upcast(event, &pair[0], &pair[1]))));
        items
    }

    fn current_event(self, event: &EventDef) -> Vec<Item> {
        let current = event.current();
        let name = names::ident(&event.name.value);
        let alias = Alias {
            doc: Doc(vec![format!("Version {} of [`{}`]: the current one.", current.number, name.0)]),
            name: names::historic(&event.name.value, current.number),
            of: name.clone(),
        };
        let record = Record {
            doc: doc::event(self.schema, event),
            name: name.clone(),
            eq: current.shape.fields.iter().all(|field| self.is_eq(&field.ty)),
            fields: self.record_fields(&current.shape),
            wire: Some(self.history_wire(&event.versions)),
        };
        vec![Item::Record(record), Item::Event(event_item(name, current)), Item::Alias(alias)]
    }

    fn historic_event(self, event: &EventDef, version: &VersionDef) -> Vec<Item> {
        let name = names::historic(&event.name.value, version.number);
        let record = Record {
            doc: Doc(vec![format!("[`{}`] as version {} stored it.", event.name.value, version.number)]),
            name: name.clone(),
            eq: version.shape.fields.iter().all(|field| self.is_eq(&field.ty)),
            fields: self.record_fields(&version.shape),
            wire: Some(Wire { first: (version.number > 1).then_some(version.number), ..current_wire(&version.shape) }),
        };
        vec![Item::Record(record), Item::Event(event_item(name, version))]
    }

    fn upcast(self, event: &EventDef, old: &VersionDef, new: &VersionDef) -> Upcast {
        let old_field = |slot: usize| Expr::OldField(names::ident(&old.shape.fields[slot].name.value));
        let new_name = |slot: usize| names::ident(&new.shape.fields[slot].name.value);
        let mut fields: Vec<(usize, Expr)> = Vec::with_capacity(new.shape.fields.len());
        for step in &new.steps {
            match step {
                Step::Move { from, to } => fields.push((to.0, old_field(from.0))),
                Step::Insert { to, value } => fields.push((to.0, self.literal(value))),
                Step::Convert { from, to, how } => {
                    let conversion = self.conversion(how, &old.shape.fields[from.0].ty);
                    fields.push((to.0, Expr::Convert(conversion, Box::new(old_field(from.0)))));
                }
                Step::Drop { .. } => {}
            }
        }
        fields.sort_by_key(|(slot, _)| *slot);
        Upcast {
            from: version_name(event, old),
            to: version_name(event, new),
            fields: fields.into_iter().map(|(slot, value)| (new_name(slot), value)).collect(),
        }
    }
}

/// The struct of a version: the current one has the event's own name.
fn version_name(event: &EventDef, version: &VersionDef) -> Ident {
    if version.number == event.current().number {
        names::ident(&event.name.value)
    } else {
        names::historic(&event.name.value, version.number)
    }
}

fn event_item(name: Ident, version: &VersionDef) -> Event {
    Event { name, wire_type: version.wire_type.clone(), version: version.number, readable_from: version.readable_from }
}
