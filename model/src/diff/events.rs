//! Aggregates and events.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::edits::{self, Edited};
use super::fields::{Between, shown};
use super::parts;
use super::told::{self, Told};
use super::{Both, Change, Kind, Of, Subject};
use crate::lock::pairing::Pairing;
use crate::lock::{Event, EventVersion, Fingerprint, Instead, Lock, Reading, Upcast};
use crate::source::{Origin, Spanned};

pub(super) fn aggregates(both: &Both<'_>, changes: &mut Vec<Change>) {
    let Both { old, new, types, .. } = both;
    for (name, aggregate) in &new.aggregates {
        let before = old.aggregates.get(name);
        let of = Of {
            subject: Subject::Aggregate(name.clone()),
            was: before.map(|_| name.clone()),
            origin: aggregate.origin,
        };
        let Some(before) = before else {
            changes.push(of.change(Kind::Added, "", name));
            continue;
        };
        let (before, after) = (&before.value, &aggregate.value);
        if !types.same_text(&before.id.value, &after.id.value) {
            changes.push(of.change(Kind::IdChanged, &before.id.value, &after.id.value));
        }
        if let (Some(was), Some(is)) = (before.snapshot, after.snapshot)
            && is < was
        {
            changes.push(of.change(Kind::SnapshotLowered, was.to_string(), is.to_string()));
        }
        if before.state != after.state {
            let print = |state: &'_ Option<Fingerprint>| state.as_ref().map_or("", Fingerprint::as_str).to_owned();
            let revised = before.snapshot != after.snapshot;
            changes.push(of.change(Kind::StateChanged { revised }, print(&before.state), print(&after.state)));
        }
    }
    for name in old.aggregates.keys().filter(|name| !new.aggregates.contains_key(*name)) {
        changes.push(gone(Subject::Aggregate(name.clone()), name));
    }
}

/// Events of an aggregate that is gone moved with it, which is told of the aggregate.
pub(super) fn events(both: &Both<'_>, changes: &mut Vec<Change>) {
    let Both { old, new, types, .. } = both;
    let mut matched: BTreeSet<&str> = BTreeSet::new();
    let mut added: Vec<(&String, &Spanned<Arc<Event>>)> = Vec::new();
    for (name, event) in &new.events {
        let Some((was, before)) = both.before.of(name, &event.value) else {
            added.push((name, event));
            continue;
        };
        matched.insert(was);
        let of = of(name, Some(was), event);
        // Most have not changed.
        if before != &event.value || types.reuses_names() {
            of_event(&of, types, (before, &event.value), changes);
        }
        changes.extend(ended(&of, (old, before), (new, &event.value)));
        let stays = before.aggregate.as_ref().is_none_or(|name| new.aggregates.contains_key(name));
        if stays && before.aggregate != event.value.aggregate {
            let named = |name: &String| format!("the aggregate `{name}`");
            let whose = |event: &Event| event.aggregate.as_ref().map_or_else(|| "no aggregate".to_owned(), named);
            let [before, after] = [before, &event.value].map(|event| whose(event));
            changes.push(of.change(Kind::Moved, before, after));
        }
    }
    for (name, event) in old.events.iter().filter(|(name, _)| !matched.contains(name.as_str())) {
        let moved = added.iter().position(|(new_name, new)| is_moved((name, event), (new_name, new)));
        if let Some((new_name, new)) = moved.map(|index| added.remove(index)) {
            changes.push(of(new_name, Some(name), new).change(Kind::ContextChanged, name, new_name));
        } else {
            let instead = Instead::of(name, &event.value, added.iter().copied());
            let gone = gone(Subject::Event(name.clone()), name);
            changes.push(Change { instead: Some(instead), ..gone });
        }
    }
    for (name, event) in added {
        changes.push(of(name, None, event).change(Kind::Added, "", name));
    }
}

fn of(name: &str, was: Option<&str>, event: &Spanned<Arc<Event>>) -> Of {
    Of { subject: Subject::Event(name.to_owned()), was: was.map(str::to_owned), origin: event.origin }
}

fn gone(subject: Subject, name: &str) -> Change {
    Of { subject, was: Some(name.to_owned()), origin: Origin::default() }.change(Kind::Gone, name, "")
}

/// Whether an event has the name and the first fields of one that is gone, in another context. The types of that context
/// have other names too.
fn is_moved(old: (&str, &Spanned<Arc<Event>>), new: (&str, &Spanned<Arc<Event>>)) -> bool {
    let [old_name, new_name] = [old.0, new.0].map(|name| name.split_once('.').map(|(_, short)| short));
    let first =
        |event: &Event| -> Option<Vec<String>> { Some(event.versions.get(&1)?.value.fields.keys().cloned().collect()) };
    old_name == new_name && first(&old.1.value) == first(&new.1.value)
}

fn of_event(of: &Of, types: &Pairing<'_>, (before, after): (&Event, &Event), changes: &mut Vec<Change>) {
    let newest = before.versions.keys().last().copied().unwrap_or(0);
    for (number, old) in &before.versions {
        let Some(new) = after.versions.get(number) else {
            changes.push(of.in_version(*number, Kind::VersionGone, shown(&old.value.fields), ""));
            break;
        };
        edited(of, types, (*number, newest), [(before, &old.value), (after, &new.value)], changes);
        personal(of, *number, &old.value, &new.value, changes);
    }
    for (number, new) in after.versions.range(newest + 1..) {
        if let Some(previous) = after.versions.get(&(number - 1)) {
            new_version(of, *number, &previous.value, &new.value, changes);
        }
    }
}

