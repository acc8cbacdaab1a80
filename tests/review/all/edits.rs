//! Whether an edited step has to show in what is read. Not every one does:
//!
//! - what it makes is dropped by a later version, or the event ended as nothing;
//! - what it makes passes a later conversion that may round, refuse or make two values one, and so may hide it;
//! - the edited step is itself a conversion, which may differ from the one before for values that nobody samples;
//! - it is a step of a declared type: whether any event that is stored passes it is not looked for here;
//! - code of the user's stands behind it.
//!
//! Everything else must have a witness.

use std::collections::BTreeSet;

use factum_model::diff::{Kind, Subject};
use factum_model::names::full_name;
use factum_model::rules::Finding;
use factum_model::schema::{Child, EventDef, EventFate, Schema};
use factum_model::upcast::nature::of_step;
use factum_model::upcast::{Slot, Step};

/// Fields of one version.
type Slots = BTreeSet<usize>;

pub(crate) fn may_not_show(found: &Finding, old: &Schema, new: &Schema) -> bool {
    let change = &found.change;
    let (Kind::UpcastEdited { names }, Subject::Event(name)) = (&change.kind, &change.subject) else {
        return matches!(change.kind, Kind::UpcastEdited { .. });
    };
    let event = |schema: &'_ Schema, name: &str| -> Option<EventDef> {
        schema.events.iter().find(|event| full_name(&event.context, &event.name.value) == *name).cloned()
    };
    let before = change.was.as_deref().and_then(|was| event(old, was));
    let (Some(before), Some(now), Some(number)) = (before, event(new, name), change.version) else { return true };
    let step_of = |event: &'_ EventDef| event.versions.iter().find(|version| version.number == number).cloned();
    match (step_of(&before), step_of(&now)) {
        (Some(before), Some(version)) => {
            let edited = version.steps.iter().filter(|step| !before.steps.contains(step));
            let edited = edited.filter(|step| !matches!(step, Step::Convert { .. } | Step::Call { .. }));
            let own = |slot: &usize| names.contains(&version.shape.fields[*slot].name.value);
            !shows(new, &now, number, edited.flat_map(written).filter(own).collect())
        }
        // The end changed: then other events come of it, or none.
        (None | Some(_), _) => !reads_as_others((old, &before), (new, &now)),
    }
}

/// Whether what is in these fields of a version is still to be seen in what comes of it.
fn shows(schema: &Schema, event: &EventDef, number: u32, mut fields: Slots) -> bool {
    for version in event.versions.iter().filter(|version| version.number > number) {
        if version.by_hand {
            return false;
        }
        fields = passed(schema, &version.steps, &fields);
    }
    let child = |child: &Child| {
        let event = &schema.events[child.event.0 as usize];
        let steps = child.steps.as_ref();
        steps.is_some_and(|steps| shows(schema, event, child.version, passed(schema, steps, &fields)))
    };
    match &event.fate {
        EventFate::Current | EventFate::Retired(_) => !fields.is_empty(),
        EventFate::Nothing(_) => false,
        EventFate::Becomes(_, children) => children.iter().any(child),
    }
}

/// Where the steps put what is in these fields, if nothing can be lost on the way.
fn passed(schema: &Schema, steps: &[Step], fields: &Slots) -> Slots {
    let mut next = Slots::new();
    for step in steps {
        let nature = of_step(schema, step);
        let exact = !(nature.lossy || nature.fallible || nature.merging);
        let reads = match step {
            Step::Move { from, .. } | Step::Convert { from, .. } | Step::Drop { from } => vec![*from],
            Step::Call { from, .. } => from.clone(),
            Step::Insert { .. } => Vec::new(),
        };
        if exact && reads.iter().any(|slot| fields.contains(&slot.0)) {
            next.extend(written(step));
        }
    }
    next
}

fn written(step: &Step) -> Vec<usize> {
    let to: &[Slot] = match step {
        Step::Move { to, .. } | Step::Insert { to, .. } | Step::Convert { to, .. } => std::slice::from_ref(to),
        Step::Call { to, .. } => to,
        Step::Drop { .. } => &[],
    };
    to.iter().map(|slot| slot.0).collect()
}

/// Whether an ended event is read as another list of events than before, all of which go on.
fn reads_as_others(before: (&Schema, &EventDef), now: (&Schema, &EventDef)) -> bool {
    let read = |(schema, event): (&Schema, &EventDef)| -> Option<Vec<String>> {
        let going_on = |child: &Child| {
            let event = &schema.events[child.event.0 as usize];
            let goes_on = matches!(event.fate, EventFate::Current) && child.steps.is_some();
            goes_on.then(|| event.versions[0].wire_type.clone())
        };
        match &event.fate {
            EventFate::Current | EventFate::Retired(_) => Some(vec![event.versions[0].wire_type.clone()]),
            EventFate::Nothing(_) => Some(Vec::new()),
            EventFate::Becomes(_, children) => children.iter().map(going_on).collect(),
        }
    };
    matches!((read(before), read(now)), (Some(before), Some(now)) if before != now)
}
