//! How numbers are said.

use indicatif::HumanCount;

/// `1 event`, `2,500 events`.
pub(crate) fn counted(count: impl TryInto<u64>, word: &str) -> String {
    // No count is larger than that.
    let count = count.try_into().unwrap_or(u64::MAX);
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {word}{plural}", HumanCount(count))
}
