//! A plan becomes a schema: what contradicts itself in a plan is left out, versions in which nothing happens are closed.

mod events;
mod types;

use super::consumers::Consumers;
use super::{Aggregate, AggregatePlan, Event, Fate, FieldPlan, Plan, Schema, TyPlan};
use crate::life::{Field, Retyped};
use crate::literal;
use crate::ty::{BUILTINS, Change, Declared, Ty};
use factum_model::value::sample::Dice;

/// Names that Rust or the generated code has other plans for, and an ordinary one.
const STEMS: &[&str] =
    &["plain", "type", "match", "fields", "arm", "version", "event", "old", "fn", "value", "self_1", "seq", "context"];

const VALUES: &[&str] = &["web", "type", "some", "none"];

const KINDS: &[&str] = &["Card", "Some", "Type", "None"];

impl Plan {
    pub(super) fn settle(self) -> Schema {
        let mut types: Vec<Declared> = Vec::new();
        for plan in &self.types {
            types.extend(types::declared(plan, types.len(), &types));
        }
        let events = self.events.iter().enumerate();
        let events: Vec<Event> = events.flat_map(|(index, plan)| events::event(index, plan, &types)).collect();
        let ended = events.iter().any(|event| matches!(event.fate, Fate::Nothing | Fate::Becomes(..)));
        let aggregate = (ended || self.aggregate_anyway).then(|| aggregate(&self.aggregate, &types));
        Schema { types, events, aggregate, consumers: Consumers::default() }
    }
}

fn record(fields: &[TyPlan], known: &[Declared]) -> Vec<(String, Ty)> {
    fields.iter().enumerate().map(|(index, plan)| (name(index, index), ty(plan, known, false))).collect()
}

/// The field at `index`: the first to take a stem has it bare.
fn name(stem: usize, index: usize) -> String {
    let stem = STEMS[stem % STEMS.len()];
    if index == 0 { stem.to_owned() } else { format!("{stem}_{index}") }
}

/// The declared types; only what is stored may pin older versions.
fn named(known: &[Declared], stored: bool) -> impl Iterator<Item = Ty> {
    known.iter().enumerate().flat_map(move |(index, declared)| {
        let oldest = if stored { 1 } else { declared.version };
        (oldest..=declared.version).map(move |version| Ty::Named(index, version))
    })
}

fn ty(plan: &TyPlan, known: &[Declared], stored: bool) -> Ty {
    match plan {
        TyPlan::Leaf(index) => {
            let builtins = BUILTINS.iter().map(|(name, _)| Ty::Builtin(name));
            // Oftener than the builtins.
            let all: Vec<Ty> = builtins.chain(named(known, stored)).chain(named(known, stored)).collect();
            all[index.index(all.len())].clone()
        }
        TyPlan::Optional(inner) => match ty(inner, known, stored) {
            inner if inner.is_nullable(known) => inner,
            inner => Ty::Optional(Box::new(inner)),
        },
        TyPlan::List(inner) => Ty::List(Box::new(ty(inner, known, stored))),
        TyPlan::Set(index) => Ty::Set(Box::new(key(*index, known, stored))),
        TyPlan::Map(index, value) => Ty::Map(Box::new(key(*index, known, stored)), Box::new(ty(value, known, stored))),
    }
}

fn key(index: proptest::sample::Index, known: &[Declared], stored: bool) -> Ty {
    let builtins = BUILTINS.iter().map(|(name, _)| Ty::Builtin(name));
    let all = builtins.chain(named(known, stored));
    let keys: Vec<Ty> = all.filter(|ty| ty.is_key(known)).collect();
    keys[index.index(keys.len())].clone()
}

/// How a field begins.
struct Birth {
    /// What makes its later names unique.
    label: String,
    name: String,
    ty: Ty,
    added: Option<u32>,
    /// Whether something else gives it its value.
    filled: bool,
}

/// The field at `index`, with all that is planned for it.
fn field(index: usize, plan: &FieldPlan, known: &[Declared]) -> Field {
    let name = name(plan.name.index(STEMS.len()), index);
    let birth =
        Birth { label: index.to_string(), name, ty: ty(&plan.ty, known, true), added: plan.added, filled: false };
    grown(&birth, plan, plan.removed, known)
}

/// A field with the life that is planned for it after its birth.
fn grown(birth: &Birth, plan: &FieldPlan, removed: Option<u32>, known: &[Declared]) -> Field {
    let born = birth.added.unwrap_or(1);
    let removed = removed.filter(|removed| *removed > born);
    let alive = |version: u32| version > born && removed.is_none_or(|removed| version < removed);
    let default = || {
        let first = &birth.ty;
        let optional = matches!(first, Ty::Optional(_)) && plan.seed.is_multiple_of(2);
        let empty = match first {
            _ if !first.is_recursive() => None,
            Ty::List(_) => Some("[]"),
            Ty::Map(..) => Some("{}"),
            _ => Some("null"),
        };
        let any = || literal::of(first, known, &mut Dice::new(plan.seed));
        (!optional && !birth.filled).then(|| empty.map_or_else(any, str::to_owned))
    };
    let added = birth.added.map(|version| (version, default()));
    let (renamed, name) = renamed(&plan.renamed, &birth.name, &format!("name_{}_", birth.label), alive);
    let (retyped, ty) = retyped(plan, birth.ty.clone(), alive, known);
    Field { name, ty, added, removed, renamed, retyped }
}

/// What it was before each change, and what it is now.
fn retyped(plan: &FieldPlan, mut now: Ty, alive: impl Fn(u32) -> bool, known: &[Declared]) -> (Vec<Retyped>, Ty) {
    let mut changes = plan.retyped.clone();
    changes.sort_by_key(|(version, _)| *version);
    changes.dedup_by_key(|(version, _)| *version);
    let mut before = Vec::new();
    let mut dice = Dice::new(plan.seed);
    for (version, index) in changes.into_iter().filter(|(version, _)| alive(*version)) {
        let mut next = now.changes(known, &mut dice);
        if !next.is_empty() {
            let Change { to, via } = next.swap_remove(index.index(next.len()));
            before.push(Retyped { version, before: core::mem::replace(&mut now, to), via });
        }
    }
    (before, now)
}

fn renamed(
    plan: &[(u32, bool)],
    first: &str,
    prefix: &str,
    alive: impl Fn(u32) -> bool,
) -> (Vec<(u32, String)>, String) {
    let mut changes = plan.to_vec();
    changes.sort_by_key(|(version, _)| *version);
    changes.dedup_by_key(|(version, _)| *version);
    let mut now = first.to_owned();
    let mut before: Vec<(u32, String)> = Vec::new();
    for (version, back) in changes.into_iter().filter(|(version, _)| alive(*version)) {
        let new = if back && now != first { first.to_owned() } else { format!("{prefix}{version}") };
        before.push((version, core::mem::replace(&mut now, new)));
    }
    (before, now)
}

fn aggregate(plan: &AggregatePlan, known: &[Declared]) -> Aggregate {
    let state = |(index, (plan, seed)): (usize, &(TyPlan, u64))| {
        let ty = ty(plan, known, false);
        let initial = literal::of(&ty, known, &mut Dice::new(*seed));
        (name(index + 1, index), ty, initial)
    };
    let commands = plan.commands.iter().enumerate();
    let rejections = plan.rejections.iter().enumerate();
    Aggregate {
        // An enum may be a key, but it cannot name a stream.
        id: match key(plan.id, known, false) {
            Ty::Named(..) => Ty::Builtin("uuid"),
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
