//! From locked types to their definitions.

use std::collections::BTreeSet;

use super::Builder;
use crate::literal::Shapes;
use crate::lock::{KEEP, NamedType, TypeUpcast, TypeVersion};
use crate::schema::{self, Record, Type, TypeDef, TypeId, TypeShape, TypeSteps, VariantDef};
use crate::source::Spanned;
use crate::upcast::Conversion;

impl Builder<'_> {
    pub(super) fn types(&mut self) -> Vec<TypeDef> {
        let lock = self.lock;
        let mut types = Vec::new();
        for ((name, ty), id) in lock.types.iter().zip((0..).map(TypeId)) {
            let (context, short) = name.split_once('.').unwrap_or_default();
            types.push(TypeDef {
                name: Spanned::new(short.to_owned(), ty.origin),
                context: context.to_owned(),
                doc: None,
                versions: self.type_versions(id, &ty.value),
            });
        }
        types
    }

    fn type_versions(&mut self, id: TypeId, ty: &NamedType) -> Vec<schema::TypeVersion> {
        let mut versions = Vec::new();
        for (number, version) in &ty.versions {
            let before = number.checked_sub(1).and_then(|before| self.shape_of(id, before)).cloned();
            let Some(shape) = self.shape_of(id, *number).cloned() else { continue };
            let steps = self.type_steps(before.as_ref(), &shape, version);
            let steps = steps.unwrap_or_else(|| {
                self.broken(version.origin, "the steps to this version are not for its shape");
                TypeSteps::Struct(Vec::new())
            });
            versions.push(schema::TypeVersion { number: *number, shape, steps });
        }
        versions
    }

    fn type_steps(
        &mut self,
        before: Option<&TypeShape>,
        after: &TypeShape,
        version: &Spanned<TypeVersion>,
    ) -> Option<TypeSteps> {
        Some(match (&version.value.upcast, before, after) {
            (TypeUpcast::Struct(steps), Some(TypeShape::Struct(before)), TypeShape::Struct(after)) => {
                TypeSteps::Struct(self.steps(steps, before, after, version.origin))
            }
            (TypeUpcast::Newtype(by), Some(TypeShape::Newtype(before)), TypeShape::Newtype(after)) => {
                TypeSteps::Newtype(self.conversion(by, before, after))
            }
            (TypeUpcast::Enum(changed), Some(TypeShape::Enum(before)), TypeShape::Enum(after)) => {
                let index = |old: &VariantDef| {
                    if old.fallback {
                        // Where nothing is kept any more, a kept text is an upcast error, whatever stands here.
                        return after.iter().position(|value| value.fallback).or(Some(0));
                    }
                    let new = changed.get(&old.name.value).map_or(&old.name.value, |new| &new.value);
                    after.iter().position(|value| !value.fallback && value.name.value == *new)
                };
                TypeSteps::Enum(before.iter().map(index).collect::<Option<_>>()?)
            }
            (TypeUpcast::Union(changed), Some(TypeShape::Union(before)), TypeShape::Union(after)) => {
                let mut kinds = Vec::new();
                for old in before {
                    let changed = changed.get(&old.name.value);
                    let new = changed.map_or(&old.name.value, |new| &new.value.kind);
                    let index = after.iter().position(|kind| kind.name.value == *new)?;
                    let steps = changed.map_or(&[][..], |changed| &changed.value.steps);
                    kinds.push((index, self.steps(steps, &old.shape, &after[index].shape, version.origin)));
                }
                TypeSteps::Union(kinds)
            }
            (TypeUpcast::Struct(steps), None, TypeShape::Struct(_)) if steps.is_empty() => {
                TypeSteps::Struct(Vec::new())
            }
            (TypeUpcast::Newtype(by), None, TypeShape::Newtype(_)) if by.value == KEEP => {
                TypeSteps::Newtype(Conversion::Keep)
            }
            (TypeUpcast::Enum(changed), None, TypeShape::Enum(_)) if changed.is_empty() => TypeSteps::Enum(Vec::new()),
            (TypeUpcast::Union(changed), None, TypeShape::Union(_)) if changed.is_empty() => {
                TypeSteps::Union(Vec::new())
            }
            (TypeUpcast::Struct(_) | TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_), ..) => {
                return None;
            }
        })
    }

    /// A type of which each value would hold another one cannot have been locked.
    pub(super) fn every_value_ends(&mut self) {
        let mut finite: BTreeSet<(TypeId, u32)> = BTreeSet::new();
        let all: Vec<(TypeId, u32)> = (0..)
            .map(TypeId)
            .zip(&self.shapes)
            .flat_map(|(id, shapes)| (1..).zip(shapes).map(move |(version, _)| (id, version)))
            .collect();
        loop {
            let found: Vec<(TypeId, u32)> = all
                .iter()
                .filter(|(id, version)| !finite.contains(&(*id, *version)))
                .filter(|(id, version)| self.shape_of(*id, *version).is_some_and(|shape| ends(shape, &finite)))
                .copied()
                .collect();
            if found.is_empty() {
                break;
            }
            finite.extend(found);
        }
        for (id, _) in all.iter().filter(|found| !finite.contains(found)) {
            let origin = self.lock.types.values().nth(id.0 as usize).map(|ty| ty.origin).unwrap_or_default();
            let message = format!("a value of `{}` would hold another one, without end", self.name_of(*id));
            self.broken(origin, message);
        }
    }
}

/// Whether a value of this shape can end, given the types whose values do.
fn ends(shape: &TypeShape, finite: &BTreeSet<(TypeId, u32)>) -> bool {
    let record = |record: &Record| record.fields.iter().all(|field| type_ends(&field.ty, finite));
    match shape {
        TypeShape::Struct(fields) => record(fields),
        TypeShape::Newtype(inner) => type_ends(inner, finite),
        TypeShape::Enum(_) => true,
        TypeShape::Union(kinds) => kinds.iter().any(|kind| record(&kind.shape)),
    }
}

fn type_ends(ty: &Type, finite: &BTreeSet<(TypeId, u32)>) -> bool {
    match ty {
        Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => true,
        Type::Named(id, version) => finite.contains(&(*id, *version)),
    }
}
