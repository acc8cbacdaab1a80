//! The versions of declared types: first the shapes of all, then the steps between them, which need the shapes.

use std::collections::{BTreeSet, HashMap};

use super::catalog::{Catalog, DeclaredType, Scope};
use super::groups;
use super::history::{self, Change, Life};
use crate::ast::{Field, TypeBody, Variant};
use crate::check::history as rules;
use crate::diagnostic::Diagnostics;
use crate::schema::{Record, TypeDef, TypeId, TypeShape, TypeSteps, TypeVersion, UnionVariant, VariantDef};
use crate::upcast::{Conversion, Timeline, becomes, retyped};

/// The current version of each type; `None` where its history is not right.
pub(super) fn newest(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Vec<Option<u32>> {
    let mut shared: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); catalog.types.len()];
    for group in groups::several(&catalog.groups) {
        let lines = group.iter().flat_map(|id| rules::type_lines(catalog.types[id.0 as usize].decl));
        let changed: BTreeSet<u32> = lines.map(|(version, _)| version).collect();
        for id in group {
            shared[id.0 as usize].clone_from(&changed);
        }
    }
    let types = catalog.types.iter().zip(&shared);
    types.map(|(declared, changed)| rules::declared_type(declared.decl, changed, diagnostics)).collect()
}

/// The shape of each version of each type.
pub(super) fn shapes(catalog: &Catalog<'_>) -> Vec<Vec<Option<TypeShape>>> {
    let newest = catalog.newest.iter().map(|newest| newest.unwrap_or(0));
    let types = catalog.type_ids().zip(newest);
    types
        .map(|((id, declared), newest)| (1..=newest).map(|version| shape(id, declared, version, catalog)).collect())
        .collect()
}

fn shape(id: TypeId, declared: &DeclaredType<'_>, version: u32, catalog: &Catalog<'_>) -> Option<TypeShape> {
    let scope = Scope { context: declared.context, holder: Some((id, version)) };
    Some(match &declared.decl.body {
        TypeBody::Struct(fields) => TypeShape::Struct(record(fields, version, scope, catalog)?),
        TypeBody::Newtype { ty, retyped } => {
            TypeShape::Newtype(catalog.resolve_in(retyped::types(retyped, ty).at(version), scope)?)
        }
        TypeBody::Enum(values) => {
            TypeShape::Enum(living(&values.value, version).map(|value| value_at(value, version)).collect())
        }
        TypeBody::Union(kinds) => {
            let kinds = living(&kinds.value, version).map(|kind| kind_at(kind, version, scope, catalog));
            TypeShape::Union(kinds.collect::<Option<_>>()?)
        }
        TypeBody::Broken => return None,
    })
}

fn record(fields: &[Field], version: u32, scope: Scope<'_>, catalog: &Catalog<'_>) -> Option<Record> {
    let lives: Vec<_> = fields.iter().map(Life::new).collect();
    history::record(&lives, version, scope, catalog)
}

fn living(variants: &[Variant], version: u32) -> impl Iterator<Item = &Variant> {
    variants.iter().filter(move |variant| lives(variant, version))
}

fn lives(variant: &Variant, version: u32) -> bool {
    history::lives(variant.added.as_ref(), variant.removed.as_ref(), version)
}

fn value_at(value: &Variant, version: u32) -> VariantDef {
    VariantDef {
        name: (*Timeline::of_names(&value.renamed, &value.name).at(version)).clone(),
        fallback: value.fallback.is_some(),
        doc: super::text(value.doc.as_ref()),
    }
}

fn kind_at(kind: &Variant, version: u32, scope: Scope<'_>, catalog: &Catalog<'_>) -> Option<UnionVariant> {
    Some(UnionVariant {
        name: (*Timeline::of_names(&kind.renamed, &kind.name).at(version)).clone(),
        doc: super::text(kind.doc.as_ref()),
        shape: record(&kind.fields, version, scope, catalog)?,
    })
}

