//! What changed from one lock to another, as data. No judgement: that is for the [`rules`](crate::rules).
//!
//! Events are matched by the wire types under which they were stored, so files may move and events may get other names.
//! Types are matched by where they stand in what is stored, so they may get other names too.
//!
//! ```
//! use factum_model::diff::{Kind, diff};
//! use factum_model::{Lock, Sources, check};
//!
//! let lock = |events: &str| {
//!     let mut sources = Sources::new();
//!     sources.add("seats.yaml", format!("factum: 1\ncontext: seats\nevents:\n{events}").into_bytes());
//!     Lock::of(check(&mut sources).checked.expect("a right schema").schema())
//! };
//! let old = lock("  Opened: { capacity: u32 }\n");
//! let new = lock("  Opened: { version: 2, fields: { capacity: u32, note: { type: string?, added: 2 } } }\n");
//! let changes = diff(&old, &new);
//! assert!(matches!(&changes[0].kind, Kind::FieldAdded { field } if field == "note"));
//! ```

mod catalogs;
mod conversion;
mod costs;
mod declared;
mod edits;
mod events;
mod fields;
mod parts;
mod told;
mod types;

pub use catalogs::moved;
pub use conversion::Class;
pub use costs::costs;
pub use declared::{declared, tell_states};
pub use parts::Part;

use core::cell::OnceCell;
use core::cmp::Ordering;
use std::collections::BTreeSet;

use crate::lock::pairing::Pairing;
use crate::lock::{Instead, Lock, SameEvents};
use crate::schema::{TypeDef, TypeId};
use crate::source::Origin;
use crate::upcast;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Whose.
    pub subject: Subject,
    /// The version that it is in; `None` where it is of the whole.
    pub version: Option<u32>,
    /// What changed.
    pub kind: Kind,
    /// What it was, in one line; empty where there was nothing.
    pub before: String,
    /// What it is, in one line; empty where there is nothing.
    pub after: String,
    /// Its full name in the older lock; `None` if it is not there.
    pub was: Option<String>,
    /// Where it is now, or where the next best thing is: what is gone has no place in the new schema.
    pub origin: Origin,
    /// Where a version that was there is something else: each part of it that is.
    pub parts: Vec<Part>,
    /// Of an event that is gone: what could be said instead.
    pub instead: Option<Instead>,
}

impl Change {
    /// What it was, for people: of a step by hand without the fingerprints of what it made of samples.
    #[must_use]
    pub fn was_told(&self) -> &str {
        told::without_fingerprints(&self.before)
    }

    /// What it is, in the same way.
    #[must_use]
    pub fn is_told(&self) -> &str {
        told::without_fingerprints(&self.after)
    }
}

/// The two locks.
struct Both<'l> {
    old: &'l Lock,
    new: &'l Lock,
    /// Which event of the older one is which.
    before: SameEvents<'l>,
    /// Which type is which.
    types: Pairing<'l>,
    /// The types of the newer one, made when somebody asks; none if that contradicts itself.
    resolved: OnceCell<Vec<TypeDef>>,
}

impl<'l> Both<'l> {
    fn new(old: &'l Lock, new: &'l Lock) -> Self {
        Self { old, new, before: old.same_events(), types: Pairing::of(old, new), resolved: OnceCell::new() }
    }

    /// Whether readers of the version of a type before this one read what is new.
    fn keeps_readers_of(&self, ty: &str, version: u32) -> bool {
        let resolved = self.resolved.get_or_init(|| self.new.schema().map(|schema| schema.types).unwrap_or_default());
        let index = self.new.types.keys().position(|name| name == ty).and_then(|index| u32::try_from(index).ok());
        index.is_some_and(|index| upcast::keeps_readers_of_type(TypeId(index), version, resolved))
    }
}

/// Whose changes are collected.
struct Of {
    subject: Subject,
    was: Option<String>,
    origin: Origin,
}

