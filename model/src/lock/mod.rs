//! The lock: what has been released, and what a branch proposes, apart from the schemas that say it.
//!
//! A [`Lock`] has one entry for every version of every event and of every named type: its fields and their types, with
//! the versions of the types that they hold, the steps that lead to it, and the marks of personal data. It is enough to
//! make the schema of these versions again ([`Lock::schema`]), without the files that once declared them. So a review
//! compares what is stored with what the schema says now, an old event can be shown as it was, and a version that was
//! released cannot change unnoticed.
//!
//! Names are the keys of a lock, since ids change when something is declared above; types, conversions and values are
//! canonical texts. All of it is sorted by name, so the order of declarations, comments and documentation do not show.
//!
//! ```
//! # #[cfg(feature = "yaml")] {
//! use factum_model::{Diagnostics, Sources, check, lock::{self, Lock}};
//!
//! let mut sources = Sources::new();
//! sources.add("seats.yaml", b"factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u32 }\n".to_vec());
//! let checked = check(&mut sources).checked.ok_or("a right schema")?;
//!
//! let lock = Lock::of(checked.schema());
//! let mut files = Sources::new();
//! let file = files.add("factum.lock", lock.to_string().into_bytes());
//! let mut diagnostics = Diagnostics::new();
//! assert_eq!(lock::read(&mut files, file, &mut diagnostics), Some(lock));
//! # }
//! # Ok::<(), &str>(())
//! ```

mod beside;
mod conversion;
mod fingerprint;
mod instead;
mod of;
pub(crate) mod pairing;
mod part;
mod propose;
mod reading;
mod same;
mod schema;
mod stale;
mod steps;
pub(crate) mod types;
mod value;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use crate::yaml::lock::{Known, read, read_beside};
pub use beside::{LockedFiles, check_locked};
pub(crate) use conversion::{parse as read_conversion, via};
pub use fingerprint::Fingerprint;
pub use instead::Instead;
pub use part::{contexts, derived_contexts};
pub use propose::{Proposal, propose};
pub use same::SameEvents;
pub use stale::{Unlocked, stale, unlocked};

use crate::released::{Holder, Pin, Released};
use crate::schema::TypeId;
use crate::source::Spanned;

/// The format that is written, and the newest that is read.
pub const FORMAT: u32 = 1;

/// How fingerprints are made.
pub const ALGORITHM: u32 = 1;

/// The conversion of what stays as it is.
pub(crate) const KEEP: &str = "keep";

/// The locked versions of a catalog, and its aggregates. Keys are full names, `<context>.<Name>`.
///
/// Events and types may be shared: most are the same in two locks, and what is one and the same need not be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock {
    /// Who owns streams.
    pub aggregates: BTreeMap<String, Spanned<Aggregate>>,
    /// What is stored.
    pub events: BTreeMap<String, Spanned<Arc<Event>>>,
    /// What events hold.
    pub types: BTreeMap<String, Spanned<Arc<NamedType>>>,
}

/// An aggregate. Which events are its own, the events say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The type of its key.
    pub id: Spanned<String>,
    /// The fold's revision; where there are no snapshots any more, the last one that there were.
    pub snapshot: Option<u32>,
    /// The fingerprint of the state's fields; `None` where the state is written in Rust.
    pub state: Option<Fingerprint>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The full name of the aggregate in whose streams it is stored.
    pub aggregate: Option<String>,
    /// Its versions, from 1 on.
    pub versions: BTreeMap<u32, Spanned<EventVersion>>,
    /// How it ended, if it did.
    pub end: Option<End>,
    /// The set in Rust that lists it; `None` for one that a schema declares.
    pub derived: Option<String>,
}

/// What was stored under one version of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventVersion {
    /// The wire type under which it is stored.
    pub wire_type: Spanned<String>,
    /// What is stored.
    pub fields: Fields,
    /// Names of those fields that hold personal data.
    pub personal: BTreeSet<String>,
    /// The lowest version whose reader decodes these bytes rightly.
    pub readable_from: u32,
    /// How the version before becomes this one.
    pub upcast: Upcast,
    /// Of the bytes that samples of it are stored as, where they are the work of types in Rust.
    pub samples: Option<Fingerprint>,
}

/// Fields by name, each with the canonical text of its type: full names, every one with its version.
pub type Fields = BTreeMap<String, Spanned<String>>;

/// How the version before becomes this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upcast {
    /// By these steps; a field that none of them names goes on under its name. None for version 1.
    Steps(Vec<Spanned<Step>>),
    /// By the user's code, which made outputs with these fingerprints of generated samples. None until the lock test
    /// has run.
    ByHand(Vec<Fingerprint>),
}

