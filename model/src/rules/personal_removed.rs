//! personal-removed

use super::Direction::D;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds a field that was said to hold personal data and is not any more.
    ///
    /// # Why it breaks
    /// Whoever trusts the mark exposes what is stored.
    ///
    /// # Example
    /// `personal: [clerk]` is deleted.
    ///
    /// # What to do instead
    /// Keep the mark, also for a field that was removed.
    131, "personal-removed",
    Kind::PersonalRemoved { .. } => Verdict {
        breaks: &[D],
        level: Level::Error,
        covered: false,
        message: "`{before}` of `{name}` is not said to hold personal data any more",
        help: "keep the mark: what is stored has not changed",
    },
}
