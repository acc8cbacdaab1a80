//! field-retyped

use super::Direction::{B, F};
use super::{BECAME, Level, Verdict};
use crate::diff::{Class, Kind};

rule! {
    /// # What it does
    /// Tells of a field with another type, or of fields that were put together or taken apart.
    ///
    /// # Why it breaks
    /// Code that is still deployed may meet values that its type does not hold. The declared step reads old events.
    ///
    /// # Example
    /// `quantity: { type: u64, retyped: { 2: u32 } }`.
    ///
    /// # What to do instead
    /// Deploy all readers before the first writer; look at what the conversion may refuse.
    123, "field-retyped",
    Kind::FieldConverted { class: Class::Widened, .. } => Verdict {
        breaks: &[F],
        level: Level::Warning,
        covered: true,
        message: BECAME,
        help: "deploy readers first: a newer value may be one that they cannot hold",
    },
    Kind::FieldConverted { class: Class::Converted, .. } | Kind::FieldsRebuilt => Verdict {
        breaks: &[B, F],
        level: Level::Warning,
        covered: true,
        message: BECAME,
        help: "deploy readers first: a newer value may be one that they cannot hold",
    },
}
