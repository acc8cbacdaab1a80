//! field-removed

use super::Direction::{D, F};
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a field that is not stored any more.
    ///
    /// # Why it breaks
    /// Nobody sees the stored values any more. Code that is still deployed and needs the field cannot read newer events; if
    /// it is optional, it reads null.
    ///
    /// # Example
    /// `clerk: { type: string, removed: 2 }`.
    ///
    /// # What to do instead
    /// Let readers that need it go first. Make it optional one version earlier.
    121, "field-removed",
    Kind::FieldRemoved { optional: true, .. } => Verdict {
        breaks: &[D],
        level: Level::Warning,
        covered: true,
        message: "`{before}` is not stored from version {version} of `{name}` on",
        help: "readers that are deployed read null in newer events; nobody reads any more what older ones have",
    },
    Kind::FieldRemoved { optional: false, .. } => Verdict {
        breaks: &[D, F],
        level: Level::Warning,
        covered: true,
        message: "`{before}` is not stored from version {version} of `{name}` on",
        help: "readers that are deployed need the field: first deploy readers that do without it, then what stores \
               version {version}",
    },
}
