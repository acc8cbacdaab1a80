//! context-changed

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds an event that went to another context.
    ///
    /// # Why it breaks
    /// The context begins the wire type and the stream's name, so what is stored is not found any more.
    ///
    /// # Example
    /// `context: seats` becomes `context: seating`.
    ///
    /// # What to do instead
    /// Keep the name of the context. It is a name on the wire, not a headline.
    114, "context-changed",
    Kind::ContextChanged => Verdict {
        breaks: &[P],
        level: Level::Error,
        covered: false,
        message: "`{before}` is in another context now: `{after}`",
        help: "keep the context: it begins the wire type and the names of streams",
    },
}
