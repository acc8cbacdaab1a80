//! How a value of one version becomes a value of the next.
//!
//! Every declared operation (`added`, `removed`, `renamed`, `retyped`, ...) is one file beside this one and lowers to
//! a few primitive [`Step`]s. Whatever reads old versions (the fused decoder, the typed chain, the interpreter) knows
//! only the primitives. All steps of one version happen at once: they read the version before and write this one.

pub(crate) mod added;
mod convert;
mod readable;
pub(crate) mod removed;
pub(crate) mod renamed;
pub(crate) mod retyped;
mod timeline;

pub use convert::conversion;
pub use readable::readable_from;
pub(crate) use timeline::Timeline;

use crate::schema::{Literal, TypeId};
use crate::types::Builtin;

/// Index of a field in the [`crate::schema::Record`] of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub usize);

/// A primitive step from version N-1 to version N.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The value is taken over unchanged; the name on the wire may differ.
    Move {
        /// In version N-1.
        from: Slot,
        /// In version N.
        to: Slot,
    },
    /// A new field gets this value in older events.
    Insert {
        /// In version N.
        to: Slot,
        /// A value of the field's type in version N.
        value: Literal,
    },
    /// The value is read, checked, and dropped.
    Drop {
        /// In version N-1.
        from: Slot,
    },
    /// The value is converted; the name may differ too.
    Convert {
        /// In version N-1.
        from: Slot,
        /// In version N.
        to: Slot,
        /// How.
        how: Conversion,
    },
}

/// How a value of one type becomes a value of another. A tree that follows the shape of the two types.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// Both types are equal.
    Keep,
    /// A number becomes one of a type that holds every value of the first.
    Widen {
        /// The narrower builtin.
        from: Builtin,
        /// The wider builtin.
        to: Builtin,
    },
    /// `T` becomes `U?`.
    Present(Box<Conversion>),
    /// `T?` becomes `U?`: null stays null.
    Maybe(Box<Conversion>),
    /// `list<T>` becomes `list<U>`, element by element.
    Each(Box<Conversion>),
    /// `set<T>` becomes `set<U>`; two elements that become equal are an upcast error.
    EachOf(Box<Conversion>),
    /// `map<K, V>` becomes `map<L, W>`; two keys that become equal are an upcast error.
    Entries(Box<Conversion>, Box<Conversion>),
    /// A declared type's own steps, from one of its versions to another.
    Versions {
        /// The type.
        ty: TypeId,
        /// The version read.
        from: u32,
        /// The version made.
        to: u32,
    },
}
