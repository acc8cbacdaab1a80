//! fallback-removed

use super::Direction::B;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds an enum that lost its fallback.
    ///
    /// # Why it breaks
    /// Texts that it kept are stored, and nothing else can hold them.
    ///
    /// # Example
    /// The line `other: { fallback: true }` is deleted.
    ///
    /// # What to do instead
    /// Keep it.
    143, "fallback-removed",
    Kind::FallbackRemoved => Verdict {
        breaks: &[B],
        level: Level::Error,
        covered: false,
        message: "`{name}` does not keep unknown values any more from version {version} on",
        help: "keep the fallback: texts that it kept are stored",
    },
}
