//! variant-renamed

use super::Direction::F;
use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells of a value or a kind that is written in another way.
    ///
    /// # Why it breaks
    /// Code that is still deployed does not know the new text.
    ///
    /// # Example
    /// `phone: { renamed: { 2: telephone } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer.
    142, "variant-renamed",
    Kind::VariantRenamed { .. } => Verdict {
        breaks: &[F],
        level: Level::Warning,
        covered: true,
        message: "`{before}` of `{name}` is written `{after}` from version {version} on",
        help: "deploy readers first",
    },
}
