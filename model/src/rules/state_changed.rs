//! state-changed

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of an aggregate whose state has other fields.
    ///
    /// # Why it breaks
    /// Snapshots of the old state are not used any more; streams are folded from the start once.
    ///
    /// # Example
    /// A field is added below `state`.
    ///
    /// # What to do instead
    /// Raise `snapshot` where the fold changed its meaning.
    152, "state-changed",
    Kind::StateChanged { revised: false } => Verdict {
        breaks: &[P],
        level: Level::Info,
        covered: false,
        message: "the state of `{name}` changed, so its snapshots are set aside",
        help: "if the methods of events changed their meaning too, raise `snapshot`",
    },
    Kind::StateChanged { revised: true } => Verdict {
        breaks: &[P],
        level: Level::Info,
        covered: false,
        message: "the state of `{name}` changed, so its snapshots are set aside",
        help: "",
    },
}
