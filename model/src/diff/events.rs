//! Aggregates and events.

use std::collections::BTreeSet;

use super::fields::{Between, lines, shown};
use super::{Change, Kind, Subject};
use crate::lock::{Event, EventVersion, Fields, Lock, Reading, Upcast};
use crate::source::{Origin, Spanned};

pub(super) fn aggregates(old: &Lock, new: &Lock, changes: &mut Vec<Change>) {
    for (name, aggregate) in &new.aggregates {
        let whole = Whole { subject: Subject::Aggregate(name.clone()), origin: aggregate.origin };
        let Some(before) = old.aggregates.get(name) else {
            changes.push(whole.change(Kind::Added, "", name));
            continue;
        };
        let (before, after) = (&before.value, &aggregate.value);
        if before.id != after.id {
            changes.push(whole.change(Kind::IdChanged, &before.id.value, &after.id.value));
        }
        if before.state != after.state {
            let print =
                |state: &Option<crate::lock::Fingerprint>| state.as_ref().map_or("", |state| state.as_str()).to_owned();
            let revised = before.snapshot != after.snapshot;
            changes.push(whole.change(Kind::StateChanged { revised }, &print(&before.state), &print(&after.state)));
        }
    }
    for name in old.aggregates.keys().filter(|name| !new.aggregates.contains_key(*name)) {
        let whole = Whole { subject: Subject::Aggregate(name.clone()), origin: Origin::default() };
        changes.push(whole.change(Kind::Gone, name, ""));
    }
}

/// Events of an aggregate that is gone moved with it, which is told of the aggregate.
pub(super) fn events(old: &Lock, new: &Lock, changes: &mut Vec<Change>) {
    let mut matched: BTreeSet<&str> = BTreeSet::new();
    let mut added: Vec<(&String, &Spanned<Event>)> = Vec::new();
    for (name, event) in &new.events {
        match old.same_event(name, &event.value) {
            Some((before_name, before)) => {
                matched.insert(before_name);
                let whole = Whole { subject: Subject::Event(name.clone()), origin: event.origin };
                of_event(&whole, before, &event.value, changes);
                changes.extend(ended(&whole, (old, before), (new, &event.value)));
                let stays = before.aggregate.as_ref().is_none_or(|name| new.aggregates.contains_key(name));
                if stays && before.aggregate != event.value.aggregate {
                    changes.push(moved(name, before, event));
                }
            }
            None => added.push((name, event)),
        }
    }
    for (name, event) in old.events.iter().filter(|(name, _)| !matched.contains(name.as_str())) {
        let moved = added.iter().position(|(new_name, new)| is_moved((name, event), (new_name, new)));
        if let Some(index) = moved {
            let (new_name, new) = added.remove(index);
            let whole = Whole { subject: Subject::Event(new_name.clone()), origin: new.origin };
            changes.push(whole.change(Kind::ContextChanged, name, new_name));
        } else {
            let whole = Whole { subject: Subject::Event(name.clone()), origin: Origin::default() };
            changes.push(whole.change(Kind::Gone, name, ""));
        }
    }
    for (name, event) in added {
        let whole = Whole { subject: Subject::Event(name.clone()), origin: event.origin };
        changes.push(whole.change(Kind::Added, "", name));
    }
}

/// Whether an event has the name and the first fields of one that is gone, in another context.
fn is_moved(old: (&str, &Spanned<Event>), new: (&str, &Spanned<Event>)) -> bool {
    let short = |name: &str| name.split_once('.').map(|(_, short)| short.to_owned());
    let first = |event: &Event| event.versions.get(&1).map(|version| version.value.fields.clone());
    short(old.0) == short(new.0) && first(&old.1.value) == first(&new.1.value)
}

struct Whole {
    subject: Subject,
    origin: Origin,
}

impl Whole {
    fn change(&self, kind: Kind, before: &str, after: &str) -> Change {
        self.in_version(None, kind, before, after)
    }

    fn in_version(&self, version: Option<u32>, kind: Kind, before: &str, after: &str) -> Change {
        let (before, after) = (before.to_owned(), after.to_owned());
        Change { subject: self.subject.clone(), version, kind, before, after, origin: self.origin }
    }
}

fn moved(name: &str, before: &Event, now: &Spanned<Event>) -> Change {
    let whole = Whole { subject: Subject::Event(name.to_owned()), origin: now.origin };
    let [before, after] = [&before.aggregate, &now.value.aggregate].map(|name| name.clone().unwrap_or_default());
    whole.change(Kind::Moved, &before, &after)
}

fn of_event(whole: &Whole, before: &Event, after: &Event, changes: &mut Vec<Change>) {
    let newest = before.versions.keys().last().copied().unwrap_or(0);
    for (number, old) in &before.versions {
        let Some(new) = after.versions.get(number) else {
            changes.push(whole.in_version(Some(*number), Kind::VersionGone, &shown(&old.value.fields), ""));
            break;
        };
        changes.extend(edited(whole, *number, newest, &old.value, &new.value));
        personal(whole, *number, &old.value, &new.value, changes);
    }
    for (number, new) in after.versions.range(newest + 1..) {
        if let Some(previous) = after.versions.get(&(number - 1)) {
            new_version(whole, *number, &previous.value, &new.value, changes);
        }
    }
}

