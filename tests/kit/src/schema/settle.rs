//! A plan becomes a schema: what contradicts itself in a plan is left out, versions in which nothing happens are closed.

use std::collections::BTreeSet;

use super::{Aggregate, AggregatePlan, Event, Field, FieldPlan, Plan, Schema, TyPlan, TypePlan};
use crate::dice::Dice;
use crate::literal;
use crate::ty::{BUILTINS, Body, Declared, Ty};

/// Names that Rust or the generated code has other plans for, and an ordinary one.
const STEMS: &[&str] =
    &["plain", "type", "match", "fields", "arm", "version", "event", "old", "fn", "value", "self_1", "seq", "context"];

const VALUES: &[&str] = &["web", "type", "some", "none"];

impl Plan {
    pub(super) fn settle(self) -> Schema {
        let mut types: Vec<Declared> = Vec::new();
        for (index, plan) in self.types.iter().enumerate() {
            let declared = declared(plan, index, &types);
            types.push(declared);
        }
        let event = |(index, fields): (usize, &Vec<FieldPlan>)| event(index, fields, &types);
        let events = self.events.iter().enumerate().map(event).collect();
        let aggregate = self.aggregate.map(|plan| aggregate(&plan, &types));
        Schema { types, events, aggregate }
    }
}

fn declared(plan: &TypePlan, index: usize, known: &[Declared]) -> Declared {
    let (name, body) = match plan {
        TypePlan::Struct(fields, recursive) => {
            let mut fields = record(fields, known);
            if *recursive {
                fields.push(("children".to_owned(), Ty::List(Box::new(Ty::Named(index)))));
            }
            (format!("Struct{index}"), Body::Struct(fields))
        }
        TypePlan::Newtype(inner) => (format!("Newtype{index}"), Body::Newtype(ty(inner, known))),
        TypePlan::Enum(count) => {
            let values = VALUES.iter().take(*count).map(|value| (*value).to_owned());
            (format!("Enum{index}"), Body::Enum(values.collect()))
        }
    };
    Declared { name, body }
}

fn record(fields: &[TyPlan], known: &[Declared]) -> Vec<(String, Ty)> {
    fields.iter().enumerate().map(|(index, plan)| (name(index, index), ty(plan, known))).collect()
}

/// The field at `index`: the first to take a stem has it bare.
fn name(stem: usize, index: usize) -> String {
    let stem = STEMS[stem % STEMS.len()];
    if index == 0 { stem.to_owned() } else { format!("{stem}_{index}") }
}

fn ty(plan: &TyPlan, known: &[Declared]) -> Ty {
    match plan {
        TyPlan::Leaf(index) => {
            let leaf = index.index(BUILTINS.len() + known.len());
            BUILTINS.get(leaf).map_or_else(|| Ty::Named(leaf - BUILTINS.len()), |(name, _)| Ty::Builtin(name))
        }
        TyPlan::Optional(inner) => match ty(inner, known) {
            inner if inner.is_nullable(known) => inner,
            inner => Ty::Optional(Box::new(inner)),
        },
        TyPlan::List(inner) => Ty::List(Box::new(ty(inner, known))),
        TyPlan::Set(index) => Ty::Set(Box::new(key(*index, known))),
        TyPlan::Map(index, value) => Ty::Map(Box::new(key(*index, known)), Box::new(ty(value, known))),
    }
}

fn key(index: proptest::sample::Index, known: &[Declared]) -> Ty {
    let builtins = BUILTINS.iter().map(|(name, _)| Ty::Builtin(name));
    let all = builtins.chain((0..known.len()).map(Ty::Named));
    let keys: Vec<Ty> = all.filter(|ty| ty.is_key(known)).collect();
    keys[index.index(keys.len())].clone()
}

fn event(index: usize, plans: &[FieldPlan], known: &[Declared]) -> Event {
    let mut fields: Vec<Field> = plans.iter().enumerate().map(|(index, plan)| field(index, plan, known)).collect();
    let changed: BTreeSet<u32> = fields.iter().flat_map(Field::changed).collect();
    let closed = |version: u32| (2..).zip(&changed).find(|(_, old)| **old == version).map_or(version, |(new, _)| new);
    for field in &mut fields {
        field.renumber(&closed);
    }
    let version = u32::try_from(changed.len()).unwrap_or(u32::MAX).saturating_add(1);
    Event { name: format!("Event{index}"), version, fields }
}

