//! upcast-edited

use super::Direction::B;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds changed steps, or a changed default, of a version that was released; of steps by hand, other outputs for the
    /// same samples. And what an event was released to be read as once it ended. Steps that have no field in common are found
    /// one by one, each with a stored event that shows it.
    ///
    /// # Why it breaks
    /// The same stored event would be read as something else than before: views that are built again differ from those that
    /// were not. Of a plain `decimal` the zeros at its end count: `1.5` and `1.50` are equal, and other texts wherever they
    /// are written. One with a scale always has all of them.
    ///
    /// # Example
    /// `default: web` of a field that was added in released version 2 becomes `default: phone`.
    ///
    /// # What to do instead
    /// Take the change back. Another value is another version.
    105, "upcast-edited",
    Kind::UpcastEdited { .. } => Verdict {
        breaks: &[B],
        level: Level::Error,
        covered: false,
        message: "what older events of `{name}` are read as from version {version} on changed: `{before}` became `{after}`",
        help: "take the change back: what was released is read as it was",
    },
}
