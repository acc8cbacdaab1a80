//! Values that the next step has a newer value for, as far as that can be told easily.

use super::{Dice, Json, Maker, any_choice, builtin, count, tagged};
use crate::schema::{Type, TypeDef, TypeId, TypeShape, TypeSteps};
use crate::types::Builtin;
use crate::upcast::{Conversion, Function, Slot, Step};

/// What happens to a field once it is more than moved, in the steps of the versions after its own. Nothing is known of a
/// step that is written by hand.
pub(super) fn next<'a>(later: &[&'a [Step]], slot: usize) -> Option<&'a Step> {
    let mut slot = Slot(slot);
    for steps in later {
        let step = steps.iter().find(|step| match step {
            Step::Move { from, .. } | Step::Drop { from } | Step::Convert { from, .. } => *from == slot,
            Step::Call { from, .. } => from.contains(&slot),
            Step::Insert { .. } => false,
        })?;
        match step {
            Step::Move { to, .. } => slot = *to,
            Step::Insert { .. } | Step::Drop { .. } | Step::Convert { .. } | Step::Call { .. } => return Some(step),
        }
    }
    None
}

impl Maker<'_> {
    /// A value that the step has one for.
    pub(super) fn fitting_step(self, ty: &Type, step: &Step, dice: &mut Dice, depth: usize) -> Json {
        match step {
            Step::Convert { how, .. } => self.fitting(ty, how, dice, depth),
            Step::Call { function: Function::Split(with), .. } => {
                let text = ["a", "b ", "", "ü,", "e"].join(with);
                Json::text(if dice.once_in(4) { format!("one{with}two") } else { text })
            }
            Step::Call {
                function:
                    Function::Join(_)
                    | Function::Nest(..)
                    | Function::Flatten(..)
                    | Function::NestOpaque(..)
                    | Function::FlattenOpaque(_),
                ..
            }
            | Step::Move { .. }
            | Step::Insert { .. }
            | Step::Drop { .. } => self.value(ty, dice, depth),
        }
    }

    /// A value that the conversion has one for.
    fn fitting(self, ty: &Type, how: &Conversion, dice: &mut Dice, depth: usize) -> Json {
        match (how, ty) {
            (Conversion::Present(how) | Conversion::Single(how), ty) => self.fitting(ty, how, dice, depth),
            (Conversion::Maybe(_) | Conversion::Or(..), Type::Optional(_)) if dice.once_in(3) => Json::Null,
            (Conversion::Maybe(how) | Conversion::Or(how, _), Type::Optional(inner)) => {
                self.fitting(inner, how, dice, depth)
            }
            (Conversion::Each(how), Type::List(inner)) | (Conversion::EachOf(how), Type::Set(inner)) => {
                Json::Array((0..count(dice, depth)).map(|_| self.fitting(inner, how, dice, depth + 1)).collect())
            }
            (Conversion::Entries(keys, values), Type::Map(key, value)) => {
                let count = count(dice, depth);
                let entry = |_| {
                    let key = self.fitting(key, keys, dice, depth).into_key();
                    (key, self.fitting(value, values, dice, depth + 1))
                };
                Json::Object((0..count).map(entry).collect())
            }
            (Conversion::Parse(to), _) => Json::text(builtin::any(*to, dice).into_key()),
            (Conversion::Scale { from, .. }, _) => scalable(*from, dice),
            (Conversion::Epoch { to, .. }, _) => epoch(*to, dice),
            (Conversion::Versions { from, to, .. }, Type::Named(id, _)) => self.version(*id, (*from, *to), dice, depth),
            // Nothing to care for, or a type that is not this conversion's.
            (
                Conversion::Keep
                | Conversion::Widen { .. }
                | Conversion::ToText(_)
                | Conversion::Foreign(_)
                | Conversion::Versions { .. }
                | Conversion::Maybe(_)
                | Conversion::Or(..)
                | Conversion::Each(_)
                | Conversion::EachOf(_)
                | Conversion::Entries(..),
                ty,
            ) => self.value(ty, dice, depth),
        }
    }

    /// A value of a version of a declared type that its own steps have one for.
    fn version(self, id: TypeId, (from, to): (u32, u32), dice: &mut Dice, depth: usize) -> Json {
        let ty = Type::Named(id, from);
        let Some(def) = self.schema.types.get(id.0 as usize) else { return Json::Null };
        match self.schema.shape(id, from) {
            Some(TypeShape::Struct(record)) => self.fields(record, &struct_steps(def, from, to), dice.any(), depth + 1),
            Some(TypeShape::Newtype(inner)) => match newtype_step(def, from, to) {
                Some(how) => self.fitting(inner, how, dice, depth),
                None => self.value(inner, dice, depth),
            },
            Some(TypeShape::Enum(values)) => any_choice(values, dice),
            Some(TypeShape::Union(kinds)) => {
                let mut sorted: Vec<_> = kinds.iter().enumerate().collect();
                sorted.sort_by_key(|(_, kind)| &kind.name.value);
                let (index, kind) = *dice.pick(&sorted);
                tagged(kind, self.fields(&kind.shape, &union_steps(def, index, from, to), dice.any(), depth + 1))
            }
            None => self.value(&ty, dice, depth),
        }
    }
}

