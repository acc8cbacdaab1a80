//! event-renamed

use super::Direction::F;
use super::{Level, Verdict};
use crate::diff::{Kind, Subject};

rule! {
    /// # What it does
    /// Tells of an event that is stored under another name from a version on.
    ///
    /// # Why it breaks
    /// Code that is still deployed does not know the new name.
    ///
    /// # Example
    /// `SeatsReserved: { version: 2, renamed: { 2: SeatsBooked } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    110, "event-renamed",
    Kind::Renamed, Subject::Event(_) => Verdict {
        breaks: &[F],
        level: Level::Warning,
        covered: false,
        message: "`{before}` is called `{after}` from version {version} on",
        help: "let readers that know only the old name go first",
    },
}
