//! From which version on a reader decodes the bytes of a newer version rightly.

use super::{Conversion, Slot, Step};
use crate::schema::{Record, Type, VersionDef};

/// The lowest version whose reader decodes bytes of `version` rightly: the smallest M such that no step after M breaks
/// an older reader.
#[must_use]
pub fn readable_from(before: Option<&VersionDef>, version: &VersionDef) -> u32 {
    match before {
        Some(before) if keeps_readers(before, version) => before.readable_from,
        Some(_) | None => version.number,
    }
}

/// A reader of the version before looks for its own name of the event; what a user's code does, nobody knows.
fn keeps_readers(before: &VersionDef, version: &VersionDef) -> bool {
    let same_name = before.wire_type == version.wire_type;
    let steps = &version.steps;
    same_name && !version.by_hand && steps.iter().all(|step| keeps_older_readers(step, &before.shape, &version.shape))
}

/// Whether a reader of the version before decodes the new bytes to what it would have decoded.
///
/// It ignores fields that it does not know, and takes a missing optional field for null. A renamed field would be
/// missing to it, a widened one could hold what it cannot read; one that is never null any more it reads as before.
fn keeps_older_readers(step: &Step, before: &Record, after: &Record) -> bool {
    match step {
        Step::Insert { .. } => true,
        Step::Move { from, to } => name(before, *from) == name(after, *to),
        Step::Drop { from } => before.fields.get(from.0).is_some_and(|field| matches!(field.ty, Type::Optional(_))),
        Step::Convert { from, to, how } => name(before, *from) == name(after, *to) && only_requires(how),
        Step::Call { .. } => false,
    }
}

/// Whether all that changes is that null is not allowed any more: a reader that takes null reads what is none.
fn only_requires(how: &Conversion) -> bool {
    match how {
        Conversion::Keep => true,
        Conversion::Or(inner, _) | Conversion::Maybe(inner) | Conversion::Each(inner) | Conversion::EachOf(inner) => {
            only_requires(inner)
        }
        Conversion::Entries(keys, values) => only_requires(keys) && only_requires(values),
        Conversion::Widen { .. }
        | Conversion::Present(_)
        | Conversion::Single(_)
        | Conversion::Versions { .. }
        | Conversion::Foreign(_)
        | Conversion::ToText(_)
        | Conversion::Parse(_)
        | Conversion::Scale { .. }
        | Conversion::Epoch { .. } => false,
    }
}

fn name(record: &Record, slot: Slot) -> Option<&str> {
    record.fields.get(slot.0).map(|field| field.name.value.as_str())
}
