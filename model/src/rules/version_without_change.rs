//! version-without-change

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds a new version that is equal to the one before.
    ///
    /// # Why it breaks
    /// Nothing breaks. A number is spent, and readers look for a change that is not there.
    ///
    /// # Example
    /// Types that hold each other go to version 2 together, and one of them does not change.
    ///
    /// # What to do instead
    /// Leave the number as it was, unless the types share it.
    106, "version-without-change",
    Kind::NothingChanged => Verdict {
        breaks: &[],
        level: Level::Warning,
        covered: false,
        message: "nothing changes in version {version} of `{name}`",
        help: "take the version out",
    },
}
