//! A schema becomes items: every name, path, order and line of documentation is decided here.

mod aggregates;
mod conversions;
mod derived;
mod doc;
mod events;
#[cfg(feature = "snapshots")]
mod fingerprint;
mod literals;
mod names;
mod types;
mod upcasts;
mod wire;

pub use doc::changes;
pub use types::spelled;

use factum_model::schema::{Context, Schema, TypeId};

use crate::items::{Definition, File, Item, Module};

pub use derived::{Derived, derived};

/// The file of a schema.
#[must_use]
pub fn file(schema: &Schema) -> File {
    let several = schema.contexts.len() > 1;
    File {
        modules: schema
            .contexts
            .iter()
            .map(|context| Scope { schema, context, several, owner: None, derived: None }.module())
            .collect(),
    }
}

/// Where lowering stands: the names of a context are bare in its own module.
#[derive(Clone, Copy)]
struct Scope<'s> {
    schema: &'s Schema,
    context: &'s Context,
    /// Whether contexts have modules of their own.
    several: bool,
    /// The declared type whose fields are being lowered.
    owner: Option<TypeId>,
    /// What the user's item says beside its schema, where a derive stands on one.
    derived: Option<&'s Derived>,
}

impl Scope<'_> {
    /// Who defines the current version of a type, or an older one.
    fn definition(self, current: bool) -> Definition {
        match self.derived {
            None => Definition::Generated,
            Some(_) if current => Definition::Users,
            Some(derived) => Definition::Beside(derived.derives.clone()),
        }
    }

    fn module(self) -> Module {
        let name = &self.context.name;
        let header = self
            .several
            .then(|| (names::ident(name), doc::or(self.context.doc.as_deref(), || format!("The context `{name}`."))));
        let types = self.context.types.iter().flat_map(|id| self.named_type(*id));
        let events = self.context.events.iter().flat_map(|id| self.event(*id));
        let aggregates = self.context.aggregates.iter().flat_map(|id| self.aggregate(*id));
        Module { header, items: types.chain(events).chain(aggregates).collect::<Vec<Item>>() }
    }
}
