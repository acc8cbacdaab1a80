//! variant-removed

use super::{Level, Verdict};
use crate::diff::{Change, Kind};

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
    141, "variant-removed", judge
}

fn judge(change: &Change) -> Option<Verdict> {
    if !matches!(&change.kind, Kind::VariantRemoved { .. }) {
        return None;
    }
    Some(Verdict {
        breaks: &[],
        level: Level::Info,
        covered: true,
        message: "`{before}` of `{name}` is read as `{after}` from version {version} on",
        help: "",
    })
}
