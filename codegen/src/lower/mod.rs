//! A schema becomes items: every name, path, order and line of documentation is decided here.

mod aggregates;
mod conversions;
mod derived;
mod doc;
mod events;
#[cfg(feature = "snapshots")]
mod fingerprint;
mod history;
mod json_schema;
mod literals;
mod names;
mod paths;
mod policies;
mod settings;
#[cfg(feature = "sql")]
pub mod sql;
mod types;
mod upcasts;
mod wire;

pub use history::changes;
pub use types::spelled;

#[cfg(feature = "snapshots")]
use core::cell::OnceCell;

#[cfg(feature = "snapshots")]
use factum_model::Lock;
use factum_model::schema::{Context, Schema, TypeId};

use crate::items::{Definition, File, Ident, Item, Module};
use crate::options::{Kind, Options, OptionsError};
use settings::{Settings, Subject};

pub use derived::{Derived, derived};

/// The file of a schema, as the language says.
#[must_use]
pub fn file(schema: &Schema) -> File {
    lowered(schema, &Settings::default())
}

/// The file of a schema, as the user chose.
///
/// # Errors
/// [`OptionsError`]: what was chosen does not fit the schema, or is not Rust.
pub fn file_with(schema: &Schema, options: &Options) -> Result<File, OptionsError> {
    Settings::new(options, schema).map(|settings| lowered(schema, &settings))
}

fn lowered(schema: &Schema, settings: &Settings) -> File {
    let several = schema.contexts.len() > 1;
    #[cfg(feature = "snapshots")]
    let lock = OnceCell::new();
    let scope = |context| Scope {
        schema,
        settings,
        context,
        several,
        owner: None,
        wire: false,
        derived: None,
        #[cfg(feature = "snapshots")]
        lock: &lock,
    };
    File {
        visibility: settings.visibility,
        modules: schema.contexts.iter().map(|context| scope(context).module()).collect(),
    }
}

/// Where lowering stands: the names of a context are bare in its own module.
#[derive(Clone, Copy)]
struct Scope<'s> {
    schema: &'s Schema,
    settings: &'s Settings,
    context: &'s Context,
    /// Whether contexts have modules of their own.
    several: bool,
    /// The declared type whose fields are being lowered.
    owner: Option<TypeId>,
    /// Whether builtins are their own types here, whatever stands for them elsewhere.
    wire: bool,
    /// What the user's item says beside its schema, where a derive stands on one.
    derived: Option<&'s Derived>,
    /// What the schema's lock would be, once somebody has asked.
    #[cfg(feature = "snapshots")]
    lock: &'s OnceCell<Lock>,
}

impl Scope<'_> {
    #[cfg(feature = "snapshots")]
    fn lock(&self) -> &Lock {
        self.lock.get_or_init(|| Lock::of(self.schema))
    }

    /// Who defines the current version of what the schema calls so, or an older one.
    fn definition(self, kind: Kind, name: &str, current: bool) -> Definition {
        self.defined(current, self.settings.derives(Subject { kind, context: &self.context.name.value, name }))
    }

    /// As [`Self::definition`], of what derives nothing that a user could choose.
    fn defined(self, current: bool, more: Vec<String>) -> Definition {
        match self.derived {
            None => Definition::Generated { visibility: self.settings.visibility, derives: more },
            Some(_) if current => Definition::Users,
            Some(derived) => Definition::Beside(derived.derives.clone()),
        }
    }

    fn module(self) -> Module {
        let name = &self.context.name.value;
        let has_module = self.several || self.settings.module(name).is_some();
        let doc = || doc::or(self.context.doc.as_deref(), || format!("The context `{name}`."));
        let header = has_module.then(|| (self.module_name(name), doc()));
        let types = self.context.types.iter().flat_map(|id| self.named_type(*id));
        let events = self.context.events.iter().flat_map(|id| self.event(*id));
        let aggregates = self.context.aggregates.iter().flat_map(|id| self.aggregate(*id));
        let policies = self.schema.policies.iter().filter(|policy| policy.context == *name);
        let policies = policies.flat_map(|policy| self.policy(policy));
        Module { header, items: types.chain(events).chain(aggregates).chain(policies).collect::<Vec<Item>>() }
    }

    /// What the module of a context is called.
    fn module_name(&self, context: &str) -> Ident {
        self.settings.module(context).cloned().unwrap_or_else(|| names::ident(context))
    }
}
