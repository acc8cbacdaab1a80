//! field-repinned

use super::Direction::F;
use super::{BECAME, Level, Verdict};
use crate::diff::{Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field that holds another version of its named type.
    ///
    /// # Why it breaks
    /// Code that is still deployed reads the newer version with the older one. If it can, nothing breaks: an optional field
    /// that is new in a struct it passes over. What else the type's own change breaks is told of the type.
    ///
    /// # Example
    /// `price: { type: Money, retyped: { 2: Money@1 } }`.
    ///
    /// # What to do instead
    /// Look at what is told of the type.
    124, "field-repinned",
    Kind::FieldConverted { class: Class::Version { kept: true }, .. } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: true,
        message: BECAME,
        help: "",
    },
    Kind::FieldConverted { class: Class::Version { kept: false }, .. } => Verdict {
        breaks: &[F],
        level: Level::Info,
        covered: true,
        message: BECAME,
        help: "what breaks, if anything does, is told where the type changed",
    },
}
