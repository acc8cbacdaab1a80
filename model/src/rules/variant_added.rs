//! variant-added

use super::Direction::F;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a new value of an enum or a new kind of a union.
    ///
    /// # Why it breaks
    /// Code that is still deployed refuses what it does not know, unless the enum has a fallback.
    ///
    /// # Example
    /// `partner: { added: 2 }`.
    ///
    /// # What to do instead
    /// Give the enum a fallback one version earlier, or deploy all readers first.
    140, "variant-added",
    Kind::VariantAdded { kept: true, .. } => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: true,
        message: "`{name}` has `{after}` from version {version} on",
        help: "",
    },
    Kind::VariantAdded { kept: false, .. } | Kind::FallbackAdded => Verdict {
        breaks: &[F],
        level: Level::Warning,
        covered: true,
        message: "`{name}` has `{after}` from version {version} on",
        help: "deploy readers first: without a fallback they refuse a value that they do not know",
    },
}
