//! Where a field's value comes from: the steps that lead to it, followed back.

use factum_model::schema::{EventDef, Record, Schema};
use factum_model::upcast::{Conversion, Function, Step};
use factum_model::{Sources, check, render};

use crate::Error;

/// Where a value of today comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The fields of the stored version that it was made of; none if it came later.
    pub fields: Vec<String>,
    /// What was done, oldest first, each with the version that did it.
    pub steps: Vec<(u32, String)>,
}

/// What the events mean.
///
/// # Errors
/// [`Error::Schema`] with everything that is wrong.
pub fn schema() -> Result<Schema, Error> {
    let mut sources = Sources::new();
    sources.add("schemas/parcels.yaml", include_bytes!("../../../schemas/parcels.yaml").to_vec());
    let outcome = check(&mut sources);
    match outcome.checked {
        Some(checked) => Ok(checked.schema().clone()),
        None => Err(Error::Schema(render(&outcome.diagnostics, &sources, false))),
    }
}

/// Where the field at `slot` of the newest version comes from, in an event that was stored as `version`.
#[must_use]
pub fn origin(schema: &Schema, event: &EventDef, version: u32, slot: usize) -> Origin {
    let mut origin = Origin::default();
    let mut slots = vec![slot];
    for pair in event.versions.windows(2).rev().take_while(|pair| pair[1].number > version) {
        let (old, new) = (&pair[0], &pair[1]);
        let mut before = Vec::new();
        for slot in slots {
            let said = if new.by_hand {
                before.extend(same_name(&old.shape, &new.shape, slot));
                Some("by hand".to_owned()).filter(|_| same_name(&old.shape, &new.shape, slot).is_none())
            } else {
                let step = new.steps.iter().find(|step| writes(step, slot));
                before.extend(step.into_iter().flat_map(reads));
                step.and_then(|step| told(schema, step, &old.shape, &new.shape))
            };
            origin.steps.extend(said.map(|said| (new.number, said)));
        }
        slots = before;
    }
    let stored = event.versions.iter().find(|known| known.number == version);
    let name = |slot: usize| stored.and_then(|stored| name(&stored.shape, slot)).map(str::to_owned);
    origin.fields = slots.into_iter().filter_map(name).collect();
    origin.steps.reverse();
    origin.steps.dedup();
    origin
}

/// The fields of a stored version that nobody sees any more, each with the version that removed it.
#[must_use]
pub fn dropped(event: &EventDef, version: u32) -> Vec<(String, u32)> {
    let mut dropped = Vec::new();
    let Some(stored) = event.versions.iter().find(|known| known.number == version) else { return dropped };
    for (slot, field) in stored.shape.fields.iter().enumerate() {
        let mut slot = slot;
        for later in event.versions.iter().filter(|later| later.number > version) {
            match later.steps.iter().find(|step| reads(step).contains(&slot)) {
                Some(Step::Move { to, .. } | Step::Convert { to, .. }) => slot = to.0,
                Some(Step::Drop { .. }) => {
                    dropped.push((field.name.value.clone(), later.number));
                    break;
                }
                Some(Step::Insert { .. } | Step::Call { .. }) | None => break,
            }
        }
    }
    dropped
}

fn name(record: &Record, slot: usize) -> Option<&str> {
    record.fields.get(slot).map(|field| field.name.value.as_str())
}

/// What is written by hand tells nothing but the names.
fn same_name(old: &Record, new: &Record, slot: usize) -> Option<usize> {
    let name = name(new, slot)?;
    old.fields.iter().position(|field| field.name.value == name)
}

fn writes(step: &Step, slot: usize) -> bool {
    match step {
        Step::Move { to, .. } | Step::Insert { to, .. } | Step::Convert { to, .. } => to.0 == slot,
        Step::Call { to, .. } => to.iter().any(|to| to.0 == slot),
        Step::Drop { .. } => false,
    }
}

fn reads(step: &Step) -> Vec<usize> {
    match step {
        Step::Move { from, .. } | Step::Drop { from } | Step::Convert { from, .. } => vec![from.0],
        Step::Call { from, .. } => from.iter().map(|from| from.0).collect(),
        Step::Insert { .. } => Vec::new(),
    }
}

/// A step in a few words; nothing, if it does nothing.
fn told(schema: &Schema, step: &Step, old: &Record, new: &Record) -> Option<String> {
    let renamed = |from: usize, to: usize| {
        let (old, new) = (name(old, from)?, name(new, to)?);
        (old != new).then(|| format!("{old} renamed"))
    };
    match step {
        Step::Move { from, to } => renamed(from.0, to.0),
        Step::Convert { from, to, how } => {
            let words = renamed(from.0, to.0).into_iter().chain([converted(schema, how)]);
            Some(words.collect::<Vec<_>>().join(", "))
        }
        Step::Insert { .. } => Some("added".to_owned()),
        Step::Drop { .. } => None,
        Step::Call { function, .. } => Some(
            match function {
                Function::Join(_) => "joined",
                Function::Split(_) => "split",
                Function::Nest(..) | Function::NestOpaque(..) => "nested",
                Function::Flatten(..) | Function::FlattenOpaque(_) => "flattened",
            }
            .to_owned(),
        ),
    }
}

fn converted(schema: &Schema, how: &Conversion) -> String {
    match how {
        Conversion::Keep => "kept".to_owned(),
        Conversion::Widen { from, to } => format!("{from} to {to}"),
        Conversion::Present(inner) => within("optional", schema, inner),
        Conversion::Single(inner) => within("a list of one", schema, inner),
        Conversion::Maybe(inner) => within("if there", schema, inner),
        Conversion::Each(inner) | Conversion::EachOf(inner) => within("each", schema, inner),
        Conversion::Entries(keys, values) => {
            let keys = if **keys == Conversion::Keep { String::new() } else { within("keys", schema, keys) };
            format!("{keys}{}", within("each", schema, values))
        }
        Conversion::Versions { ty, from, to } => {
            let name = schema.types.get(ty.0 as usize).map_or("", |def| def.name.value.as_str());
            format!("{name} {from} to {to}")
        }
        Conversion::ToText(_) => "to_string".to_owned(),
        Conversion::Parse(_) => "parse".to_owned(),
        Conversion::Scale { power, .. } => format!("scale(10^{power})"),
        Conversion::Epoch { per_second: 1, .. } => "epoch_seconds".to_owned(),
        Conversion::Epoch { .. } => "epoch_millis".to_owned(),
        Conversion::Or(inner, _) => within("or", schema, inner),
        Conversion::Foreign(_) => "by hand".to_owned(),
    }
}

fn within(outer: &str, schema: &Schema, inner: &Conversion) -> String {
    if *inner == Conversion::Keep { outer.to_owned() } else { format!("{outer} {}", converted(schema, inner)) }
}
