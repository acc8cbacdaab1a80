//! snapshot-lowered

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds an aggregate whose `snapshot` is a smaller number than it was, or than it was when there last was one: the lock
    /// keeps the number while there is none.
    ///
    /// # Why it breaks
    /// A snapshot is used where it was kept under the number that the schema says. Those that were kept under the smaller
    /// one may be there still, with a state that older methods made: they would be used again.
    ///
    /// # Example
    /// `snapshot: 3` becomes `snapshot: 2`.
    ///
    /// # What to do instead
    /// Raise it, also where a change of the methods is taken back.
    165, "snapshot-lowered",
    Kind::SnapshotLowered => Verdict {
        breaks: &[P],
        level: Level::Error,
        covered: false,
        message: "the snapshots of `{name}` had the number {before}, and go back to {after}",
        help: "raise `snapshot`, also to take a change back: what was kept under the smaller number would be used again",
    },
}
