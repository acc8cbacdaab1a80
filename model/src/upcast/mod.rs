//! How a value of one version becomes a value of the next.
//!
//! Every declared operation (`added`, `removed`, `renamed`, `retyped`, ...) is one file beside this one and lowers to
//! a few primitive [`Step`]s. Whatever reads old versions (the fused decoder, the typed chain, the interpreter) knows
//! only the primitives. All steps of one version happen at once: they read the version before and write this one.

pub(crate) mod added;
pub(crate) mod becomes;
pub(crate) mod by_hand;
mod convert;
mod flatten;
mod join;
pub mod nature;
mod nest;
mod readable;
pub(crate) mod removed;
pub(crate) mod renamed;
pub(crate) mod retyped;
mod split;
pub(crate) mod structural;
mod timeline;
mod via;

pub use convert::conversion;
pub(crate) use readable::set_readable_from;
pub use readable::{keeps_readers_of_type, readable_from};
pub(crate) use timeline::Timeline;

use crate::opaque::Opaque;
use crate::schema::{Literal, Type, TypeId};
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
    /// Several fields are read or written together.
    Call {
        /// In version N-1, in the order of the function's arguments.
        from: Vec<Slot>,
        /// In version N, in the order of the function's results.
        to: Vec<Slot>,
        /// What is done.
        function: Function,
    },
}

/// What a [`Step::Call`] does.
#[derive(Debug, Clone, PartialEq)]
pub enum Function {
    /// Several texts become one, with this between them. (Absent optional texts are left out.)
    Join(String),
    /// One text becomes several, cut at the first occurrences of this; too few parts are an upcast error, the last result
    /// takes the rest.
    Split(String),
    /// The arguments become the fields of a struct at a version, in its field order.
    Nest(TypeId, u32),
    /// The fields of a struct at a version, in its field order, become the results.
    Flatten(TypeId, u32),
    /// The arguments become the fields of a struct that only the front end understands, each under the name that it has
    /// in the version before.
    NestOpaque(Opaque, Vec<String>),
    /// The fields of such a struct become the results, each from the field that is called as it is in this version.
    FlattenOpaque(Vec<String>),
}

/// How a value of one type becomes a value of another. A tree that follows the shape of the two types.
#[derive(Debug, Clone, PartialEq)]
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
    /// `T` becomes `list<U>` of one element.
    Single(Box<Conversion>),
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
    /// `via: to_string`: as the canonical text of the builtin.
    ToText(Builtin),
    /// `via: parse`: the canonical text of the builtin is read; any other is an upcast error.
    Parse(Builtin),
    /// `via: scale(n)`: times ten to the power of `n`, on the shortest decimal form of a float, exact for decimals, half
    /// to even; out of range is an upcast error, and so is a remainder of a decimal.
    Scale {
        /// The number's type before.
        from: Builtin,
        /// The number's type after.
        to: Builtin,
        /// The power of ten; may be negative.
        power: i32,
    },
    /// `via: epoch_seconds` or `epoch_millis`: an integer becomes a timestamp, or a timestamp an integer (a remainder is
    /// an upcast error).
    Epoch {
        /// The type before: an integer or `timestamp`.
        from: Builtin,
        /// The type after: `timestamp` or an integer.
        to: Builtin,
        /// How many of the integer's units make a second: 1 or 1000.
        per_second: u32,
    },
    /// `via: or(value)`: null becomes this value, anything else is converted.
    Or(Box<Conversion>, Literal),
    /// A type that only the front end understands becomes this type, or this one is such: the user writes the step.
    Foreign(Box<Type>),
}

impl Conversion {
    /// Whether a declared type's own steps are in it.
    pub(crate) fn has_versions(&self) -> bool {
        match self {
            Self::Versions { .. } => true,
            Self::Present(inner)
            | Self::Maybe(inner)
            | Self::Single(inner)
            | Self::Each(inner)
            | Self::EachOf(inner)
            | Self::Or(inner, _) => inner.has_versions(),
            Self::Entries(keys, values) => keys.has_versions() || values.has_versions(),
            Self::Keep
            | Self::Widen { .. }
            | Self::Foreign(_)
            | Self::ToText(_)
            | Self::Parse(_)
            | Self::Scale { .. }
            | Self::Epoch { .. } => false,
        }
    }
}
