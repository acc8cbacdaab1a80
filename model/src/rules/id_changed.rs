//! id-changed

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds an aggregate whose key has another type.
    ///
    /// # Why it breaks
    /// The id is a part of the stream's name. Streams of old ids may not be found, or not be named, any more.
    ///
    /// # Example
    /// `id: uuid` becomes `id: string`.
    ///
    /// # What to do instead
    /// Keep the type. A new kind of id is a new aggregate.
    113, "id-changed",
    Kind::IdChanged => Verdict {
        breaks: &[P],
        level: Level::Error,
        covered: false,
        message: "the id of `{name}` was `{before}` and is `{after}`",
        help: "keep the type of the id",
    },
}