/// The whole type; `None` if something of it is not right.
pub(super) fn declared_type(
    (id, declared): (TypeId, &DeclaredType<'_>),
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<TypeDef> {
    let shapes: &[Option<TypeShape>] = catalog.shapes.get(id.0 as usize)?;
    let numbered = (1..).zip(shapes);
    let versions: Vec<_> = numbered
        .map(|(number, shape)| {
            let before = catalog.shape_of(id, number - 1);
            let steps = Between { declared, number, before, after: shape.as_ref()? }.steps(catalog, diagnostics)?;
            Some(TypeVersion { number, shape: shape.clone()?, steps })
        })
        .collect();
    Some(TypeDef {
        name: declared.decl.name.clone(),
        context: declared.context.to_owned(),
        doc: super::text(declared.decl.doc.as_ref()),
        versions: versions.into_iter().collect::<Option<_>>()?,
    })
}

/// A version of a type and the one before it, if there is one.
struct Between<'a> {
    declared: &'a DeclaredType<'a>,
    number: u32,
    before: Option<&'a TypeShape>,
    after: &'a TypeShape,
}

impl Between<'_> {
    fn steps(&self, catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) -> Option<TypeSteps> {
        match (&self.declared.decl.body, self.before, self.after) {
            (TypeBody::Struct(fields), Some(TypeShape::Struct(before)), TypeShape::Struct(after)) => {
                self.of_fields(fields, before, after, catalog, diagnostics).map(TypeSteps::Struct)
            }
            (TypeBody::Newtype { ty, retyped }, Some(TypeShape::Newtype(before)), TypeShape::Newtype(after)) => {
                let line = retyped::Line { name: &self.declared.decl.name.value, ty, retyped, may_be_by_hand: false };
                let how = retyped::conversion(&line, self.number, before, after, catalog, diagnostics)?;
                Some(TypeSteps::Newtype(how))
            }
            (TypeBody::Enum(values), Some(TypeShape::Enum(_)), TypeShape::Enum(_)) => {
                self.indices(&values.value).map(TypeSteps::Enum)
            }
            (TypeBody::Union(kinds), Some(TypeShape::Union(before)), TypeShape::Union(after)) => {
                self.of_kinds(&kinds.value, before, after, catalog, diagnostics)
            }
            (_, _, after) => Some(match after {
                TypeShape::Struct(_) => TypeSteps::Struct(Vec::new()),
                TypeShape::Newtype(_) => TypeSteps::Newtype(Conversion::Keep),
                TypeShape::Enum(_) => TypeSteps::Enum(Vec::new()),
                TypeShape::Union(_) => TypeSteps::Union(Vec::new()),
            }),
        }
    }

    fn of_fields(
        &self,
        fields: &[Field],
        before: &Record,
        after: &Record,
        catalog: &Catalog<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<crate::upcast::Step>> {
        let lives: Vec<_> = fields.iter().map(Life::new).collect();
        let change = Change { lives: &lives, number: self.number, before, after, may_be_by_hand: false };
        history::steps(&change, &[], catalog, diagnostics)
    }

    /// Where each value or kind of the version before is in this one: itself, or what it became.
    fn indices(&self, all: &[Variant]) -> Option<Vec<usize>> {
        let mut after = 0;
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let mut places: Vec<(&Variant, Option<usize>)> = Vec::new();
        for variant in all {
            let there = lives(variant, self.number).then_some(after);
            if there.is_some() {
                let name = Timeline::of_names(&variant.renamed, &variant.name).at(self.number).value.as_str();
                by_name.insert(name, after);
                after += 1;
            }
            if lives(variant, self.number - 1) {
                places.push((variant, there));
            }
        }
        let became = |variant: &Variant| by_name.get(variant.becomes.as_ref()?.value.as_str()).copied();
        places.into_iter().map(|(variant, place)| place.or_else(|| became(variant))).collect()
    }

    fn of_kinds(
        &self,
        kinds: &[Variant],
        before: &[UnionVariant],
        after: &[UnionVariant],
        catalog: &Catalog<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<TypeSteps> {
        let mut steps = Vec::new();
        let mut whole = true;
        let indices = self.indices(kinds)?;
        for ((kind, old), index) in living(kinds, self.number - 1).zip(before).zip(indices) {
            let new = after.get(index)?;
            let of_kind = if lives(kind, self.number) {
                self.of_fields(&kind.fields, &old.shape, &new.shape, catalog, diagnostics)
            } else {
                becomes::kind(kind, old, new, catalog, diagnostics)
            };
            whole &= of_kind.is_some();
            steps.push((index, of_kind.unwrap_or_default()));
        }
        whole.then_some(TypeSteps::Union(steps))
    }
}
