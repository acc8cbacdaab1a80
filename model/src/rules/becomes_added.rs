//! becomes-added

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of an event that is read as several from now on, or as none.
    ///
    /// # Why it breaks
    /// Whoever counts events, or keeps a position among them, sees another number.
    ///
    /// # Example
    /// `becomes: { 2: [SeatsHeld@1, SeatsPaid@1] }`.
    ///
    /// # What to do instead
    /// Build views again that count.
    150, "becomes-added",
    Kind::BecameOthers { .. } => Verdict {
        breaks: &[P],
        level: Level::Warning,
        covered: false,
        message: "`{name}` is read as another number of events: `{after}`",
        help: "views that count events see others when they are built again",
    },
}
