//! What the steps of later versions take over of a value, however deep: the rest they fill in, and who wrote the value may
//! have meant something else there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::compare;
use crate::schema::{EventDef, Record, Schema, TypeDef, TypeId, TypeShape, TypeSteps, TypeVersion, UnionVariant};
use crate::upcast::{Conversion, Step};

/// What a value has passed, one after the other.
type Path<'s> = Vec<&'s Conversion>;

/// The fields of the newest version that come from fields of another one.
pub(super) struct Kept<'s> {
    schema: &'s Schema,
    fields: BTreeMap<&'s str, Path<'s>>,
}

impl<'s> Kept<'s> {
    pub(super) fn since(schema: &'s Schema, def: &'s EventDef, since: u32) -> Self {
        let first = def.versions.iter().find(|version| version.number == since);
        let later = def.versions.iter().filter(|version| version.number > since);
        let later = later.map(|version| (version.steps.as_slice(), &version.shape));
        Self { schema, fields: first.map(|first| passed(&first.shape, later)).unwrap_or_default() }
    }

    /// Only those of these names.
    pub(super) fn only(mut self, names: &BTreeSet<String>) -> Self {
        self.fields.retain(|name, _| names.contains(*name));
        self
    }

    /// Whether two payloads of the newest version have the same in what was taken over.
    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        match (compare::parsed(a), compare::parsed(b)) {
            (Some(Value::Object(a)), Some(Value::Object(b))) => self.members(&a, &b, &self.fields),
            (a, b) => a == b,
        }
    }

    fn members(&self, a: &Map<String, Value>, b: &Map<String, Value>, fields: &BTreeMap<&'s str, Path<'s>>) -> bool {
        let member = |object: &Map<String, Value>, name: &str| object.get(name).cloned().unwrap_or_default();
        fields.iter().all(|(name, path)| self.value(&member(a, name), &member(b, name), path))
    }

    fn value(&self, a: &Value, b: &Value, path: &[&'s Conversion]) -> bool {
        let path: Path<'s> =
            path.iter().map(|how| never_null(how)).filter(|how| !matches!(how, Conversion::Keep)).collect();
        if a.is_null() || b.is_null() || !path.iter().any(|how| how.has_versions()) {
            return compare::same(a, b);
        }
        if let Some(found) = self.versions(&path) {
            return self.named(a, b, found);
        }
        // What was put into a list on the way is not followed.
        let Some(inner) = path.iter().map(|how| element(how)).collect::<Option<Path<'s>>>() else { return true };
        match (a, b) {
            (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.value(a, b, &inner))
            }
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| self.value(a, b, &inner)))
            }
            (a, b) => a == b,
        }
    }

    /// The versions of one type that all of this leads through.
    fn versions(&self, path: &[&Conversion]) -> Option<(&'s TypeDef, u32, u32)> {
        let ends: Option<Vec<(TypeId, u32, u32)>> = path
            .iter()
            .map(|how| if let Conversion::Versions { ty, from, to } = how { Some((*ty, *from, *to)) } else { None })
            .collect();
        let ends = ends?;
        let ((ty, from, _), (_, _, to)) = (ends.first()?, ends.last()?);
        Some((self.schema.types.get(ty.0 as usize)?, *from, *to))
    }

    fn named(&self, a: &Value, b: &Value, (ty, from, to): (&'s TypeDef, u32, u32)) -> bool {
        let later = || ty.versions.iter().filter(move |version| (from + 1..=to).contains(&version.number));
        let first = ty.versions.iter().find(|version| version.number == from).map(|version| &version.shape);
        match (first, a, b) {
            (Some(TypeShape::Struct(first)), Value::Object(a), Value::Object(b)) => {
                let later = later().filter_map(|version| {
                    let (TypeSteps::Struct(steps), TypeShape::Struct(shape)) = (&version.steps, &version.shape) else {
                        return None;
                    };
                    Some((steps.as_slice(), shape))
                });
                self.members(a, b, &passed(first, later))
            }
            (Some(TypeShape::Newtype(_)), ..) => {
                let later = later().filter_map(|version| match &version.steps {
                    TypeSteps::Newtype(how) => Some(how),
                    TypeSteps::Struct(_) | TypeSteps::Enum(_) | TypeSteps::Union(_) => None,
                });
                self.value(a, b, &later.collect::<Path<'s>>())
            }
            (Some(TypeShape::Union(first)), Value::Object(a), Value::Object(b)) => {
                a.get("kind") == b.get("kind") && self.kind(a, b, first, later())
            }
            (Some(TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None, a, b) => compare::same(a, b),
        }
    }

    fn kind(
        &self,
        a: &Map<String, Value>,
        b: &Map<String, Value>,
        first: &'s [UnionVariant],
        later: impl Iterator<Item = &'s TypeVersion>,
    ) -> bool {
        let is_it = |kind: &UnionVariant| a.get("kind").is_some_and(|name| *name == *kind.name.value);
        let Some((mut index, kind)) = first.iter().enumerate().find(|(_, kind)| is_it(kind)) else { return true };
        let mut steps = Vec::new();
        for version in later {
            let (TypeSteps::Union(became), TypeShape::Union(kinds)) = (&version.steps, &version.shape) else {
                continue;
            };
            let Some(((now, own), shape)) = became.get(index).and_then(|it| Some((it, &kinds.get(it.0)?.shape))) else {
                return true;
            };
            steps.push((own.as_slice(), shape));
            index = *now;
        }
        self.members(a, b, &passed(&kind.shape, steps.into_iter()))
    }
}

/// What the fields of the last of these versions have passed, of those that were in the first shape.
fn passed<'s>(first: &'s Record, later: impl Iterator<Item = (&'s [Step], &'s Record)>) -> BTreeMap<&'s str, Path<'s>> {
    let (mut shape, mut known) = (first, vec![Some(Path::new()); first.fields.len()]);
    for (steps, after) in later {
        let mut next = vec![None; after.fields.len()];
        for step in steps {
            match step {
                Step::Move { from, to } => next[to.0].clone_from(&known[from.0]),
                Step::Convert { from, to, how } => {
                    next[to.0] = known[from.0].clone().map(|path| [path, vec![how]].concat());
                }
                Step::Call { from, to, .. } => {
                    let is_whole = |path: &Path<'_>| !path.iter().any(|how| how.has_versions());
                    let whole = from.iter().all(|from| known[from.0].as_ref().is_some_and(is_whole));
                    for to in to {
                        next[to.0] = whole.then(Path::new);
                    }
                }
                Step::Insert { .. } | Step::Drop { .. } => {}
            }
        }
        (shape, known) = (after, next);
    }
    let fields = shape.fields.iter().zip(known);
    fields.filter_map(|(field, path)| Some((field.name.value.as_str(), path?))).collect()
}

/// What is done to a value that is there.
fn never_null(how: &Conversion) -> &Conversion {
    if let Conversion::Present(how) | Conversion::Maybe(how) | Conversion::Or(how, _) = how {
        never_null(how)
    } else {
        how
    }
}

/// What is done to each element.
fn element(how: &Conversion) -> Option<&Conversion> {
    if let Conversion::Each(how) | Conversion::EachOf(how) | Conversion::Entries(_, how) = how {
        Some(how)
    } else {
        None
    }
}
