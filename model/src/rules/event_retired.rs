//! event-retired

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of an event that is not emitted any more, or is again.
    ///
    /// # Why it breaks
    /// Nothing: stored ones are read as before.
    ///
    /// # Example
    /// `retired: 2`.
    ///
    /// # What to do instead
    /// Nothing.
    151, "event-retired",
    Kind::Retired { lifted: false } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "`{name}` is not emitted any more: `{after}`",
        help: "",
    },
    Kind::Retired { lifted: true } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "`{name}` is emitted again: it was `{before}`",
        help: "",
    },
}
