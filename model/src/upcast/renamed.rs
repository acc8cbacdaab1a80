//! `renamed: { 2: seats }`: before version 2 the field had another name on the wire.

use super::{Slot, Step, Timeline};
use crate::ast::Field;
use crate::source::Spanned;

/// The field's names over time.
pub(crate) fn names(field: &Field) -> Timeline<&Spanned<String>> {
    let changes = field.renamed.iter().map(|change| (change.version.value, &change.from)).collect();
    Timeline::new(changes, &field.name)
}

/// The step of a version that left the field's type as it was; whether its name changed can be seen in the shapes.
pub(crate) const fn step(from: Slot, to: Slot) -> Step {
    Step::Move { from, to }
}
