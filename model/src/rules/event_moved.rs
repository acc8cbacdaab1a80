//! event-moved

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds an event that belongs to another aggregate than before.
    ///
    /// # Why it breaks
    /// Stored events stay in the streams of the old aggregate, whose set cannot read them any more.
    ///
    /// # Example
    /// `Opened` goes from the file of one aggregate to that of another.
    ///
    /// # What to do instead
    /// Leave it, retired if need be, and declare a new event.
    112, "event-moved",
    Kind::Moved => Verdict {
        breaks: &[P],
        level: Level::Error,
        covered: false,
        message: "`{name}` went from {before} to {after}",
        help: "leave it with its aggregate, and declare a new event for the other one",
    },
}
