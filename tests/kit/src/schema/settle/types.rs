//! Declared types with their histories.

use super::super::{FieldPlan, TypePlan, VariantPlan};
use super::{Birth, KINDS, VALUES, field, grown, renamed, retyped, ty};
use crate::life::{self, Field, Variant};
use crate::ty::{Body, Declared, Ty};

/// The types of a plan; the first has this index.
pub(super) fn declared(plan: &TypePlan, index: usize, known: &[Declared]) -> Vec<Declared> {
    let fields = |plans: &[FieldPlan]| -> Vec<Field> {
        plans.iter().enumerate().map(|(index, plan)| field(index, plan, known)).collect()
    };
    let held = |held: usize, how: u8, plan: &FieldPlan| {
        let mut plan = plan.clone();
        if how == 2 {
            plan.retyped.clear(); // a boxed value that goes into a list is not unboxed yet
        }
        grown(&holding(held, how, &plan), &plan, plan.removed, known)
    };
    let (name, body) = match plan {
        TypePlan::Struct(plans, own) => {
            let mut fields = fields(plans);
            fields.extend(own.iter().map(|(how, plan)| held(index, *how, plan)));
            (format!("Struct{index}"), Body::Struct(fields))
        }
        TypePlan::Pair([(left, to_right, right_plan), (right, to_left, left_plan)]) => {
            let (mut left, mut right) = (fields(left), fields(right));
            left.push(held(index + 1, *to_right, right_plan));
            right.push(held(index, *to_left, left_plan));
            let version = life::closed(left.iter_mut().chain(&mut right).flat_map(Field::versions).collect());
            let declared = |name: String, fields| Declared { name, version, body: Body::Struct(fields) };
            return vec![declared(format!("Left{index}"), left), declared(format!("Right{index}"), right)];
        }
        TypePlan::Newtype(plan, own) => {
            let first = if *own { Ty::List(Box::new(Ty::Group(index))) } else { ty(&plan.ty, known, true) };
            let (retyped, now) = retyped(plan, first, |_| !*own, known);
            (format!("Newtype{index}"), Body::Newtype(now, retyped))
        }
        TypePlan::Enum(values, fallback) => {
            let mut values = variants(values, VALUES, "value", known);
            values.extend(fallback.map(|fallback| Variant {
                name: "any_other".to_owned(),
                added: fallback.added,
                removed: None,
                becomes: None,
                renamed: Vec::new(),
                fallback: true,
                fields: Vec::new(),
            }));
            (format!("Enum{index}"), Body::Enum(values))
        }
        TypePlan::Union(kinds) => (format!("Union{index}"), Body::Union(variants(kinds, KINDS, "Kind", known))),
    };
    let mut declared = Declared { name, version: 1, body };
    declared.version = life::closed(versions(&mut declared.body));
    vec![declared]
}

fn versions(body: &mut Body) -> Vec<&mut u32> {
    match body {
        Body::Struct(fields) => fields.iter_mut().flat_map(Field::versions).collect(),
        Body::Newtype(_, retyped) => retyped.iter_mut().map(|change| &mut change.version).collect(),
        Body::Enum(variants) | Body::Union(variants) => variants.iter_mut().flat_map(Variant::versions).collect(),
    }
}

/// A field that holds another type of its group.
fn holding(index: usize, how: u8, plan: &FieldPlan) -> Birth {
    let held = Box::new(Ty::Group(index));
    let ty = match how {
        0 => Ty::List(held),
        1 => Ty::Map(Box::new(Ty::Builtin("string")), held),
        _ => Ty::Optional(held),
    };
    Birth { label: "own".to_owned(), name: "children".to_owned(), ty, added: plan.added, filled: false }
}

/// The first is always there, so that there is one to become.
fn variants(plans: &[VariantPlan], names: &[&str], prefix: &str, known: &[Declared]) -> Vec<Variant> {
    let mut all: Vec<Variant> = plans
        .iter()
        .enumerate()
        .map(|(index, plan)| {
            let added = plan.added.filter(|_| index > 0);
            let removed = plan.removed.filter(|removed| index > 0 && *removed > added.unwrap_or(1));
            let alive =
                |version: u32| added.is_none_or(|added| version > added) && removed.is_none_or(|end| version < end);
            let separator = if prefix == "value" { "_" } else { "x" };
            let prefix = format!("{prefix}{separator}{index}{separator}");
            let (renamed, name) = renamed(&plan.renamed, names[index], &prefix, alive);
            let fields = plan.fields.iter().enumerate().map(|(index, plan)| {
                let plan = FieldPlan { added: plan.added.filter(|version| alive(*version)), ..plan.clone() };
                let removed = plan.removed.filter(|version| alive(*version));
                let mut plan = FieldPlan { removed, ..plan };
                plan.renamed.retain(|(version, _)| alive(*version));
                plan.retyped.retain(|(version, _)| alive(*version));
                field(index, &plan, known)
            });
            let fields = fields.collect();
            Variant { name, added, removed, becomes: None, renamed, fallback: false, fields }
        })
        .collect();
    for index in 0..all.len() {
        let Some(end) = all[index].removed else { continue };
        let from = life::record(&all[index].fields, end - 1);
        let fits = |target: &&Variant| target.lives(end) && fills(&from, &life::record(&target.fields, end));
        let targets: Vec<&Variant> = all.iter().filter(fits).collect();
        let becomes =
            (!targets.is_empty()).then(|| targets[plans[index].becomes.index(targets.len())].name_at(end).to_owned());
        if becomes.is_none() {
            all[index].removed = None;
        }
        all[index].becomes = becomes;
    }
    all
}

/// Fields go by equal name and type.
fn fills(from: &[(String, Ty)], into: &[(String, Ty)]) -> bool {
    into.iter().all(|(name, ty)| match from.iter().find(|(old, _)| old == name) {
        Some((_, old)) => old == ty,
        None => matches!(ty, Ty::Optional(_)),
    })
}