impl Of {
    fn change(&self, kind: Kind, before: impl Into<String>, after: impl Into<String>) -> Change {
        self.at(None, self.origin, kind, before, after)
    }

    fn in_version(&self, version: u32, kind: Kind, before: impl Into<String>, after: impl Into<String>) -> Change {
        self.at(Some(version), self.origin, kind, before, after)
    }

    fn at(
        &self,
        version: Option<u32>,
        origin: Origin,
        kind: Kind,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Change {
        let (subject, was) = (self.subject.clone(), self.was.clone());
        Change {
            subject,
            version,
            kind,
            before: before.into(),
            after: after.into(),
            was,
            origin,
            parts: Vec::new(),
            instead: None,
        }
    }
}

/// Whose change it is: its full name, as it is now if it is still there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A context.
    Context(String),
    /// An aggregate.
    Aggregate(String),
    /// An event.
    Event(String),
    /// A named type.
    Type(String),
    /// A policy.
    Policy(String),
}

impl Subject {
    /// The full name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Context(name) | Self::Aggregate(name) | Self::Event(name) | Self::Type(name) | Self::Policy(name) => {
                name
            }
        }
    }

    /// What it is.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Context(_) => "context",
            Self::Aggregate(_) => "aggregate",
            Self::Event(_) => "event",
            Self::Type(_) => "type",
            Self::Policy(_) => "policy",
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// An aggregate, an event, a type or a policy is new.
    Added,
    /// It is gone.
    Gone,
    /// It has the name of one that is gone, in another context.
    ContextChanged,
    /// A context belongs to another catalog.
    CatalogMoved,
    /// Versions of it are gone, this one and all later ones.
    VersionGone,
    /// What is stored under a version that was there already is something else.
    ShapeEdited {
        /// Whether it is the newest of those that were there.
        newest: bool,
    },
    /// What a version that was there already is read as is something else. Of steps that have nothing to do with each other
    /// there is a change each.
    UpcastEdited {
        /// The fields of which the edited steps speak, or the enum's values or the union's kinds; none where it is all that
        /// leads to the version, or how the event ended.
        names: BTreeSet<String>,
    },
    /// A version in which nothing changes.
    NothingChanged,
    /// The step to this version is written by the user.
    ByHand,
    /// It has another name: an event its wire type, which is stored, or a type its name in schemas.
    Renamed,
    /// It belongs to another aggregate, or to none any more.
    Moved,
    /// The type of an aggregate's key changed.
    IdChanged,
    /// The snapshots of an aggregate have a smaller revision.
    SnapshotLowered,
    /// The state of an aggregate changed.
    StateChanged {
        /// Whether the fold's revision went with it.
        revised: bool,
    },
    /// The event ended, or did not after all.
    Retired {
        /// Whether it did not.
        lifted: bool,
    },
    /// The number of events that a stored one is read as changed.
    BecameOthers {
        /// What it is read as since, `shop.Paid@1`; none where it is read as no event.
        events: Vec<String>,
    },
    /// A field is new.
    FieldAdded {
        /// Its name.
        field: String,
    },
    /// A field is not stored any more.
    FieldRemoved {
        /// Its last name.
        field: String,
        /// Whether a reader that looks for it takes its absence for null.
        optional: bool,
    },
    /// A field has another name.
    FieldRenamed {
        /// Its name now.
        field: String,
    },
    /// A field has another type.
    FieldConverted {
        /// Its name now.
        field: String,
        /// Which kind of conversion leads there.
        class: Class,
    },
    /// Several fields were put together, or one was taken apart.
    FieldsRebuilt,
    /// A field of an event holds personal data, and was not said to.
    PersonalAdded {
        /// Its name.
        field: String,
    },
    /// A field was said to hold personal data.
    PersonalRemoved {
        /// Its name.
        field: String,
    },
    /// A value of an enum or a kind of a union is new.
    VariantAdded {
        /// Its name.
        variant: String,
        /// Whether older readers keep what they do not know.
        kept: bool,
    },
    /// A value or kind is not stored any more.
    VariantRemoved {
        /// Its last name.
        variant: String,
    },
    /// A value or kind has another name.
    VariantRenamed {
        /// Its name now.
        variant: String,
    },
    /// From this version on an enum keeps what it does not know.
    FallbackAdded,
    /// From this version on it does not.
    FallbackRemoved,
    /// A conversion to a new version may round.
    DigitsLost {
        /// The field's name now; empty for what a newtype wraps.
        field: String,
        /// Whether it is also an upcast error for some values.
        refused: bool,
    },
    /// A conversion to a new version, which is exact, is an upcast error for some values.
    ValueRefused {
        /// The field's name now, of one that is split its last name; empty for what a newtype wraps.
        field: String,
    },
    /// From a new version on a field holds integers of 64 bits.
    WideInteger {
        /// Its name; empty for what a newtype wraps.
        field: String,
    },
    /// What is said of it for readers changed.
    DocChanged,
    /// New code should not emit the event any more, or something else instead.
    Deprecated,
    /// New code may emit the event again.
    DeprecationLifted,
    /// Fields, or the values of an enum or the kinds of a union, stand in another order.
    Reordered,
    /// What can be asked of an aggregate changed.
    CommandChanged {
        /// How.
        edit: Edit,
    },
    /// Why an aggregate may say no changed.
    RejectionChanged {
        /// How.
        edit: Edit,
    },
    /// What a policy reacts to, or what it may do about it, changed.
    PolicyChanged {
        /// How.
        edit: Edit,
    },
    /// What an instance of a policy knows changed.
    PolicyStateChanged {
        /// Its version now against that of before.
        version: Ordering,
    },
    /// What an event takes back changed, or by which fields.
    CompensationChanged {
        /// How.
        edit: Edit,
    },
}

