//! From a schema to its lock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{
    Aggregate, Child, End, Event, EventVersion, Fields, Fingerprint, KindUpcast, Lock, NamedType, Reading, Shape, Step,
    TypeUpcast, TypeVersion, Upcast, conversion, types, value,
};
use crate::names::full_name;
use crate::resolve::held_types;
use crate::schema::{
    self, AggregateDef, EventDef, EventFate, Record, Schema, Type, TypeDef, TypeId, TypeShape, TypeSteps, VersionDef,
};
use crate::shared::shared;
use crate::source::Spanned;
use crate::upcast::{Function, Slot};

impl Lock {
    /// Everything that a schema says of what is stored, as if all of it had been released: what commands and rejections
    /// alone hold is not in it. Outputs of steps by hand are not known to it.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let stored = stored(schema);
        let aggregates = schema.aggregates.iter().map(|def| {
            (full_name(&def.context, &def.name.value), Spanned::new(aggregate(def, schema), def.name.origin))
        });
        let one = |def: &EventDef| {
            (full_name(&def.context, &def.name.value), Spanned::new(Arc::new(event(def, schema)), def.name.origin))
        };
        let events = shared(&schema.events, |events| events.iter().map(one).collect::<Vec<_>>());
        let events = events.into_iter().flatten();
        let types = (0..).map(TypeId).zip(&schema.types).filter(|(id, _)| stored.contains(id));
        let types = types.map(|(_, def)| {
            (full_name(&def.context, &def.name.value), Spanned::new(Arc::new(named_type(def, schema)), def.name.origin))
        });
        Self { aggregates: aggregates.collect(), events: events.collect(), types: types.collect() }
    }
}

/// The types that events, states and the ids of aggregates hold, however deep, in any version.
fn stored(schema: &Schema) -> BTreeSet<TypeId> {
    let shapes = schema.events.iter().flat_map(|event| &event.versions).map(|version| &version.shape);
    let mut open: Vec<&Type> = shapes.flat_map(|shape| &shape.fields).map(|field| &field.ty).collect();
    for aggregate in &schema.aggregates {
        open.push(&aggregate.id);
        open.extend(aggregate.state.iter().flatten().map(|field| &field.ty));
    }
    let mut stored = BTreeSet::new();
    while let Some(ty) = open.pop() {
        match ty {
            Type::Builtin(_) | Type::Opaque(_) => {}
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => open.push(inner),
            Type::Map(key, value) => open.extend([&**key, &**value]),
            Type::Named(id, _) => {
                let def = schema.types.get(id.0 as usize).filter(|_| stored.insert(*id));
                open.extend(
                    def.into_iter().flat_map(|def| &def.versions).flat_map(|version| held_types(&version.shape)),
                );
            }
        }
    }
    stored
}

fn aggregate(def: &AggregateDef, schema: &Schema) -> Aggregate {
    let state = def.state.as_ref().map(|fields| {
        let line = |field: &schema::StateField| {
            let (ty, initial) = (types::print(&field.ty, schema), value::print(&field.initial, schema));
            format!("{}: {ty} = {initial}", field.name.value)
        };
        let lines: BTreeSet<String> = fields.iter().map(line).collect();
        Fingerprint::of_parts(lines.iter().map(String::as_str))
    });
    Aggregate { id: Spanned::new(types::print(&def.id, schema), def.name.origin), snapshot: def.snapshot, state }
}

fn event(def: &EventDef, schema: &Schema) -> Event {
    let marks = personal(def);
    let mut before: Option<&VersionDef> = None;
    let mut versions = BTreeMap::new();
    for (version, personal) in def.versions.iter().zip(marks) {
        let upcast = match before {
            Some(_) if version.by_hand => Upcast::ByHand(Vec::new()),
            Some(before) => Upcast::Steps(steps(&version.steps, &before.shape, &version.shape, schema)),
            None => Upcast::Steps(Vec::new()),
        };
        let locked = EventVersion {
            wire_type: Spanned::new(version.wire_type.clone(), def.name.origin),
            fields: fields(&version.shape, schema),
            personal,
            readable_from: version.readable_from,
            upcast,
            samples: None,
        };
        versions.insert(version.number, Spanned::new(locked, def.name.origin));
        before = Some(version);
    }
    let aggregate = def.aggregate.and_then(|id| schema.aggregates.get(id.0 as usize));
    Event {
        aggregate: aggregate.map(|aggregate| full_name(&aggregate.context, &aggregate.name.value)),
        versions,
        end: end(def, schema),
        derived: None,
    }
}

