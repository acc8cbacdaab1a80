//! field-repinned

use super::Direction::F;
use super::{Level, Verdict};
use crate::diff::{Change, Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field that holds another version of its named type.
    ///
    /// # Why it breaks
    /// What the type's own change breaks is told of the type.
    ///
    /// # Example
    /// `price: { type: Money, retyped: { 2: Money@1 } }`.
    ///
    /// # What to do instead
    /// Look at what is told of the type.
    124, "field-repinned", judge
}

fn judge(change: &Change) -> Option<Verdict> {
    if !matches!(&change.kind, Kind::FieldConverted { class: Class::Version, .. }) {
        return None;
    }
    Some(Verdict {
        breaks: &[F],
        level: Level::Info,
        covered: true,
        message: "`{before}` became `{after}` in version {version} of `{name}`",
        help: "",
    })
}
