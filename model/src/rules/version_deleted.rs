//! version-deleted

use super::Direction::B;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds a version that was released and that the history does not reach any more.
    ///
    /// # Why it breaks
    /// Stored events of this version cannot be read any more.
    ///
    /// # Example
    /// `version: 3` is set back to `version: 2`, and the lines that carry 3 are deleted.
    ///
    /// # What to do instead
    /// Keep the history. A change that is not wanted any more is undone in a new version.
    104, "version-deleted",
    Kind::VersionGone => Verdict {
        breaks: &[B],
        level: Level::Error,
        covered: false,
        message: "version {version} of the {noun} `{name}` was released, and is gone",
        help: "write its lines again",
    },
}
