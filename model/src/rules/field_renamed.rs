//! field-renamed

use super::Direction::F;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a field with another name on the wire.
    ///
    /// # Why it breaks
    /// Code that is still deployed looks for the old name: it misses a field, or reads null.
    ///
    /// # Example
    /// `quantity: { type: u32, renamed: { 2: seats } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    122, "field-renamed",
    Kind::FieldRenamed { .. } => Verdict {
        breaks: &[F],
        level: Level::Warning,
        covered: true,
        message: "`{before}` is called `{after}` from version {version} of `{name}` on",
        help: "deploy readers first",
    },
}
