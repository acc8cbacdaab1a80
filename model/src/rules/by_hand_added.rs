//! by-hand-added

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a new version whose step is written in Rust.
    ///
    /// # Why it breaks
    /// Nothing needs to break, but this review cannot see what the code does.
    ///
    /// # Example
    /// `upcast: { 2: by_hand }`.
    ///
    /// # What to do instead
    /// Prefer steps where they can say it. Run the lock test, which pins what the code does.
    108, "by-hand-added",
    Kind::ByHand => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: true,
        message: "version {version} of `{name}` is made of the version before by code",
        help: "a test of stored examples shows what this review cannot see",
    },
}
