//! released-version-edited

use super::Direction::{B, F};
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds a released version, not the newest one, under which something else is stored than was.
    ///
    /// # Why it breaks
    /// Stored events of this version are read as what the schema says now. Bytes of the old shape are refused, or read to
    /// other values.
    ///
    /// # Example
    /// `Opened` has versions 1 and 2; the type of a field in version 1 is changed from `u32` to `u64`.
    ///
    /// # What to do instead
    /// Take the change back. What shall change changes in a new version: `retyped: { 3: u32 }`.
    101, "released-version-edited",
    Kind::ShapeEdited { newest: false } => Verdict {
        breaks: &[B, F],
        level: Level::Error,
        covered: false,
        message: "`{name}`: version {version} was released and is something else now: `{before}` became `{after}`",
        help: "take the change back, and make it in a new version",
    },
}
