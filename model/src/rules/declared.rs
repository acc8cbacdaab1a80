//! declared

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of an aggregate, an event, a type or a policy that was not there before.
    ///
    /// # Why it breaks
    /// Nothing.
    ///
    /// # Example
    /// A new event is declared.
    ///
    /// # What to do instead
    /// Nothing.
    160, "declared",
    Kind::Added => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "the {noun} `{name}` is new",
        help: "",
    },
}