/// What changed in a version that was there.
fn edited(
    of: &Of,
    types: &Pairing<'_>,
    (number, newest): (u32, u32),
    [(before, old), (after, new)]: [(&Event, &EventVersion); 2],
    changes: &mut Vec<Change>,
) {
    if old.wire_type != new.wire_type || !types.same_fields(&old.fields, &new.fields) {
        let stored = |version: &EventVersion| format!("{} {}", version.wire_type.value, shown(&version.fields));
        let kind = Kind::ShapeEdited { newest: number == newest };
        let parts = parts::of_event(types, old, new);
        changes.push(Change { parts, ..of.in_version(number, kind, stored(old), stored(new)) });
    } else if !same_upcast(&old.upcast, &new.upcast) {
        let told = [before, after].map(|event| {
            let before = number.checked_sub(1).and_then(|before| event.versions.get(&before));
            Told { version: number, before: before.map(|before| &before.value.fields) }
        });
        for Edited { names, old, new } in edits::of_event(&old.upcast, &new.upcast) {
            let (was, is) = (told[0].upcast(&old, &new), told[1].upcast(&new, &old));
            let parts = parts::of_upcast(told, &old, &new);
            changes.push(Change { parts, ..of.in_version(number, Kind::UpcastEdited { names }, was, is) });
        }
    }
}

/// As far as somebody knows: outputs of steps by hand are in locks alone.
fn same_upcast(old: &Upcast, new: &Upcast) -> bool {
    let known = |outputs: &[Fingerprint]| !outputs.is_empty();
    match (old, new) {
        (Upcast::Steps(old), Upcast::Steps(new)) => old == new,
        (Upcast::ByHand(old), Upcast::ByHand(new)) => old == new || !known(old) || !known(new),
        (Upcast::Steps(_), Upcast::ByHand(_)) | (Upcast::ByHand(_), Upcast::Steps(_)) => false,
    }
}

fn personal(of: &Of, number: u32, old: &EventVersion, new: &EventVersion, changes: &mut Vec<Change>) {
    for field in new.personal.difference(&old.personal).filter(|field| old.fields.contains_key(*field)) {
        changes.push(of.in_version(number, Kind::PersonalAdded { field: field.clone() }, "", field));
    }
    for field in old.personal.difference(&new.personal).filter(|field| new.fields.contains_key(*field)) {
        changes.push(of.in_version(number, Kind::PersonalRemoved { field: field.clone() }, field, ""));
    }
}

fn new_version(of: &Of, number: u32, old: &EventVersion, new: &EventVersion, changes: &mut Vec<Change>) {
    let before = changes.len();
    if old.wire_type != new.wire_type {
        let (old, new) = (&old.wire_type.value, &new.wire_type.value);
        changes.push(of.in_version(number, Kind::Renamed, old, new));
    }
    match &new.upcast {
        Upcast::ByHand(_) => {
            changes.push(of.in_version(number, Kind::ByHand, shown(&old.fields), shown(&new.fields)));
        }
        Upcast::Steps(steps) => {
            let (before, after, kept) = (&old.fields, &new.fields, &|| new.readable_from < number);
            Between { of, version: number, prefix: String::new(), before, after, kept }.steps(steps, changes);
        }
    }
    if changes.len() == before {
        changes.push(of.in_version(number, Kind::NothingChanged, shown(&old.fields), shown(&new.fields)));
    }
}

fn ended(of: &Of, (old, before): (&Lock, &Event), (new, after): (&Lock, &Event)) -> Option<Change> {
    let (was, is) = (old.read_as(before), new.read_as(after));
    let number = |event: &Event| event.end.as_ref().map(|end| end.version);
    let (kind, version) = match (was, is) {
        (None, None) if number(before) == number(after) => return None,
        (None, None) => (Kind::Retired { lifted: after.end.is_none() }, number(after).or(number(before))),
        (was, is) if was == is => return None,
        (None, _) => (Kind::BecameOthers { events: others(after) }, number(after)),
        (Some((version, _)), _) => (Kind::UpcastEdited { names: BTreeSet::new() }, Some(version)),
    };
    // As what it is read where a schema says nothing.
    let otherwise = if kind.is_of_released() { "itself" } else { "" };
    let [before, after] = [before, after].map(|event| end(event).unwrap_or_else(|| otherwise.to_owned()));
    Some(of.at(version, of.origin, kind, before, after))
}

/// What a stored one is read as since it ended.
fn others(event: &Event) -> Vec<String> {
    match event.end.as_ref().map(|end| &end.reading) {
        Some(Reading::Others(children)) => {
            children.iter().map(|child| format!("{}@{}", child.event.value, child.version)).collect()
        }
        Some(Reading::Itself | Reading::Nothing) | None => Vec::new(),
    }
}

/// How an event ended.
fn end(event: &Event) -> Option<String> {
    let last = event.versions.values().next_back().map(|version| &version.value.fields);
    event.end.as_ref().map(|end| told::end(end, last))
}
