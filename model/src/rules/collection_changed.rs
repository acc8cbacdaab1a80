//! collection-changed

use super::Direction::{B, F};
use super::{BECAME, Level, Verdict};
use crate::diff::{Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field that holds several values where it held one, or another kind of collection.
    ///
    /// # Why it breaks
    /// Code that is still deployed cannot read the other form.
    ///
    /// # Example
    /// `seats: { type: list<u32>, retyped: { 2: u32 } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    126, "collection-changed",
    Kind::FieldConverted { class: Class::Collection, .. } => Verdict {
        breaks: &[B, F],
        level: Level::Warning,
        covered: true,
        message: BECAME,
        help: "deploy readers first",
    },
}
