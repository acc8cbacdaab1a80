//! `renamed: { 2: seats }`: before version 2 it had another name on the wire.

use super::{Slot, Step, Timeline};
use crate::ast::{Change, Field};
use crate::source::Spanned;

/// The field's names over time.
pub(crate) fn names(field: &Field) -> Timeline<&Spanned<String>> {
    Timeline::of_names(&field.renamed, &field.name)
}

impl<'a> Timeline<&'a Spanned<String>> {
    /// The names over time of whatever can be renamed.
    pub(crate) fn of_names(renamed: &'a [Change<Spanned<String>>], name: &'a Spanned<String>) -> Self {
        Self::new(renamed.iter().map(|change| (change.version.value, &change.from)).collect(), name)
    }
}

/// The step of a version that left the field's type as it was; whether its name changed can be seen in the shapes.
pub(crate) const fn step(from: Slot, to: Slot) -> Step {
    Step::Move { from, to }
}
