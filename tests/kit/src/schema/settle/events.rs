//! Events with their histories.

use std::collections::BTreeSet;

use proptest::sample::Index;

use super::super::{Event, EventPlan, Fate, FieldPlan, StepPlan, Structural};
use super::{Birth, field, grown, named, renamed};
use crate::life::{self, Field};
use crate::ty::{Body, Declared, Ty};
use factum_model::value::sample::Dice;

/// The event at `index`, and what it becomes.
pub(super) fn event(index: usize, plan: &EventPlan, known: &[Declared]) -> Vec<Event> {
    let (steps, mut fields) = (&plan.steps, Vec::new());
    fields.extend(plan.fields.iter().enumerate().map(|(index, plan)| field(index, plan, known)));
    let mut taken: BTreeSet<String> = fields.iter().flat_map(Field::names).map(str::to_owned).collect();
    let mut settled = Vec::new();
    for (index, plan) in steps.iter().enumerate() {
        let Some((step, own)) = structural(index, plan, known) else { continue };
        let names: BTreeSet<String> = own.iter().flat_map(Field::names).map(str::to_owned).collect();
        if names.is_disjoint(&taken) {
            taken.extend(names);
            fields.extend(own);
            settled.push(step);
        }
    }
    let (renamed, name) = renamed(&plan.renamed, &format!("Event{index}"), &format!("Event{index}At"), |_| true);
    let versions = fields.iter_mut().flat_map(Field::versions).chain(settled.iter_mut().map(|step| &mut step.version));
    let mut event = Event::current(name, renamed, Vec::new());
    event.version = life::closed(versions.chain(event.renamed.iter_mut().map(|(version, _)| version)).collect());
    (event.fields, event.steps) = (fields, settled);
    if let Some(which) = plan.by_hand {
        write_by_hand(&mut event, which);
    }
    let mut all = Vec::new();
    match plan.fate {
        0 => event.fate = Fate::Retired,
        1 => event.fate = Fate::Nothing,
        2 | 3 => all = children(&mut event, plan, plan.fate.into(), known),
        _ => {}
    }
    all.insert(0, event);
    all
}

/// One version's step is written by hand: the lines then give shapes only. If there is none without other steps, it is a
/// version in which nothing else happens.
fn write_by_hand(event: &mut Event, which: Index) {
    let free: Vec<u32> =
        (2..=event.version).filter(|version| event.steps.iter().all(|step| step.version != *version)).collect();
    let version = if free.is_empty() { event.version + 1 } else { free[which.index(free.len())] };
    event.version = event.version.max(version);
    event.by_hand = Some(version);
    for field in &mut event.fields {
        if let Some((added, default)) = &mut field.added
            && *added == version
        {
            *default = None;
        }
        field.retyped.iter_mut().filter(|change| change.version == version).for_each(|change| change.via = None);
    }
}

/// What an event becomes, and what the first of these becomes in its turn.
fn children(event: &mut Event, plan: &EventPlan, count: usize, known: &[Declared]) -> Vec<Event> {
    let last = life::record(&event.fields, event.version);
    let mut all: Vec<Event> = (0..count).map(|part| child(&event.name, part, &last, plan, known)).collect();
    event.fate = Fate::Becomes(all.iter().map(|child| child.name.clone()).collect(), plan.children_by_hand);
    if plan.by_hand.is_some()
        && let Some(first) = all.first_mut()
    {
        let last = life::record(&first.fields, first.version);
        let grandchild = child(&first.name, 1, &last, plan, known);
        first.fate = Fate::Becomes(vec![grandchild.name.clone()], plan.children_by_hand);
        all.push(grandchild);
    }
    all
}

