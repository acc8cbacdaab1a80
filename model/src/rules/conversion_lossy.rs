//! conversion-lossy

use super::Direction::{B, D};
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a conversion in a new version that may round: `scale` to or from a float. It is judged without a baseline
    /// too; what is released is not told again. Where some values do not pass at all, this rule says that too, and
    /// conversion-fallible is silent.
    ///
    /// # Why it breaks
    /// What was stored is read with fewer digits than it has.
    ///
    /// # Example
    /// `price: { type: i64, retyped: { 2: { from: f64, via: scale(100) } } }`.
    ///
    /// # What to do instead
    /// Where every digit counts, keep the old field beside a new one, or convert a `decimal`, which is exact.
    128, "conversion-lossy",
    Kind::DigitsLost { refused: true, .. } => Verdict {
        breaks: &[B, D],
        level: Level::Warning,
        covered: true,
        message: "`{before}` may lose digits or be refused where it becomes `{after}` in version {version} of `{name}`",
        help: "if every digit counts, keep the old field beside a new one; `cargo factum verify` shows what is refused",
    },
    Kind::DigitsLost { refused: false, .. } => Verdict {
        breaks: &[D],
        level: Level::Warning,
        covered: false,
        message: "`{before}` may lose digits where it becomes `{after}` in version {version} of `{name}`",
        help: "if every digit counts, keep the old field beside a new one",
    },
}