/// What changed in a version that was there.
fn edited(whole: &Whole, number: u32, newest: u32, old: &EventVersion, new: &EventVersion) -> Option<Change> {
    let stored = |version: &EventVersion| format!("{} {}", version.wire_type.value, shown(&version.fields));
    if old.wire_type != new.wire_type || old.fields != new.fields {
        let kind = Kind::ShapeEdited { newest: number == newest };
        return Some(whole.in_version(Some(number), kind, &stored(old), &stored(new)));
    }
    let known = |outputs: &[crate::lock::Fingerprint]| !outputs.is_empty();
    let same = match (&old.upcast, &new.upcast) {
        (Upcast::Steps(old), Upcast::Steps(new)) => old == new,
        (Upcast::ByHand(old), Upcast::ByHand(new)) => old == new || !known(old) || !known(new),
        (Upcast::Steps(_), Upcast::ByHand(_)) | (Upcast::ByHand(_), Upcast::Steps(_)) => false,
    };
    (!same).then(|| whole.in_version(Some(number), Kind::UpcastEdited, &upcast(old), &upcast(new)))
}

fn upcast(version: &EventVersion) -> String {
    match &version.upcast {
        Upcast::Steps(steps) => lines(steps),
        Upcast::ByHand(outputs) => {
            let prints: Vec<&str> = outputs.iter().map(crate::lock::Fingerprint::as_str).collect();
            format!("by_hand {}", prints.join(" "))
        }
    }
}

fn personal(whole: &Whole, number: u32, old: &EventVersion, new: &EventVersion, changes: &mut Vec<Change>) {
    for field in new.personal.difference(&old.personal).filter(|field| old.fields.contains_key(*field)) {
        changes.push(whole.in_version(Some(number), Kind::PersonalAdded { field: field.clone() }, "", field));
    }
    for field in old.personal.difference(&new.personal).filter(|field| new.fields.contains_key(*field)) {
        changes.push(whole.in_version(Some(number), Kind::PersonalRemoved { field: field.clone() }, field, ""));
    }
}

fn new_version(whole: &Whole, number: u32, old: &EventVersion, new: &EventVersion, changes: &mut Vec<Change>) {
    let before = changes.len();
    if old.wire_type != new.wire_type {
        let (old, new) = (&old.wire_type.value, &new.wire_type.value);
        changes.push(whole.in_version(Some(number), Kind::Renamed, old, new));
    }
    match &new.upcast {
        Upcast::ByHand(_) => {
            let (old, new): (&Fields, &Fields) = (&old.fields, &new.fields);
            changes.push(whole.in_version(Some(number), Kind::ByHand, &shown(old), &shown(new)));
        }
        Upcast::Steps(steps) => {
            let between = Between {
                subject: whole.subject.clone(),
                version: number,
                prefix: String::new(),
                before: &old.fields,
                after: &new.fields,
                origin: whole.origin,
            };
            between.steps(steps, changes);
        }
    }
    if changes.len() == before {
        changes.push(whole.in_version(Some(number), Kind::NothingChanged, &shown(&old.fields), &shown(&new.fields)));
    }
}

fn ended(whole: &Whole, (old, before): (&Lock, &Event), (new, after): (&Lock, &Event)) -> Option<Change> {
    let (was, is) = (old.read_as(before), new.read_as(after));
    let number = |event: &Event| event.end.as_ref().map(|end| end.version);
    let (kind, version) = match (was, is) {
        (None, None) if number(before) == number(after) => return None,
        (None, None) => (Kind::Retired, number(after).or(number(before))),
        (was, is) if was == is => return None,
        (None, _) => (Kind::BecameOthers, number(after)),
        (Some((version, _)), _) => (Kind::UpcastEdited, Some(version)),
    };
    Some(whole.in_version(version, kind, &end(before), &end(after)))
}

/// How an event ended, in one line.
fn end(event: &Event) -> String {
    let Some(end) = &event.end else { return "emitted".to_owned() };
    match &end.reading {
        Reading::Itself => format!("retired: {}", end.version),
        Reading::Nothing => format!("nothing: {}", end.version),
        Reading::Others(children) => {
            let child = |child: &crate::lock::Child| {
                let steps = child.steps.as_ref().map_or_else(|| "by_hand".to_owned(), |steps| lines(steps));
                let blank = if steps.is_empty() { "" } else { " " };
                format!("{}@{}{blank}{steps}", child.event.value, child.version)
            };
            let children: Vec<String> = children.iter().map(child).collect();
            format!("becomes: {} [{}]", end.version, children.join(", "))
        }
    }
}
