//! personal-added

use super::Direction::D;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a field that is said to hold personal data from now on.
    ///
    /// # Why it breaks
    /// What was stored before was not treated as personal.
    ///
    /// # Example
    /// `personal: [clerk]` is added.
    ///
    /// # What to do instead
    /// See to what is stored.
    130, "personal-added",
    Kind::PersonalAdded { .. } => Verdict {
        breaks: &[D],
        level: Level::Warning,
        covered: false,
        message: "`{after}` of `{name}` is said to hold personal data",
        help: "what is stored already was not treated as such",
    },
}
