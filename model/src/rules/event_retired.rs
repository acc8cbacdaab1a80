//! event-retired

use super::{Level, Verdict};
use crate::diff::{Change, Kind};

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
    151, "event-retired", judge
}

fn judge(change: &Change) -> Option<Verdict> {
    if !matches!(&change.kind, Kind::Retired) {
        return None;
    }
    Some(Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "`{name}`: `{before}` became `{after}`",
        help: "",
    })
}
