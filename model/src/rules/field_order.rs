//! field-order

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells that fields, the values of an enum or the kinds of a union stand in another order. The schemas of the
    /// baseline are looked at: a lock alone does not know.
    ///
    /// # Why it breaks
    /// Nothing that factum reads: it goes by names. New events are written in the new order, which matters to who compares
    /// or hashes their bytes, and the items of the generated Rust stand in it.
    ///
    /// # Example
    /// `Opened: { hall: string, capacity: u32 }` was `Opened: { capacity: u32, hall: string }`.
    ///
    /// # What to do instead
    /// Nothing, or put new fields at the end.
    163, "field-order",
    Kind::Reordered => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "`{before}` of `{name}` became `{after}`: only the order changed",
        help: "",
    },
}
