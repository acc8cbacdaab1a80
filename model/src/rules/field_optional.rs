//! field-optional

use super::Direction::{B, F};
use super::{BECAME, Level, Verdict};
use crate::diff::{Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field that may be null now, or may not be any more.
    ///
    /// # Why it breaks
    /// Code that is still deployed cannot read null where it knows of none. Where null is not allowed any more, stored
    /// nulls must become something: the declared step gives them a value. Older readers are not in danger then, since they
    /// read what is never null as before.
    ///
    /// # Example
    /// `note: { type: string?, retyped: { 2: string } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    125, "field-optional",
    Kind::FieldConverted { class: Class::MadeOptional, .. } => Verdict {
        breaks: &[F],
        level: Level::Warning,
        covered: true,
        message: BECAME,
        help: "deploy readers first: they know of no null",
    },
    Kind::FieldConverted { class: Class::MadeRequired, .. } => Verdict {
        breaks: &[B],
        level: Level::Warning,
        covered: true,
        message: BECAME,
        help: "look at what stored nulls become",
    },
}