fn between(def: &TypeDef, from: u32, to: u32) -> impl Iterator<Item = &TypeSteps> {
    let later = def.versions.iter().filter(move |version| from < version.number && version.number <= to);
    later.map(|version| &version.steps)
}

fn struct_steps(def: &TypeDef, from: u32, to: u32) -> Vec<&[Step]> {
    let all = between(def, from, to);
    all.filter_map(|steps| if let TypeSteps::Struct(steps) = steps { Some(steps.as_slice()) } else { None }).collect()
}

/// The first conversion that does anything.
fn newtype_step(def: &TypeDef, from: u32, to: u32) -> Option<&Conversion> {
    between(def, from, to).find_map(|steps| match steps {
        TypeSteps::Newtype(how) if *how != Conversion::Keep => Some(how),
        TypeSteps::Newtype(_) | TypeSteps::Struct(_) | TypeSteps::Enum(_) | TypeSteps::Union(_) => None,
    })
}

/// Along with what a kind becomes.
fn union_steps(def: &TypeDef, mut index: usize, from: u32, to: u32) -> Vec<&[Step]> {
    let mut all = Vec::new();
    for steps in between(def, from, to) {
        let TypeSteps::Union(kinds) = steps else { break };
        let Some((target, steps)) = kinds.get(index) else { break };
        all.push(steps.as_slice());
        index = *target;
    }
    all
}

/// A number that is not too large, and has not too many digits.
fn scalable(from: Builtin, dice: &mut Dice) -> Json {
    const FLOATS: &[&str] = &["0", "1.5", "0.125", "7", "0.005", "2.5", "120.25", "0.015"];
    const OTHERS: &[&str] = &["0", "1", "7", "100", "120", "50", "25"];
    let small = *dice.pick(if matches!(from, Builtin::F32 | Builtin::F64) { FLOATS } else { OTHERS });
    if matches!(from, Builtin::Decimal(_)) { Json::text(small) } else { Json::number(small) }
}

/// An integer that becomes a moment, or a moment that becomes an integer.
fn epoch(to: Builtin, dice: &mut Dice) -> Json {
    const INTEGERS: &[&str] = &["0", "1", "100", "127"];
    const MOMENTS: &[&str] = &["1970-01-01T00:00:00Z", "2026-02-01T09:30:00Z", "2026-02-01T09:30:00.25Z"];
    if to == Builtin::Timestamp { Json::number(*dice.pick(INTEGERS)) } else { Json::text(*dice.pick(MOMENTS)) }
}
