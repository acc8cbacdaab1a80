//! Names of events and of their fields, as they are now: another name alone is no change of what speaks of them.

use std::collections::BTreeMap;

use super::Member as _;
use crate::ast::{Event, QualifiedName};
use crate::names::full_name;

/// The events that there are now.
pub(super) struct Names<'d> {
    /// By context and name, and by the names that they had.
    pub(super) events: &'d BTreeMap<(&'d str, &'d str), &'d Event>,
}

impl Names<'_> {
    /// The full name of an event.
    pub(super) fn event(&self, own: &str, name: &QualifiedName) -> String {
        full_name(context(own, name), self.now(context(own, name), &name.name.value))
    }

    /// The name of an event of the same context.
    pub(super) fn local(&self, own: &str, name: &str) -> String {
        self.now(own, name).to_owned()
    }

    /// A field of an event.
    pub(super) fn field<'n>(&'n self, own: &str, event: &QualifiedName, name: &'n str) -> &'n str {
        let event = self.events.get(&(context(own, event), event.name.value.as_str()));
        event.map_or(name, |event| field(event, name))
    }

    fn now<'n>(&'n self, context: &str, name: &'n str) -> &'n str {
        self.events.get(&(context, name)).map_or(name, |event| &event.name.value)
    }
}

/// A name in full, seen from a context.
pub(super) fn qualified(own: &str, name: &QualifiedName) -> String {
    full_name(context(own, name), &name.name.value)
}

/// A field of an event, by a name that it has or had.
pub(super) fn field<'n>(event: &'n Event, name: &'n str) -> &'n str {
    let field = event.fields.iter().find(|field| field.names().contains(&name));
    field.map_or(name, |field| &field.name.value)
}

fn context<'n>(own: &'n str, name: &'n QualifiedName) -> &'n str {
    name.context.as_ref().map_or(own, |context| &context.value)
}