/// What is done to fields of the version before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The value is dropped.
    Drop {
        /// In the version before.
        from: String,
    },
    /// Older events have this value.
    Insert {
        /// In this version.
        to: String,
        /// Its canonical text.
        value: String,
    },
    /// The name changes and nothing else.
    Rename {
        /// In the version before.
        from: String,
        /// In this version.
        to: String,
    },
    /// The value is converted.
    Convert {
        /// In the version before.
        from: String,
        /// In this version.
        to: String,
        /// The canonical text of the conversion.
        by: String,
    },
    /// Several texts become one, with this between them.
    Join {
        /// In the version before, in order.
        from: Vec<String>,
        /// In this version.
        to: String,
        /// What is put between them.
        with: String,
    },
    /// One text becomes several.
    Split {
        /// In the version before.
        from: String,
        /// In this version, in order.
        to: Vec<String>,
        /// Where it is cut.
        with: String,
    },
    /// Several fields become the fields of a struct, which have their names.
    Nest {
        /// In the version before, sorted.
        from: Vec<String>,
        /// In this version.
        to: String,
    },
    /// The fields of a struct become fields of their names.
    Flatten {
        /// In the version before.
        from: String,
        /// In this version, sorted.
        to: Vec<String>,
    },
}

/// How an event ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The version that never occurs on the wire.
    pub version: u32,
    /// What stored events are read as since.
    pub reading: Reading,
}

/// What stored events are read as after their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// As before.
    Itself,
    /// No event.
    Nothing,
    /// These events, in this order.
    Others(Vec<Child>),
}

/// An event that another became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its full name.
    pub event: Spanned<String>,
    /// The version as which it begins.
    pub version: u32,
    /// How its fields come about; `None`: by hand.
    pub steps: Option<Vec<Spanned<Step>>>,
    /// Of what the step by hand makes of samples; `None` until the lock test has run.
    pub samples: Option<Fingerprint>,
}

/// A declared type: its versions, from 1 on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedType {
    /// What each version looks like.
    pub versions: BTreeMap<u32, Spanned<TypeVersion>>,
    /// Whether it is declared in Rust, and in no schema.
    pub derived: bool,
}

/// One version of a declared type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeVersion {
    /// What is stored.
    pub shape: Shape,
    /// How the version before becomes this one; of the kind of the shape, and without any step for version 1.
    pub upcast: TypeUpcast,
}

/// What a declared type looks like on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A JSON object.
    Struct(Fields),
    /// Another type's wire form.
    Newtype(Spanned<String>),
    /// One of these texts.
    Enum {
        /// The texts.
        values: BTreeSet<String>,
        /// Whether any other text is kept.
        fallback: bool,
    },
    /// A JSON object of one of these kinds.
    Union(BTreeMap<String, Fields>),
}

/// How a value of the version before becomes one of this version. What is not named goes on under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeUpcast {
    /// As for an event.
    Struct(Vec<Spanned<Step>>),
    /// The canonical text of the conversion; `keep` for version 1.
    Newtype(Spanned<String>),
    /// Values that became others, and what they became.
    Enum(BTreeMap<String, Spanned<String>>),
    /// Kinds that became others or whose fields changed.
    Union(BTreeMap<String, Spanned<KindUpcast>>),
}

/// What became of a union's kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindUpcast {
    /// The kind of this version.
    pub kind: String,
    /// What became of its fields.
    pub steps: Vec<Spanned<Step>>,
}

impl Lock {
    /// What the checks of a schema want to know of a lock: the released versions, and which types they hold.
    #[must_use]
    pub fn released(&self) -> Released {
        let mut released = Released::default();
        for event in self.events.values() {
            for (number, version) in &event.value.versions {
                let holder = Holder::Event(version.value.wire_type.value.clone(), *number);
                released.versions.insert(holder, pins(version.value.fields.values()));
            }
        }
        for (name, ty) in &self.types {
            for (number, version) in &ty.value.versions {
                released.versions.insert(Holder::Type(name.clone(), *number), pins(version.value.shape.types()));
            }
        }
        released
    }

    /// The same, as far as a schema may contradict it that says this: nothing, if all of this lock was known again there.
    #[must_use]
    pub fn released_beside(&self, said: Option<&Self>) -> Released {
        let is_said = |said: &Self| {
            let event = |(name, event): (&String, &Spanned<Arc<Event>>)| is_shared(event, said.events.get(name));
            let ty = |(name, ty): (&String, &Spanned<Arc<NamedType>>)| is_shared(ty, said.types.get(name));
            self.events.iter().all(event) && self.types.iter().all(ty)
        };
        if said.is_some_and(is_said) { Released::default() } else { self.released() }
    }

