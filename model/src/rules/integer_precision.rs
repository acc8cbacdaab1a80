//! integer-precision

use super::Direction::D;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a field in a new version that holds integers of 64 bits, and did not before. The keys of a map are texts in
    /// JSON, and no such integers. It is judged without a baseline too; what is released is not told again.
    ///
    /// # Why it breaks
    /// Integers are JSON numbers. Rust reads all of their digits; JavaScript, and what else takes every number for a float,
    /// is exact up to 2^53 only and rounds silently.
    ///
    /// # Example
    /// `views: { type: u64, added: 2, default: 0 }`.
    ///
    /// # What to do instead
    /// Take a narrower integer, or a `string` or a `decimal`, which are JSON strings. Where no such reader is expected,
    /// `integer-precision = "info"` below `[levels]` in `factum.toml`.
    132, "integer-precision",
    Kind::WideInteger { .. } => Verdict {
        breaks: &[D],
        level: Level::Warning,
        covered: false,
        message: "`{after}` in version {version} of `{name}` may be beyond 2^53, where JavaScript loses digits",
        help: "take `u32`, `i32` or `decimal` if JavaScript reads it; else set `integer-precision = \"info\"` below `[levels]`",
    },
}