fn end(def: &EventDef, schema: &Schema) -> Option<End> {
    let (version, reading) = match &def.fate {
        EventFate::Current => return None,
        EventFate::Retired(version) => (*version, Reading::Itself),
        EventFate::Nothing(version) => (*version, Reading::Nothing),
        EventFate::Becomes(version, children) => {
            let last = &def.current().shape;
            (*version, Reading::Others(children.iter().filter_map(|found| child(found, last, schema)).collect()))
        }
    };
    Some(End { version, reading })
}

fn child(child: &schema::Child, last: &Record, schema: &Schema) -> Option<Child> {
    let def = schema.events.get(child.event.0 as usize)?;
    let shape = &def.versions.get((child.version as usize).checked_sub(1)?)?.shape;
    Some(Child {
        event: Spanned::new(full_name(&def.context, &def.name.value), def.name.origin),
        version: child.version,
        steps: child.steps.as_ref().map(|all| steps(all, last, shape, schema)),
        samples: None,
    })
}

/// The personal fields of each version. A field is named by any name that it had, and stays the same field where it was
/// renamed or converted.
fn personal(def: &EventDef) -> Vec<BTreeSet<String>> {
    let named = |name: &str| def.personal.iter().any(|personal| personal.value == name);
    let mut marks: Vec<Vec<bool>> = def
        .versions
        .iter()
        .map(|version| version.shape.fields.iter().map(|field| named(&field.name.value)).collect())
        .collect();
    let links = |version: &VersionDef| -> Vec<(usize, usize)> {
        version.steps.iter().filter_map(|step| same_field(step).map(|(from, to)| (from.0, to.0))).collect()
    };
    for (newer, version) in def.versions.iter().enumerate().skip(1) {
        for (from, to) in links(version) {
            marks[newer][to] |= marks[newer - 1][from];
        }
    }
    for (newer, version) in def.versions.iter().enumerate().skip(1).rev() {
        for (from, to) in links(version) {
            marks[newer - 1][from] |= marks[newer][to];
        }
    }
    let marked = def.versions.iter().zip(marks).map(|(version, marks)| {
        let fields = version.shape.fields.iter().zip(marks);
        fields.filter(|(_, marked)| *marked).map(|(field, _)| field.name.value.clone()).collect()
    });
    marked.collect()
}

fn same_field(step: &crate::upcast::Step) -> Option<(Slot, Slot)> {
    match step {
        crate::upcast::Step::Move { from, to } | crate::upcast::Step::Convert { from, to, .. } => Some((*from, *to)),
        crate::upcast::Step::Insert { .. } | crate::upcast::Step::Drop { .. } | crate::upcast::Step::Call { .. } => {
            None
        }
    }
}

fn named_type(def: &TypeDef, schema: &Schema) -> NamedType {
    let mut before: Option<&TypeShape> = None;
    let mut versions = BTreeMap::new();
    for version in &def.versions {
        let upcast = type_upcast(before, &version.shape, &version.steps, schema);
        let locked = TypeVersion { shape: shape(&version.shape, schema), upcast };
        versions.insert(version.number, Spanned::new(locked, def.name.origin));
        before = Some(&version.shape);
    }
    NamedType { versions, derived: false }
}

fn shape(shape: &TypeShape, schema: &Schema) -> Shape {
    match shape {
        TypeShape::Struct(record) => Shape::Struct(fields(record, schema)),
        TypeShape::Newtype(inner) => {
            Shape::Newtype(Spanned::new(types::print(inner, schema), crate::source::Origin::default()))
        }
        TypeShape::Enum(values) => Shape::Enum {
            values: values.iter().filter(|value| !value.fallback).map(|value| value.name.value.clone()).collect(),
            fallback: values.iter().any(|value| value.fallback),
        },
        TypeShape::Union(kinds) => {
            Shape::Union(kinds.iter().map(|kind| (kind.name.value.clone(), fields(&kind.shape, schema))).collect())
        }
    }
}

