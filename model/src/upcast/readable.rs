//! From which version on a reader decodes the bytes of a newer version rightly.

use std::collections::BTreeSet;

use super::{Conversion, Slot, Step};
use crate::schema::{Record, Type, TypeDef, TypeId, TypeShape, TypeSteps, VariantDef, VersionDef};

/// The lowest version whose reader decodes bytes of `version` rightly: the smallest M such that no step after M breaks
/// an older reader.
#[must_use]
pub fn readable_from(before: Option<&VersionDef>, version: &VersionDef, types: &[TypeDef]) -> u32 {
    match before {
        Some(before) if keeps_readers(before, version, types) => before.readable_from,
        Some(_) | None => version.number,
    }
}

/// Fills it in for every version of an event, the oldest first.
pub(crate) fn set_readable_from(versions: &mut [VersionDef], types: &[TypeDef]) {
    for index in 0..versions.len() {
        let (older, version) = versions.split_at_mut(index);
        if let Some(version) = version.first_mut() {
            version.readable_from = readable_from(older.last(), version, types);
        }
    }
}

/// Whether a reader of the version of a type before this one decodes its new values rightly.
#[must_use]
pub fn keeps_readers_of_type(ty: TypeId, version: u32, types: &[TypeDef]) -> bool {
    Readers { types, within: BTreeSet::new() }.of_type(ty, version)
}

/// A reader of the version before looks for its own name of the event; what a user's code does, nobody knows.
fn keeps_readers(before: &VersionDef, version: &VersionDef, types: &[TypeDef]) -> bool {
    let same_name = before.wire_type == version.wire_type;
    let mut readers = Readers { types, within: BTreeSet::new() };
    same_name && !version.by_hand && readers.of_steps(&version.steps, &before.shape, &version.shape)
}

/// Whether readers of a version before decode the new bytes to what they would have decoded.
struct Readers<'s> {
    types: &'s [TypeDef],
    /// The versions of types that are looked at: of what holds itself the outer look knows.
    within: BTreeSet<(TypeId, u32)>,
}

impl Readers<'_> {
    fn of_steps(&mut self, steps: &[Step], before: &Record, after: &Record) -> bool {
        steps.iter().all(|step| self.of_step(step, before, after))
    }

    /// A reader ignores fields that it does not know, and takes a missing optional field for null. A renamed field would
    /// be missing to it, a widened one could hold what it cannot read; one that is never null any more it reads as before.
    fn of_step(&mut self, step: &Step, before: &Record, after: &Record) -> bool {
        match step {
            Step::Insert { .. } => true,
            Step::Move { from, to } => name(before, *from) == name(after, *to),
            Step::Drop { from } => before.fields.get(from.0).is_some_and(|field| matches!(field.ty, Type::Optional(_))),
            Step::Convert { from, to, how } => name(before, *from) == name(after, *to) && self.of_conversion(how),
            Step::Call { .. } => false,
        }
    }

    /// Whether all that changes is that null is not allowed any more, which a reader that takes null need not know; or what
    /// a type's own steps keep.
    fn of_conversion(&mut self, how: &Conversion) -> bool {
        match how {
            Conversion::Keep => true,
            Conversion::Versions { ty, from, to } => (from + 1..=*to).all(|version| self.of_type(*ty, version)),
            Conversion::Maybe(inner) | Conversion::Each(inner) | Conversion::EachOf(inner) => self.of_conversion(inner),
            // The review tells of these as another type, and as another kind of map.
            Conversion::Or(inner, _) => !inner.has_versions() && self.of_conversion(inner),
            Conversion::Entries(keys, values) => {
                !keys.has_versions() && self.of_conversion(keys) && self.of_conversion(values)
            }
            Conversion::Widen { .. }
            | Conversion::Present(_)
            | Conversion::Single(_)
            | Conversion::Foreign(_)
            | Conversion::ToText(_)
            | Conversion::Parse(_)
            | Conversion::Scale { .. }
            | Conversion::Epoch { .. } => false,
        }
    }

    fn of_type(&mut self, id: TypeId, number: u32) -> bool {
        let version = |number: u32| {
            let versions = &self.types.get(id.0 as usize)?.versions;
            versions.iter().find(|version| version.number == number)
        };
        let (Some(before), Some(after)) = (number.checked_sub(1).and_then(version), version(number)) else {
            return false;
        };
        if !self.within.insert((id, number)) {
            return true;
        }
        match (&after.steps, &before.shape, &after.shape) {
            (TypeSteps::Struct(steps), TypeShape::Struct(before), TypeShape::Struct(after)) => {
                self.of_steps(steps, before, after)
            }
            (TypeSteps::Newtype(how), ..) => self.of_conversion(how),
            (TypeSteps::Enum(became), TypeShape::Enum(before), TypeShape::Enum(after)) => {
                keeps_values(became, before, after)
            }
            (TypeSteps::Union(became), TypeShape::Union(before), TypeShape::Union(after)) => {
                after.iter().enumerate().all(|(index, kind)| {
                    let same = before.iter().zip(became).find(|(old, _)| old.name.value == kind.name.value);
                    same.is_some_and(|(old, (now, steps))| {
                        *now == index && self.of_steps(steps, &old.shape, &kind.shape)
                    })
                })
            }
            (TypeSteps::Struct(_) | TypeSteps::Enum(_) | TypeSteps::Union(_), ..) => false,
        }
    }
}

/// Whether each new value is the one of that name before; or one that never was, and that readers keep.
fn keeps_values(became: &[usize], before: &[VariantDef], after: &[VariantDef]) -> bool {
    let kept = before.iter().any(|value| value.fallback);
    after.iter().enumerate().all(|(index, value)| {
        let same = before.iter().zip(became).find(|(old, _)| !old.fallback && old.name.value == value.name.value);
        match same {
            _ if value.fallback => kept,
            Some((_, now)) => *now == index,
            None => kept && !became.contains(&index),
        }
    })
}

fn name(record: &Record, slot: Slot) -> Option<&str> {
    record.fields.get(slot.0).map(|field| field.name.value.as_str())
}
