//! change-without-version

use super::Direction::{B, F};
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds the newest released version changed in place.
    ///
    /// # Why it breaks
    /// Events of this version are stored already. Without a new number nobody can tell the old bytes from the new ones.
    ///
    /// # Example
    /// A field is added to `Opened: { capacity: u32 }`, and the version stays 1.
    ///
    /// # What to do instead
    /// Raise `version`, and give the new line `added: 2` with a default.
    102, "change-without-version",
    Kind::ShapeEdited { newest: true } => Verdict {
        breaks: &[B, F],
        level: Level::Error,
        covered: false,
        message: "`{name}` changed without a new version: version {version} was `{before}` and is `{after}`",
        help: "raise `version`, and let the changed lines carry the new number",
    },
}
