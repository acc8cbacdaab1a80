//! by-hand-added

use super::Direction::F;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a new version whose step is written in Rust.
    ///
    /// # Why it breaks
    /// Stored events need not break, but this review cannot see what the code does. Code that is still deployed does not
    /// try to read the new version, since nobody knows whether it could.
    ///
    /// # Example
    /// `upcast: { 2: by_hand }`.
    ///
    /// # What to do instead
    /// Prefer steps where they can say it. Run the lock test, which pins what the code does.
    108, "by-hand-added",
    Kind::ByHand => Verdict {
        breaks: &[F],
        level: Level::Info,
        covered: true,
        message: "version {version} of `{name}` is made of the version before by code",
        help: "a test of stored examples shows what this review cannot see",
    },
}
