//! format-changed

use super::Direction::{B, F};
use super::{BECAME, Level, Verdict};
use crate::diff::{Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field that writes the same thing in another way: a uuid as text, a moment as a number, a decimal of
    /// another scale.
    ///
    /// # Why it breaks
    /// Code that is still deployed refuses the new form, or takes it for another value.
    ///
    /// # Example
    /// `at: { type: timestamp, retyped: { 2: { from: i64, via: epoch_millis } } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    127, "format-changed",
    Kind::FieldConverted { class: Class::Format, .. } => Verdict {
        breaks: &[B, F],
        level: Level::Warning,
        covered: true,
        message: BECAME,
        help: "deploy readers first: some may read the new form as something else",
    },
}
