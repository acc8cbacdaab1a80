//! What a change of a new version is about, among the fields that deployed code looks for.

use std::collections::BTreeSet;

use super::side::{Side, Stored};
use crate::diff::{Change, Kind, Subject};
use crate::schema::{EventDef, Record};
use crate::upcast::{Slot, Step};

/// The fields that a change is about.
pub(super) struct About {
    /// As deployed code looks for them.
    pub(super) looked_for: Record,
    /// Their names in what is stored.
    pub(super) stored: BTreeSet<String>,
    /// How a message would name what changed within them; empty if it would not.
    words: Vec<String>,
}

impl About {
    /// In a version that new code stores, of which deployed code knows the older ones up to its newest. `None` if the
    /// change is not of a field or of a type.
    pub(super) fn of(
        change: &Change,
        (new, stored): (&Side<'_>, &Stored<'_>),
        (old, newest): (&Side<'_>, &Stored<'_>),
    ) -> Option<Self> {
        match &change.subject {
            Subject::Event(_) => Self::of_field(change, stored, newest),
            Subject::Type(_) => Some(Self::of_type(change, (new, stored), (old, newest))),
            Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => None,
        }
    }

    fn of_field(change: &Change, stored: &Stored<'_>, newest: &Stored<'_>) -> Option<Self> {
        let number = change.version?;
        let (field, from) = match &change.kind {
            Kind::FieldRenamed { field } | Kind::FieldConverted { field, .. } => (field, number),
            Kind::FieldRemoved { field, .. } => (field, number.checked_sub(1)?),
            _ => return None,
        };
        let at = shape(stored.def, from)?.fields.iter().position(|known| known.name.value == *field)?;
        let named = |number: u32| names(stored.def, &traced(stored.def, (from, at), number), number);
        let looked_for = only(&newest.version.shape, &named(newest.number()));
        Some(Self { looked_for, stored: named(stored.number()), words: Vec::new() })
    }

    fn of_type(
        change: &Change,
        (new, stored): (&Side<'_>, &Stored<'_>),
        (old, newest): (&Side<'_>, &Stored<'_>),
    ) -> Self {
        let was = change.was.as_deref().unwrap_or_default();
        let looked_for = only(&newest.version.shape, &old.fields_with(newest, was));
        Self { looked_for, stored: new.fields_with(stored, change.subject.name()), words: words(change) }
    }

    /// Whether a message about these fields is about the change.
    pub(super) fn is_told(&self, message: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| message.contains(&format!("`{word}`")))
    }
}

/// The name of what changed, as it is and as it was.
fn words(change: &Change) -> Vec<String> {
    let now = match &change.kind {
        Kind::FieldRenamed { field } | Kind::FieldRemoved { field, .. } => field,
        Kind::VariantAdded { variant, .. } | Kind::VariantRenamed { variant } => variant,
        _ => return Vec::new(),
    };
    // Of a field there is also its type, and of one of a union its kind.
    let was = change.before.split(':').next().unwrap_or_default();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    [now, was].map(last).into_iter().filter(|word| !word.is_empty()).collect()
}

fn only(shape: &Record, names: &BTreeSet<String>) -> Record {
    let fields = shape.fields.iter().filter(|field| names.contains(&field.name.value));
    Record { fields: fields.cloned().collect() }
}

fn shape(def: &EventDef, number: u32) -> Option<&Record> {
    def.versions.iter().find(|version| version.number == number).map(|version| &version.shape)
}

fn names(def: &EventDef, slots: &BTreeSet<usize>, number: u32) -> BTreeSet<String> {
    let Some(shape) = shape(def, number) else { return BTreeSet::new() };
    slots.iter().filter_map(|slot| shape.fields.get(*slot)).map(|field| field.name.value.clone()).collect()
}

/// Where what is in a field of one version is in another one, older or newer.
fn traced(def: &EventDef, (from, at): (u32, usize), to: u32) -> BTreeSet<usize> {
    let mut slots = BTreeSet::from([at]);
    let between = |low: u32, high: u32| def.versions.iter().filter(move |it| (low + 1..=high).contains(&it.number));
    for version in between(from, to) {
        slots = passed(&version.steps, &slots, reads, writes);
    }
    for version in between(to, from).rev() {
        slots = passed(&version.steps, &slots, writes, reads);
    }
    slots
}

/// The fields of the version before, or of the one after, that a step has to do with.
type Slots = fn(&Step) -> &[Slot];

fn passed(steps: &[Step], slots: &BTreeSet<usize>, here: Slots, there: Slots) -> BTreeSet<usize> {
    let meets = |step: &&Step| here(step).iter().any(|slot| slots.contains(&slot.0));
    steps.iter().filter(meets).flat_map(there).map(|slot| slot.0).collect()
}

fn reads(step: &Step) -> &[Slot] {
    match step {
        Step::Move { from, .. } | Step::Convert { from, .. } | Step::Drop { from } => core::slice::from_ref(from),
        Step::Call { from, .. } => from,
        Step::Insert { .. } => &[],
    }
}

fn writes(step: &Step) -> &[Slot] {
    match step {
        Step::Move { to, .. } | Step::Convert { to, .. } | Step::Insert { to, .. } => core::slice::from_ref(to),
        Step::Call { to, .. } => to,
        Step::Drop { .. } => &[],
    }
}
