//! compensation-changed

use super::{Level, Verdict};
use crate::diff::{Edit, Kind};

rule! {
    /// # What it does
    /// Tells that an event takes back another event than before, or none any more, or tells by other fields which one. The
    /// schemas of the baseline are looked at: a lock alone does not know.
    ///
    /// # Why it breaks
    /// Nothing that is read. But it is said of what is stored too: `History::uncompensated` counts old streams anew.
    ///
    /// # Example
    /// `compensates: SeatsReserved` becomes `compensates: { event: SeatsReserved, by: [reservation] }`.
    ///
    /// # What to do instead
    /// Nothing, if it is true of what was stored before. Otherwise declare a new event.
    168, "compensation-changed",
    Kind::CompensationChanged { edit: Edit::Added } => told("`{name}` takes back `{after}` now"),
    Kind::CompensationChanged { edit: Edit::Gone } => told("`{name}` does not take back `{before}` any more"),
    Kind::CompensationChanged { edit: Edit::Changed } => told("`{name}` took back `{before}`, and takes back `{after}` now"),
}

const fn told(message: &'static str) -> Verdict {
    Verdict { breaks: &[], level: Level::Info, covered: false, message, help: "" }
}
