//! deprecated

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells that an event became deprecated, or is not deprecated any more. The schemas of the baseline are looked at: a
    /// lock alone does not know.
    ///
    /// # Why it breaks
    /// Nothing: it is stored and read as before.
    ///
    /// # Example
    /// `deprecated: { since: 2, use: SeatsHeld }` is added.
    ///
    /// # What to do instead
    /// Nothing. Once no code emits the event it can be `retired`.
    162, "deprecated",
    Kind::Deprecated => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "`{name}` is deprecated {after}",
        help: "",
    },
    Kind::DeprecationLifted => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "`{name}` is not deprecated any more",
        help: "",
    },
}
