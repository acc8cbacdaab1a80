//! field-optional

use super::Direction::{B, F};
use super::{Level, Verdict};
use crate::diff::{Change, Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field that may be null now, or may not be any more.
    ///
    /// # Why it breaks
    /// Code that is still deployed cannot read null where it knows of none. Where null is not allowed any more, the
    /// declared step gives it a value.
    ///
    /// # Example
    /// `note: { type: string?, retyped: { 2: string } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    125, "field-optional", judge
}

fn judge(change: &Change) -> Option<Verdict> {
    if !matches!(&change.kind, Kind::FieldConverted { class: Class::MadeOptional | Class::MadeRequired, .. }) {
        return None;
    }
    Some(Verdict {
        breaks: &[B, F],
        level: Level::Warning,
        covered: true,
        message: "`{before}` became `{after}` in version {version} of `{name}`",
        help: "",
    })
}
