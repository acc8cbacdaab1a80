//! What versions changed, in words: for generated documentation, and for whoever shows a history.

use factum_model::literal;
use factum_model::schema::{FieldDef, Literal, Record, Schema, TypeShape, TypeSteps, TypeVersion, VersionDef};
use factum_model::source::Spanned;
use factum_model::upcast::nature::{self, Nature};
use factum_model::upcast::{Conversion, Slot, Step};

use super::types::spelled;

/// What a version changed, in a few words of Markdown each: "`clerk` was removed".
#[must_use]
pub fn changes(schema: &Schema, old: &VersionDef, new: &VersionDef) -> Vec<String> {
    let by_hand = new.by_hand.then(|| "made by hand from the version before".to_owned());
    let renamed = (old.wire_type != new.wire_type).then(|| format!("stored as `{}` before", old.wire_type));
    let changes = new.steps.iter().filter_map(|step| change(schema, step, &old.shape, &new.shape));
    by_hand.into_iter().chain(renamed).chain(changes).collect()
}

/// What a version of a declared type changed, in the same words.
pub(super) fn type_changes(schema: &Schema, old: &TypeVersion, new: &TypeVersion) -> Vec<String> {
    match (&new.steps, &old.shape, &new.shape) {
        (TypeSteps::Struct(steps), TypeShape::Struct(old), TypeShape::Struct(new)) => fields(schema, steps, old, new),
        (TypeSteps::Newtype(how), TypeShape::Newtype(old), TypeShape::Newtype(new)) if *how != Conversion::Keep => {
            let cost = cost(nature::of_conversion(schema, how));
            let (old, new) = (spelled(schema, old), spelled(schema, new));
            vec![format!("it went from `{old}` to `{new}`{cost}")]
        }
        (TypeSteps::Enum(indices), TypeShape::Enum(old), TypeShape::Enum(new)) => {
            choices(indices.iter().copied(), &names(old, |value| &value.name), &names(new, |value| &value.name))
        }
        (TypeSteps::Union(kinds), TypeShape::Union(old), TypeShape::Union(new)) => {
            let indices = kinds.iter().map(|(kind, _)| *kind);
            let mut all = choices(indices, &names(old, |kind| &kind.name), &names(new, |kind| &kind.name));
            for ((target, steps), old) in kinds.iter().zip(old) {
                let same = new.get(*target).filter(|new| new.name == old.name);
                let within = same.map(|new| fields(schema, steps, &old.shape, &new.shape)).unwrap_or_default();
                all.extend(within.into_iter().map(|change| format!("{change} in `{}`", old.name.value)));
            }
            all
        }
        // The kind of a type never changes.
        (TypeSteps::Struct(_) | TypeSteps::Newtype(_) | TypeSteps::Enum(_) | TypeSteps::Union(_), _, _) => Vec::new(),
    }
}

fn names<T>(values: &[T], name: impl Fn(&T) -> &Spanned<String>) -> Vec<&str> {
    values.iter().map(|value| name(value).value.as_str()).collect()
}

fn fields(schema: &Schema, steps: &[Step], old: &Record, new: &Record) -> Vec<String> {
    steps.iter().filter_map(|step| change(schema, step, old, new)).collect()
}

/// What became of the values of an enum, or of the kinds of a union, and which are new.
fn choices(indices: impl Iterator<Item = usize>, old: &[&str], new: &[&str]) -> Vec<String> {
    let mut fresh = vec![true; new.len()];
    let mut changes = Vec::new();
    for (index, before) in indices.zip(old) {
        let Some(after) = new.get(index) else { continue };
        fresh[index] = false;
        if before != after {
            changes.push(if new.contains(before) || old.contains(after) {
                format!("`{before}` was removed, and is read as `{after}`")
            } else {
                format!("`{before}` is now called `{after}`")
            });
        }
    }
    let added = new.iter().zip(fresh).filter(|(_, fresh)| *fresh);
    changes.extend(added.map(|(name, _)| format!("`{name}` was added")));
    changes
}

fn change(schema: &Schema, step: &Step, old: &Record, new: &Record) -> Option<String> {
    match step {
        Step::Move { from, to } => {
            let (old, new) = (field(old, *from)?, field(new, *to)?);
            (old.name != new.name).then(|| format!("`{}` is now called `{}`", old.name.value, new.name.value))
        }
        Step::Insert { to, value } => {
            let shown = shown(schema, value);
            Some(format!("`{}` was added, `{shown}` in older events", field(new, *to)?.name.value))
        }
        Step::Drop { from } => Some(format!("`{}` was removed", field(old, *from)?.name.value)),
        Step::Call { from, to, .. } => {
            let cost = cost(nature::of_step(schema, step));
            Some(format!("{} became {}{cost}", listed(old, from), listed(new, to)))
        }
        Step::Convert { from, to, .. } => {
            let (old, new) = (field(old, *from)?, field(new, *to)?);
            let types = format!("from `{}` to `{}`", spelled(schema, &old.ty), spelled(schema, &new.ty));
            let cost = cost(nature::of_step(schema, step));
            Some(if old.name == new.name {
                format!("`{}` went {types}{cost}", new.name.value)
            } else {
                format!("`{}` is now called `{}` and went {types}{cost}", old.name.value, new.name.value)
            })
        }
    }
}

/// What a step may do to an older event, as the end of a sentence.
const fn cost(nature: Nature) -> &'static str {
    match (nature.lossy, nature.fallible) {
        (false, false) => "",
        (true, false) => ", which is lossy",
        (false, true) => ", which may fail",
        (true, true) => ", which is lossy and may fail",
    }
}

fn listed(record: &Record, slots: &[Slot]) -> String {
    let fields = slots.iter().filter_map(|slot| field(record, *slot));
    fields.map(|field| format!("`{}`", field.name.value)).collect::<Vec<_>>().join(", ")
}

fn field(record: &Record, slot: Slot) -> Option<&FieldDef> {
    record.fields.get(slot.0)
}

/// A default as the schema writes it, cut where it is long.
fn shown(schema: &Schema, value: &Literal) -> String {
    const LONGEST: usize = 40;
    let text = literal::spelled(value, schema).replace(['`', '\n'], " ");
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}
