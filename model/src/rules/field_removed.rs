//! field-removed

use super::Direction::{self, D, F};
use super::{Level, Verdict};
use crate::diff::{Change, Kind};

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
    121, "field-removed", judge
}

fn judge(change: &Change) -> Option<Verdict> {
    let Kind::FieldRemoved { optional, .. } = &change.kind else { return None };
    let breaks: &[Direction] = if *optional { &[D] } else { &[D, F] };
    Some(Verdict {
        breaks,
        level: Level::Warning,
        covered: true,
        message: "`{before}` is not stored from version {version} of `{name}` on",
        help: "old readers miss a field that is not optional: deploy them first",
    })
}
