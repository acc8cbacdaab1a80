//! What was released: what a lock says about the versions whose shape is fixed for good.

use std::collections::{BTreeMap, BTreeSet};

/// The released versions of all events and types, each with the type versions that it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// What each released version holds.
    pub versions: BTreeMap<Holder, BTreeSet<Pin>>,
}

/// One version of an event or of a type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The wire type under which the version was stored, and its number.
    Event(String, u32),
    /// `<context>.<Type>`, and the version.
    Type(String, u32),
}

impl Holder {
    /// The version's number.
    #[must_use]
    pub const fn version(&self) -> u32 {
        match self {
            Self::Event(_, version) | Self::Type(_, version) => *version,
        }
    }
}

/// `<context>.<Type>` at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    /// The full name of the type.
    pub name: String,
    /// Its version.
    pub version: u32,
}
