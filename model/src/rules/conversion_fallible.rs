//! conversion-fallible

use super::Direction::B;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a conversion in a new version that some values do not pass: `parse`, `scale` out of range, `epoch_seconds` of
    /// a fraction, `split` of too few parts, elements of a set that become equal. It is judged without a baseline too; what is
    /// released is not told again.
    ///
    /// # Why it breaks
    /// The step is declared, and still a stored event with such a value cannot be read.
    ///
    /// # Example
    /// `row: { type: u32, retyped: { 2: { from: string, via: parse } } }`.
    ///
    /// # What to do instead
    /// `cargo factum verify` reads all that is stored. Where a value does not pass, add a new field, or write the step by
    /// hand.
    129, "conversion-fallible",
    Kind::ValueRefused { .. } => Verdict {
        breaks: &[B],
        level: Level::Warning,
        covered: true,
        message: "not every stored `{before}` can become `{after}` in version {version} of `{name}`",
        help: "run `cargo factum verify` over what is stored, which shows those that cannot",
    },
}
