//! aggregate-renamed

use super::Direction::P;
use super::{Level, Verdict};
use crate::diff::{Kind, Subject};

rule! {
    /// # What it does
    /// Finds an aggregate that is gone, or has another name.
    ///
    /// # Why it breaks
    /// Streams carry the aggregate's name. Under another one, no stream of the old name is found.
    ///
    /// # Example
    /// `aggregate: Seats` becomes `aggregate: SeatAvailability`.
    ///
    /// # What to do instead
    /// Keep the name.
    111, "aggregate-renamed",
    Kind::Gone, Subject::Aggregate(_) => Verdict {
        breaks: &[P],
        level: Level::Error,
        covered: false,
        message: "the aggregate `{name}` is gone, and with it the names of its streams",
        help: "keep the name: streams are called `{name}-<id>`",
    },
}
