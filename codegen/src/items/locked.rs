//! What derived items tell the lock test.

use super::{Ident, RustType};

/// A derived item, to the lock test.
#[derive(Debug, Clone, PartialEq)]
pub struct Locked {
    /// The item's name.
    pub name: Ident,
    /// The item with its history, in the schema language.
    pub schema: String,
    /// The types of the user's in it, by their numbers there: as they are spelled, and what they are.
    pub types: Vec<(String, RustType)>,
    /// Those of these types of which it is asked, where the lock test is used, that they have a JSON Schema.
    pub needs: Vec<RustType>,
    /// What kind of item it is.
    pub what: LockedAs,
}

/// What a derived item is.
#[derive(Debug, Clone, PartialEq)]
pub enum LockedAs {
    /// An event: the structs of its versions, oldest first, and the versions of other events that it is read as.
    Event(Vec<Ident>, Vec<RustType>),
    /// A value.
    Value,
}
