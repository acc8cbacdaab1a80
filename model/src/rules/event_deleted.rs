//! event-deleted

use super::Direction::B;
use super::{Level, Verdict};
use crate::diff::{Kind, Subject};

rule! {
    /// # What it does
    /// Finds an event that was released and that no schema declares any more.
    ///
    /// # Why it breaks
    /// Stored events of this type cannot be read any more.
    ///
    /// # Example
    /// The lines of `Opened` are deleted.
    ///
    /// # What to do instead
    /// Keep the lines and say `version: 2` and `retired: 2`. An event that got another name says `version: 2` and
    /// `renamed: { 2: Opened }`. Where a new event has the same fields, the message names it.
    103, "event-deleted",
    Kind::Gone, Subject::Event(_) => Verdict {
        breaks: &[B],
        level: Level::Error,
        covered: false,
        message: "the event `{name}` was released, and is gone",
        help: "{instead}",
    },
}
