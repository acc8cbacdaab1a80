//! collection-changed

use super::Direction::{B, F};
use super::{Level, Verdict};
use crate::diff::{Change, Class, Kind};

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
    126, "collection-changed", judge
}

fn judge(change: &Change) -> Option<Verdict> {
    if !matches!(&change.kind, Kind::FieldConverted { class: Class::Collection, .. }) {
        return None;
    }
    Some(Verdict {
        breaks: &[B, F],
        level: Level::Warning,
        covered: true,
        message: "`{before}` became `{after}` in version {version} of `{name}`",
        help: "deploy readers first",
    })
}