    /// With what another lock says of events and types that are derived in Rust, and that this one does not speak of.
    #[must_use]
    pub fn with_derived(mut self, other: Option<&Self>) -> Self {
        let events = other.into_iter().flat_map(|other| &other.events);
        for (name, event) in events.filter(|(_, event)| event.value.derived.is_some()) {
            self.events.entry(name.clone()).or_insert_with(|| event.clone());
        }
        let types = other.into_iter().flat_map(|other| &other.types);
        for (name, ty) in types.filter(|(_, ty)| ty.value.derived) {
            self.types.entry(name.clone()).or_insert_with(|| ty.clone());
        }
        self
    }

    /// Takes note of what the user's code for a version made of generated samples. `None` if no version of this wire
    /// type and number is written by hand.
    pub fn set_outputs(&mut self, wire_type: &str, version: u32, outputs: Vec<Fingerprint>) -> Option<()> {
        let is_meant = |event: &Event| {
            event.versions.get(&version).is_some_and(|version| version.value.wire_type.value == wire_type)
        };
        let event = self.events.values_mut().find(|event| is_meant(&event.value))?;
        match &mut Arc::make_mut(&mut event.value).versions.get_mut(&version)?.value.upcast {
            Upcast::ByHand(known) => {
                *known = outputs;
                Some(())
            }
            Upcast::Steps(_) => None,
        }
    }
}

impl Lock {
    /// The texts of all types that events and types hold.
    fn texts(&self) -> impl Iterator<Item = &Spanned<String>> {
        let events = self.events.values().flat_map(|event| event.value.versions.values());
        let types = self.types.values().flat_map(|ty| ty.value.versions.values());
        let fields = events.flat_map(|version| version.value.fields.values());
        fields.chain(types.flat_map(|version| version.value.shape.types()))
    }

    /// The types that these texts name, and those that they hold, however deep.
    pub(crate) fn held<'a>(&self, types: impl IntoIterator<Item = &'a Spanned<String>>) -> BTreeSet<Pin> {
        let mut held = pins(types);
        let mut open: Vec<Pin> = held.iter().cloned().collect();
        while let Some(pin) = open.pop() {
            let Some(version) = self.types.get(&pin.name).and_then(|ty| ty.value.versions.get(&pin.version)) else {
                continue;
            };
            open.extend(pins(version.value.shape.types()).into_iter().filter(|pin| held.insert(pin.clone())));
        }
        held
    }

    /// The types that a version of an event holds, however deep.
    #[must_use]
    pub fn held_by(&self, version: &EventVersion) -> BTreeSet<Pin> {
        self.held(version.fields.values())
    }
}

#[cfg(feature = "json")]
impl Lock {
    /// Whether a version of an event holds what only the front end understands.
    pub(crate) fn is_opaque(&self, version: &EventVersion) -> bool {
        let opaque = |ty: &&Spanned<String>| ty.value.contains("opaque(");
        let shape = |pin: &Pin| Some(&self.types.get(&pin.name)?.value.versions.get(&pin.version)?.value.shape);
        let inner = self.held_by(version);
        let mut inner = inner.iter().filter_map(shape).flat_map(Shape::types);
        version.fields.values().any(|ty| opaque(&ty)) || inner.any(|ty| opaque(&ty))
    }
}

impl Shape {
    /// The types in it.
    fn types(&self) -> Vec<&Spanned<String>> {
        match self {
            Self::Struct(fields) => fields.values().collect(),
            Self::Newtype(ty) => vec![ty],
            Self::Enum { .. } => Vec::new(),
            Self::Union(kinds) => kinds.values().flat_map(BTreeMap::values).collect(),
        }
    }

    fn types_mut(&mut self) -> Vec<&mut Spanned<String>> {
        match self {
            Self::Struct(fields) => fields.values_mut().collect(),
            Self::Newtype(ty) => vec![ty],
            Self::Enum { .. } => Vec::new(),
            Self::Union(kinds) => kinds.values_mut().flat_map(BTreeMap::values_mut).collect(),
        }
    }
}

fn is_shared<T>(part: &Spanned<Arc<T>>, other: Option<&Spanned<Arc<T>>>) -> bool {
    other.is_some_and(|other| Arc::ptr_eq(&part.value, &other.value))
}

/// The types that these texts name.
fn pins<'a>(types: impl IntoIterator<Item = &'a Spanned<String>>) -> BTreeSet<Pin> {
    let mut pins = BTreeSet::new();
    // Most types are builtin, and only a name has a version behind it.
    for ty in types.into_iter().filter(|ty| ty.value.contains('@')) {
        let _ = types::parse(&ty.value, &mut |name, version| {
            pins.insert(Pin { name: name.to_owned(), version });
            Some(TypeId(0))
        });
    }
    pins
}