impl Kind {
    /// Whether something that was released is not as it was, of which a lock cannot say both.
    #[must_use]
    pub const fn is_of_released(&self) -> bool {
        matches!(self, Self::ShapeEdited { .. } | Self::UpcastEdited { .. } | Self::VersionGone)
    }

    /// Whether some steps of several are edited, and it is known which.
    #[cfg(feature = "json")]
    pub(crate) fn is_step(&self) -> bool {
        matches!(self, Self::UpcastEdited { names } if !names.is_empty())
    }

    /// Whether only schemas say it, as [`declared`] compares them: a lock has no place for it.
    #[must_use]
    pub const fn is_declared(&self) -> bool {
        matches!(
            self,
            Self::DocChanged
                | Self::Deprecated
                | Self::DeprecationLifted
                | Self::Reordered
                | Self::CommandChanged { .. }
                | Self::RejectionChanged { .. }
                | Self::PolicyChanged { .. }
                | Self::PolicyStateChanged { .. }
                | Self::CompensationChanged { .. }
        )
    }
}

/// What happened to something that has no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// It is new.
    Added,
    /// It is gone.
    Gone,
    /// It is something else.
    Changed,
}

impl Edit {
    /// Of what is empty where there is nothing.
    const fn between(before: &str, after: &str) -> Self {
        match (before.is_empty(), after.is_empty()) {
            (true, _) => Self::Added,
            (false, true) => Self::Gone,
            (false, false) => Self::Changed,
        }
    }
}

/// Every change from one lock to another, by name and version. Of what no lock has [`declared`] tells.
#[must_use]
pub fn diff(old: &Lock, new: &Lock) -> Vec<Change> {
    let both = Both::new(old, new);
    let mut changes = Vec::new();
    events::aggregates(&both, &mut changes);
    events::events(&both, &mut changes);
    types::types(&both, &mut changes);
    costs::of_both(&both, &mut changes);
    changes
}