fn type_upcast(before: Option<&TypeShape>, after: &TypeShape, how: &TypeSteps, schema: &Schema) -> TypeUpcast {
    match (how, before, after) {
        (TypeSteps::Struct(all), Some(TypeShape::Struct(before)), TypeShape::Struct(after)) => {
            TypeUpcast::Struct(steps(all, before, after, schema))
        }
        (TypeSteps::Struct(_), ..) => TypeUpcast::Struct(Vec::new()),
        (TypeSteps::Newtype(how), ..) => {
            TypeUpcast::Newtype(Spanned::new(conversion::print(how, schema), crate::source::Origin::default()))
        }
        (TypeSteps::Enum(indices), Some(TypeShape::Enum(before)), TypeShape::Enum(after)) => {
            let pairs = before.iter().zip(indices).filter(|(old, _)| !old.fallback);
            let pairs = pairs.filter_map(|(old, index)| Some((&old.name, &after.get(*index)?.name)));
            let changed = pairs.filter(|(old, new)| old.value != new.value);
            TypeUpcast::Enum(changed.map(|(old, new)| (old.value.clone(), new.clone())).collect())
        }
        (TypeSteps::Enum(_), ..) => TypeUpcast::Enum(BTreeMap::new()),
        (TypeSteps::Union(kinds), Some(TypeShape::Union(before)), TypeShape::Union(after)) => {
            let mut changed = BTreeMap::new();
            for (old, (index, all)) in before.iter().zip(kinds) {
                let Some(new) = after.get(*index) else { continue };
                let steps = steps(all, &old.shape, &new.shape, schema);
                if old.name.value != new.name.value || !steps.is_empty() {
                    let upcast = KindUpcast { kind: new.name.value.clone(), steps };
                    changed.insert(old.name.value.clone(), Spanned::new(upcast, new.name.origin));
                }
            }
            TypeUpcast::Union(changed)
        }
        (TypeSteps::Union(_), ..) => TypeUpcast::Union(BTreeMap::new()),
    }
}

fn fields(record: &Record, schema: &Schema) -> Fields {
    let fields = record.fields.iter();
    fields
        .map(|field| (field.name.value.clone(), Spanned::new(types::print(&field.ty, schema), field.name.origin)))
        .collect()
}

/// The steps, sorted, without those that leave a field as it is.
fn steps(steps: &[crate::upcast::Step], before: &Record, after: &Record, schema: &Schema) -> Vec<Spanned<Step>> {
    let line = |step| line(step, before, after, schema);
    let mut lines: Vec<Spanned<Step>> = steps.iter().filter_map(line).collect();
    lines.sort_by(|a, b| a.value.cmp(&b.value));
    lines
}

fn line(step: &crate::upcast::Step, before: &Record, after: &Record, schema: &Schema) -> Option<Spanned<Step>> {
    let old = |slot: &Slot| before.fields.get(slot.0).map(|field| &field.name);
    let new = |slot: &Slot| after.fields.get(slot.0).map(|field| &field.name);
    let olds = |slots: &[Slot]| slots.iter().filter_map(|slot| old(slot).map(|name| name.value.clone())).collect();
    let news = |slots: &[Slot]| slots.iter().filter_map(|slot| new(slot).map(|name| name.value.clone())).collect();
    let (origin, step) = match step {
        crate::upcast::Step::Move { from, to } => {
            let (from, to) = (old(from)?, new(to)?);
            if from.value == to.value {
                return None;
            }
            (to.origin, Step::Rename { from: from.value.clone(), to: to.value.clone() })
        }
        crate::upcast::Step::Insert { to, value } => {
            let to = new(to)?;
            (to.origin, Step::Insert { to: to.value.clone(), value: value::print(value, schema) })
        }
        crate::upcast::Step::Drop { from } => {
            let from = old(from)?;
            (from.origin, Step::Drop { from: from.value.clone() })
        }
        crate::upcast::Step::Convert { from, to, how } => {
            let (from, to) = (old(from)?.value.clone(), new(to)?);
            (to.origin, Step::Convert { from, to: to.value.clone(), by: conversion::print(how, schema) })
        }
        crate::upcast::Step::Call { from, to, function } => {
            let first = (from.first().and_then(old), to.first().and_then(new));
            let single = |name: Option<&Spanned<String>>| name.map(|name| name.value.clone()).unwrap_or_default();
            let origin = first.1.map(|name| name.origin).unwrap_or_default();
            let (mut from, mut to): (Vec<String>, Vec<String>) = (olds(from), news(to));
            let step = match function {
                Function::Join(with) => Step::Join { from, to: single(first.1), with: with.clone() },
                Function::Split(with) => Step::Split { from: single(first.0), to, with: with.clone() },
                Function::Nest(..) | Function::NestOpaque(..) => {
                    from.sort_unstable();
                    Step::Nest { from, to: single(first.1) }
                }
                Function::Flatten(..) | Function::FlattenOpaque(_) => {
                    to.sort_unstable();
                    Step::Flatten { from: single(first.0), to }
                }
            };
            (origin, step)
        }
    };
    Some(Spanned::new(step, origin))
}
