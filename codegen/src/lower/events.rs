//! Events: the current struct, the historic ones, the steps between neighbours.

use factum_model::schema::{Child, EventDef, EventFate, EventId, VersionDef};

use super::types::plain;
use super::upcasts::{Change, old_field};
use super::wire::{first_followed, is_barrier};
use super::{Derived, Scope, doc, names};
use crate::items::{Alias, Doc, Event, Ident, Item, Record, Upcast, UpcastBody};
use crate::options::Kind;

impl Scope<'_> {
    pub(super) fn event_def(&self, id: EventId) -> &EventDef {
        &self.schema.events[id.0 as usize]
    }

    pub(super) fn event(self, id: EventId) -> Vec<Item> {
        let event = self.event_def(id);
        let mut items = Vec::new();
        for (index, version) in event.versions.iter().enumerate().rev() {
            items.extend(self.event_version(event, index, version));
        }
        items.extend(event.versions.windows(2).flat_map(|pair| self.upcast(event, &pair[0], &pair[1])));
        items.extend(self.children(event).into_iter().flatten());
        items
    }

    /// The struct of a version. The current one reads what can be followed to it; one behind which a step looks at
    /// several fields does so too, since all that is older passes through it.
    fn event_version(self, event: &EventDef, index: usize, version: &VersionDef) -> Vec<Item> {
        let is_current = index + 1 == event.versions.len();
        let is_passage = event.versions.get(index + 1).is_some_and(is_barrier);
        let first = if is_current || is_passage { 0 } else { index };
        let history = &event.versions[first..=index];
        let name = version_name(event, version);
        let record = Record {
            doc: if is_current { doc::event(self.schema, event) } else { doc::historic(event, version) },
            name: name.clone(),
            definition: self.definition(Kind::Events, &event.name.value, is_current),
            eq: version.shape.fields.iter().all(|field| self.is_eq(&field.ty)),
            fields: self.record_fields(&version.shape),
            wire: Some(self.history_wire(&event.name.value, &name, history)),
        };
        let mut items = vec![Item::Record(record), Item::Event(event_item(event, history, name.clone()))];
        items.extend(self.record_schema(name.clone(), event.doc.as_deref(), &version.shape));
        if is_current {
            let mut doc = vec![format!("Version {} of [`{}`]: the current one.", version.number, name.0)];
            // What stands beside a struct of the user's cannot speak in its documentation.
            if let Some(derived) = self.derived {
                doc.extend(beside(derived, event).into_iter().flat_map(|line| [String::new(), line]));
            }
            let doc = Doc(doc);
            let alias = names::historic(&event.name.value, version.number);
            items.push(Item::Alias(Alias { doc, name: alias, definition: self.defined(true, Vec::new()), of: name }));
        }
        items
    }

    /// The step between two versions; none where it is written by hand.
    fn upcast(self, event: &EventDef, old: &VersionDef, new: &VersionDef) -> Vec<Item> {
        if new.by_hand {
            return Vec::new();
        }
        let (base, version) = (event.name.value.as_str(), new.number);
        let mut items = self.otherwises(base, version, &new.shape, &new.steps);
        let change = Change { base, version, old: &old.shape, new: &new.shape, steps: &new.steps };
        items.push(Item::Upcast(Upcast {
            from: plain(&version_name(event, old).0),
            to: plain(&version_name(event, new).0),
            body: UpcastBody::Fields(self.build(change, &old_field)),
        }));
        items
    }

    /// How the events come about that a stored one is read as.
    fn children(self, parent: &EventDef) -> Vec<Vec<Item>> {
        let children = match &parent.fate {
            EventFate::Becomes(_, children) => children.as_slice(),
            EventFate::Current | EventFate::Retired(_) | EventFate::Nothing(_) => &[],
        };
        let read_as = |child: &Child| (child.event, child.version);
        // What comes about several times does so in one way.
        let first =
            |(index, child): &(usize, &Child)| !children[..*index].iter().any(|other| read_as(other) == read_as(child));
        children.iter().enumerate().filter(first).map(|(_, child)| self.child(parent, child)).collect()
    }

    fn child(self, parent: &EventDef, child: &Child) -> Vec<Item> {
        let event = self.event_def(child.event);
        let version = event.versions.iter().find(|version| version.number == child.version);
        let (Some(steps), Some(version)) = (&child.steps, version) else { return Vec::new() };
        let base = format!("{}{}", parent.name.value, event.name.value);
        let old = &parent.current().shape;
        let mut items = self.otherwises(&base, version.number, &version.shape, steps);
        let change = Change { base: &base, version: version.number, old, new: &version.shape, steps };
        items.push(Item::Upcast(Upcast {
            from: plain(&version_name(parent, parent.current()).0),
            to: plain(&version_name(event, version).0),
            body: UpcastBody::Fields(self.build(change, &old_field)),
        }));
        items
    }
}

/// What there is to say of an event whose struct is the user's.
fn beside(derived: &Derived, event: &EventDef) -> Vec<String> {
    let deprecated = event.deprecated.as_ref().map(|deprecated| {
        let instead = derived.instead.as_ref().map(|event| event.spelling.as_str());
        doc::deprecated(deprecated.since, instead)
    });
    let compensates = derived.compensates.as_ref().map(|(other, by)| {
        let by: Vec<&str> = by.iter().map(|field| field.spelling.as_str()).collect();
        doc::compensates(&other.spelling, &by)
    });
    deprecated.into_iter().chain(compensates).collect()
}

/// The struct of a version: the current one has the event's own name.
pub(super) fn version_name(event: &EventDef, version: &VersionDef) -> Ident {
    if version.number == event.current().number {
        names::ident(&event.name.value)
    } else {
        names::historic(&event.name.value, version.number)
    }
}

fn event_item(event: &EventDef, history: &[VersionDef], name: Ident) -> Event {
    let version = history.last().unwrap_or_else(|| event.current());
    // What is older than the record's first table passes through the struct before it, and then from struct to struct.
    let earlier = match first_followed(history) {
        0 => Vec::new(),
        first => history[first - 1..].iter().map(|version| version_name(event, version)).collect(),
    };
    Event {
        name,
        wire_type: version.wire_type.clone(),
        version: version.number,
        readable_from: version.readable_from,
        earlier,
    }
}
