//! variant-removed

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a value or a kind that is not stored any more, and what stored ones are read as.
    ///
    /// # Why it breaks
    /// Nothing: stored ones have something to become.
    ///
    /// # Example
    /// `fax: { removed: 2, becomes: phone }`.
    ///
    /// # What to do instead
    /// Nothing.
    141, "variant-removed",
    Kind::VariantRemoved { .. } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: true,
        message: "`{before}` of `{name}` is read as `{after}` from version {version} on",
        help: "",
    },
}
