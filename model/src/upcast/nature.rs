//! What a conversion may cost an older value: digits, or that it can be read at all.

use super::{Conversion, Function, Step};
use crate::schema::{Schema, TypeId, TypeSteps, TypeVersion};
use crate::types::Builtin;

/// What may happen to an older value on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nature {
    /// Digits may be rounded away.
    pub lossy: bool,
    /// There are values for which it is an upcast error.
    pub fallible: bool,
    /// Two values that differ may become one: as elements of a set, or keys of a map, that is an upcast error.
    pub merging: bool,
}

impl Nature {
    const EXACT: Self = Self { lossy: false, fallible: false, merging: false };
    const FALLIBLE: Self = Self { fallible: true, ..Self::EXACT };

    const fn and(self, other: Self) -> Self {
        Self {
            lossy: self.lossy || other.lossy,
            fallible: self.fallible || other.fallible,
            merging: self.merging || other.merging,
        }
    }

    /// As that of what must stay distinct.
    const fn distinct(self) -> Self {
        Self { fallible: self.fallible || self.merging, merging: false, ..self }
    }
}

/// The nature of a step.
#[must_use]
pub fn of_step(schema: &Schema, step: &Step) -> Nature {
    Look { schema, within: Vec::new() }.step(step)
}

/// The nature of a conversion.
#[must_use]
pub fn of_conversion(schema: &Schema, how: &Conversion) -> Nature {
    Look { schema, within: Vec::new() }.conversion(how)
}

/// The nature of a conversion, where somebody else knows that of a declared type's own steps from one version to another.
pub fn of_conversion_among(how: &Conversion, versions: &mut dyn FnMut(TypeId, u32, u32) -> Nature) -> Nature {
    match how {
        Conversion::Keep | Conversion::Widen { .. } | Conversion::ToText(_) => Nature::EXACT,
        Conversion::Parse(_) | Conversion::Foreign(_) => Nature::FALLIBLE,
        Conversion::Present(inner) | Conversion::Maybe(inner) | Conversion::Single(inner) | Conversion::Each(inner) => {
            of_conversion_among(inner, versions)
        }
        Conversion::EachOf(inner) => of_conversion_among(inner, versions).distinct(),
        Conversion::Entries(keys, values) => {
            of_conversion_among(keys, versions).distinct().and(of_conversion_among(values, versions))
        }
        Conversion::Or(inner, _) => Nature { merging: true, ..of_conversion_among(inner, versions) },
        Conversion::Scale { from, to, power } => scale(*from, *to, *power),
        Conversion::Epoch { from, to, .. } => epoch(*from, *to),
        Conversion::Versions { ty, from, to } => versions(*ty, *from, *to),
    }
}

struct Look<'s> {
    schema: &'s Schema,
    /// The types that are being looked at: what a type that holds itself does is known from the outer look.
    within: Vec<(TypeId, u32, u32)>,
}

impl Look<'_> {
    fn step(&mut self, step: &Step) -> Nature {
        match step {
            Step::Move { .. } | Step::Insert { .. } | Step::Drop { .. } => Nature::EXACT,
            Step::Convert { how, .. } => self.conversion(how),
            Step::Call { function, .. } => match function {
                Function::Split(_) => Nature::FALLIBLE,
                Function::Join(_)
                | Function::Nest(..)
                | Function::Flatten(..)
                | Function::NestOpaque(..)
                | Function::FlattenOpaque(_) => Nature::EXACT,
            },
        }
    }

    fn conversion(&mut self, how: &Conversion) -> Nature {
        of_conversion_among(how, &mut |ty, from, to| self.versions(ty, from, to))
    }

    fn versions(&mut self, ty: TypeId, from: u32, to: u32) -> Nature {
        if self.within.contains(&(ty, from, to)) {
            return Nature::EXACT;
        }
        self.within.push((ty, from, to));
        let versions = self.schema.types.get(ty.0 as usize).map(|def| def.versions.as_slice()).unwrap_or_default();
        let passed = versions.iter().filter(|version| from < version.number && version.number <= to);
        let nature = passed.fold(Nature::EXACT, |nature, version| nature.and(self.version(version)));
        self.within.pop();
        nature
    }

    fn version(&mut self, version: &TypeVersion) -> Nature {
        match &version.steps {
            TypeSteps::Struct(steps) => self.steps(steps),
            TypeSteps::Newtype(how) => self.conversion(how),
            TypeSteps::Enum(values) => Nature { merging: repeats(values.iter().copied()), ..Nature::EXACT },
            TypeSteps::Union(kinds) => {
                let merging = repeats(kinds.iter().map(|(kind, _)| *kind));
                let all = kinds.iter().fold(Nature::EXACT, |nature, (_, steps)| nature.and(self.steps(steps)));
                all.and(Nature { merging, ..Nature::EXACT })
            }
        }
    }

    fn steps(&mut self, steps: &[Step]) -> Nature {
        steps.iter().fold(Nature::EXACT, |nature, step| nature.and(self.step(step)))
    }
}

fn repeats(values: impl Iterator<Item = usize>) -> bool {
    let mut all: Vec<usize> = values.collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    all.len() < count
}

/// A float stands for what it is near to, and rounds; integers and decimals are exact or refused.
fn scale(from: Builtin, to: Builtin, power: i32) -> Nature {
    let rounds = is_float(from) || is_float(to);
    let fits = if is_float(to) { stays_finite(from, to, power) } else { all_fit(from, to, power) };
    Nature { lossy: rounds, merging: rounds, fallible: !fits }
}

const fn is_float(builtin: Builtin) -> bool {
    matches!(builtin, Builtin::F32 | Builtin::F64)
}

/// Whether every number, times ten to the power, is a float that is finite. Integers have at most 20 digits, and the
/// narrower float 39.
fn stays_finite(from: Builtin, to: Builtin, power: i32) -> bool {
    match from.row().range {
        Some(_) => power <= 18,
        None => is_float(from) && power <= 0 && (from == to || to == Builtin::F64),
    }
}

/// Whether every integer, times ten to the power, is one of the other type.
fn all_fit(from: Builtin, to: Builtin, power: i32) -> bool {
    let factor = u32::try_from(power).ok().and_then(|power| 10_i128.checked_pow(power));
    let fitting =
        from.row().range.zip(to.row().range).zip(factor).and_then(|(((low, high), (least, most)), factor)| {
            Some(least <= low.checked_mul(factor)? && high.checked_mul(factor)? <= most)
        });
    fitting.unwrap_or(false)
}

/// Seconds, or milliseconds, of 32 bits are moments that a timestamp knows; a moment need not be a whole second.
fn epoch(from: Builtin, to: Builtin) -> Nature {
    let short = from.row().range.is_some_and(|(low, high)| low >= i32::MIN.into() && high <= u32::MAX.into());
    if short && to == Builtin::Timestamp { Nature::EXACT } else { Nature::FALLIBLE }
}
