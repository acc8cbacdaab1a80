//! field-added

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a field that older events do not have, and that they get a value for; or of an enum that keeps unknown
    /// values from now on.
    ///
    /// # Why it breaks
    /// Nothing: older events have the default, and older readers pass over what they do not know.
    ///
    /// # Example
    /// `note: { type: string?, added: 2 }`.
    ///
    /// # What to do instead
    /// Nothing.
    120, "field-added",
    Kind::FieldAdded { .. } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: true,
        message: "version {version} of `{name}` has more: `{after}`",
        help: "",
    },
}