impl Field {
    /// The versions in which something happens to it.
    fn changed(&self) -> impl Iterator<Item = u32> {
        let life = self.added.iter().map(|(version, _)| *version).chain(self.removed);
        let changes = self.renamed.iter().map(|(version, _)| *version);
        life.chain(changes).chain(self.retyped.iter().map(|(version, _)| *version))
    }

    fn renumber(&mut self, closed: &dyn Fn(u32) -> u32) {
        self.removed = self.removed.map(closed);
        let added = self.added.iter_mut().map(|(version, _)| version);
        let renamed = self.renamed.iter_mut().map(|(version, _)| version);
        let retyped = self.retyped.iter_mut().map(|(version, _)| version);
        for version in added.chain(renamed).chain(retyped) {
            *version = closed(*version);
        }
    }
}

fn field(index: usize, plan: &FieldPlan, known: &[Declared]) -> Field {
    let born = plan.added.unwrap_or(1);
    let removed = plan.removed.filter(|removed| *removed > born);
    let alive = |version: u32| version > born && removed.is_none_or(|removed| version < removed);
    let (retyped, now) = retyped(plan, alive, known);
    let first = retyped.first().map_or(&now, |(_, before)| before).clone();
    let (renamed, name) = renamed(index, plan, alive);
    let default = || {
        let optional = matches!(first, Ty::Optional(_)) && plan.seed.is_multiple_of(2);
        (!optional).then(|| literal::of(&first, known, &mut Dice::new(plan.seed)))
    };
    Field { name, ty: now, added: plan.added.map(|version| (version, default())), removed, renamed, retyped }
}

/// What it was before each change, and what it is now.
fn retyped(plan: &FieldPlan, alive: impl Fn(u32) -> bool, known: &[Declared]) -> (Vec<(u32, Ty)>, Ty) {
    let mut changes = plan.retyped.clone();
    changes.sort_by_key(|(version, _)| *version);
    changes.dedup_by_key(|(version, _)| *version);
    let mut now = ty(&plan.ty, known);
    let mut before = Vec::new();
    for (version, index) in changes.into_iter().filter(|(version, _)| alive(*version)) {
        let wider = now.wider(known);
        if !wider.is_empty() {
            before.push((version, core::mem::replace(&mut now, wider[index.index(wider.len())].clone())));
        }
    }
    (before, now)
}

fn renamed(index: usize, plan: &FieldPlan, alive: impl Fn(u32) -> bool) -> (Vec<(u32, String)>, String) {
    let mut changes = plan.renamed.clone();
    changes.sort_by_key(|(version, _)| *version);
    changes.dedup_by_key(|(version, _)| *version);
    let first = name(plan.name.index(STEMS.len()), index);
    let mut now = first.clone();
    let mut before: Vec<(u32, String)> = Vec::new();
    for (version, back) in changes.into_iter().filter(|(version, _)| alive(*version)) {
        let new = if back && now != first { first.clone() } else { format!("name_{index}_{version}") };
        before.push((version, core::mem::replace(&mut now, new)));
    }
    (before, now)
}

fn aggregate(plan: &AggregatePlan, known: &[Declared]) -> Aggregate {
    let state = |(index, (plan, seed)): (usize, &(TyPlan, u64))| {
        let ty = ty(plan, known);
        let initial = literal::of(&ty, known, &mut Dice::new(*seed));
        (name(index + 1, index), ty, initial)
    };
    let commands = plan.commands.iter().enumerate();
    let rejections = plan.rejections.iter().enumerate();
    Aggregate {
        // An enum may be a key, but it cannot name a stream.
        id: match key(plan.id, known) {
            Ty::Named(_) => Ty::Builtin("uuid"),
            id => id,
        },
        state: plan.state.iter().enumerate().map(state).collect(),
        commands: commands.map(|(index, fields)| (format!("Do{index}"), record(fields, known))).collect(),
        rejections: rejections.map(|(index, fields)| rejection(index, &record(fields, known), known)).collect(),
    }
}

fn rejection(index: usize, fields: &[(String, Ty)], known: &[Declared]) -> (String, String, Vec<(String, Ty)>) {
    let printable = fields.iter().filter(|(_, ty)| ty.is_printable(known));
    let shown: Vec<String> = printable.map(|(name, _)| format!("{{{name}}}")).collect();
    (format!("No{index}"), format!("no {{{{{index}}}}} {}", shown.join(", ")), fields.to_vec())
}