/// What an event becomes: some of its fields, which then have lives of their own; made by hand, with one of its own.
fn child(of: &str, part: usize, last: &[(String, Ty)], plan: &EventPlan, known: &[Declared]) -> Event {
    // A name that the parent gave up is still its own.
    let generation = of.matches("Part").count();
    let own = last.iter().enumerate().filter(|(place, _)| !(place + part).is_multiple_of(3));
    let mut fields: Vec<Field> = own
        .zip(plan.fields.iter().cycle())
        .map(|((place, (name, ty)), plan)| {
            let label = format!("{generation}c{place}");
            let birth = Birth { label, name: name.clone(), ty: ty.clone(), added: None, filled: false };
            grown(&birth, plan, plan.removed, known)
        })
        .collect();
    if let (true, Some(plan)) = (plan.children_by_hand, plan.fields.first()) {
        fields.push(field(part + 50 + 10 * generation, plan, known));
    }
    let version = life::closed(fields.iter_mut().flat_map(Field::versions).collect());
    Event { version, ..Event::current(format!("{of}Part{part}"), Vec::new(), fields) }
}

impl Event {
    fn current(name: String, renamed: Vec<(u32, String)>, fields: Vec<Field>) -> Self {
        Self { name, version: 1, renamed, fields, steps: Vec::new(), by_hand: None, fate: Fate::Current }
    }
}

/// A step over several fields, and these.
fn structural(index: usize, plan: &StepPlan, known: &[Declared]) -> Option<(Structural, Vec<Field>)> {
    let StepPlan { version, operation, of, parts, seed } = plan;
    let mut dice = Dice::new(*seed);
    let text = || Ty::Builtin("string");
    let label = |part: usize| format!("s{index}p{part}");
    let named_part = |part: usize, ty: Ty| (format!("part_{index}_{part}"), ty);
    let optional = |dice: &mut Dice| if dice.once_in(3) { Ty::Optional(Box::new(text())) } else { text() };
    let count = 2 + dice.below(2);
    let whole = format!("whole_{index}");
    let (operation, from, into) = match operation {
        0 => {
            let from = (0..count).map(|part| named_part(part, optional(&mut dice))).collect();
            ("join", from, vec![(whole, text())])
        }
        1 => ("split", vec![(whole, text())], (0..count).map(|part| named_part(part, text())).collect()),
        operation => {
            let structs = named(known, true).filter_map(|ty| match &ty {
                Ty::Named(of, version) => match &known[*of].body {
                    // Nor is one that leaves its struct, or boxed where it comes into one.
                    Body::Struct(fields) if fields.iter().any(|field| boxed(&field.ty)) => None,
                    Body::Struct(fields) => Some((life::record(fields, *version), ty)),
                    Body::Newtype(..) | Body::Enum(_) | Body::Union(_) => None,
                },
                _ => None,
            });
            let structs: Vec<_> = structs.filter(|(fields, _)| !fields.is_empty()).collect();
            let (mut fields, ty) = structs.get(of.index(structs.len().max(1)))?.clone();
            let rotation = dice.below(fields.len());
            fields.rotate_left(rotation);
            if *operation == 2 { ("nest", fields, vec![(whole, ty)]) } else { ("flatten", vec![(whole, ty)], fields) }
        }
    };
    let mut all = Vec::new();
    for (part, (name, ty)) in from.iter().enumerate() {
        let plan = FieldPlan { retyped: Vec::new(), renamed: Vec::new(), ..parts[part % parts.len()].clone() };
        let added = plan.added.filter(|added| added < version);
        let birth = Birth { label: label(part), name: name.clone(), ty: ty.clone(), added, filled: false };
        all.push(grown(&birth, &plan, Some(*version), known));
    }
    for (part, (name, ty)) in into.iter().enumerate() {
        let plan = &parts[part % parts.len()];
        let label = label(from.len() + part);
        let birth = Birth { label, name: name.clone(), ty: ty.clone(), added: Some(*version), filled: true };
        all.push(grown(&birth, plan, plan.removed, known));
    }
    let with = matches!(operation, "join" | "split").then(|| (*dice.pick(&["/", " ", ", "])).to_owned());
    let names = |fields: &[(String, Ty)]| fields.iter().map(|(name, _)| name.clone()).collect();
    Some((Structural { version: *version, operation, from: names(&from), into: names(&into), with }, all))
}

fn boxed(ty: &Ty) -> bool {
    matches!(ty, Ty::Optional(inner) if matches!(**inner, Ty::Group(_)))
}
