//! The older schema with one edited step of the newer one, so that what is read otherwise is about that step and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Outcome;
use super::compare;
use super::side::{Side, Stored};
use crate::diff::{Change, Kind, Subject};
use crate::lock::{Event, Lock, Reading, Step, TypeUpcast, Upcast};
use crate::source::Spanned;
use crate::value::{self, Fault};

/// What a stored event is read with: it, what it becomes, and the types that these hold, as they were but for the step.
/// `None` where the step cannot be taken alone.
pub(super) fn alone(change: &Change, stored: &Stored<'_>, [old, new]: [&Lock; 2]) -> Option<Lock> {
    let Kind::UpcastEdited { names } = &change.kind else { return None };
    let mut lock = around(&stored.name(), old);
    let (was, is, number) = (change.was.as_ref()?, change.subject.name(), change.version?);
    match &change.subject {
        Subject::Event(_) => {
            let edited = &new.events.get(is)?.value.versions.get(&number)?.value.upcast;
            let own = &mut Arc::make_mut(&mut lock.events.get_mut(was)?.value).versions;
            let own = &mut own.get_mut(&number)?.value.upcast;
            *own = of_event(own, names, edited);
        }
        Subject::Type(_) => {
            let edited = &new.types.get(is)?.value.versions.get(&number)?.value.upcast;
            let own = &mut Arc::make_mut(&mut lock.types.get_mut(was)?.value).versions;
            let own = &mut own.get_mut(&number)?.value.upcast;
            *own = of_type(own, names, edited);
        }
        Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => return None,
    }
    Some(lock)
}

/// What leads to a version, with what another one says of these fields.
fn of_event(own: &Upcast, names: &BTreeSet<String>, other: &Upcast) -> Upcast {
    match (own, other) {
        (Upcast::Steps(own), Upcast::Steps(other)) => Upcast::Steps(steps(own, names, other)),
        (Upcast::Steps(_) | Upcast::ByHand(_), _) => other.clone(),
    }
}

/// The same of a type, with what it says of these fields, values or kinds.
fn of_type(own: &TypeUpcast, names: &BTreeSet<String>, other: &TypeUpcast) -> TypeUpcast {
    match (own, other) {
        (TypeUpcast::Struct(own), TypeUpcast::Struct(other)) => TypeUpcast::Struct(steps(own, names, other)),
        (TypeUpcast::Enum(own), TypeUpcast::Enum(other)) => TypeUpcast::Enum(became(own, names, other)),
        (TypeUpcast::Union(own), TypeUpcast::Union(other)) => TypeUpcast::Union(became(own, names, other)),
        (TypeUpcast::Struct(_) | TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_), _) => {
            other.clone()
        }
    }
}

fn steps(own: &[Spanned<Step>], names: &BTreeSet<String>, other: &[Spanned<Step>]) -> Vec<Spanned<Step>> {
    let kept = own.iter().filter(|step| !step.value.is_about(names));
    kept.chain(other.iter().filter(|step| step.value.is_about(names))).cloned().collect()
}

fn became<T: Clone>(
    own: &BTreeMap<String, T>,
    names: &BTreeSet<String>,
    other: &BTreeMap<String, T>,
) -> BTreeMap<String, T> {
    let kept = own.iter().filter(|(name, _)| !names.contains(*name));
    let edited = other.iter().filter(|(name, _)| names.contains(*name));
    kept.chain(edited).map(|(name, became)| (name.clone(), became.clone())).collect()
}

/// An event, what it becomes, and the types that these hold.
fn around(name: &str, lock: &Lock) -> Lock {
    let mut events: BTreeMap<String, Spanned<Arc<Event>>> = BTreeMap::new();
    let mut open = vec![name];
    while let Some(name) = open.pop() {
        let Some(event) = lock.events.get(name).filter(|_| !events.contains_key(name)) else { continue };
        if let Some(Reading::Others(children)) = event.value.end.as_ref().map(|end| &end.reading) {
            open.extend(children.iter().map(|child| child.event.value.as_str()));
        }
        let mut event = event.clone();
        Arc::make_mut(&mut event.value).aggregate = None;
        events.insert(name.to_owned(), event);
    }
    let versions = events.values().flat_map(|event| event.value.versions.values());
    let held: BTreeSet<String> =
        versions.flat_map(|version| lock.held_by(&version.value)).map(|pin| pin.name).collect();
    let types = lock.types.iter().filter(|(name, _)| held.contains(*name));
    Lock { aggregates: BTreeMap::new(), types: types.map(|(name, ty)| (name.clone(), ty.clone())).collect(), events }
}

/// What is wrong with how a stored event is read with that step alone.
pub(super) fn judge(old: &Side<'_>, alone: &Side<'_>, stored: &Stored<'_>, payload: &str) -> Option<Outcome> {
    let (id, version) = alone.find(stored).ok()?;
    let meant = value::read(&old.schema, stored.id, stored.number(), payload).ok()?;
    match value::read(&alone.schema, id, version.number, payload) {
        Ok(read) => {
            let (read, meant) = (alone.readings(&read), old.readings(&meant));
            (!compare::same_readings(&read, &meant)).then_some(Outcome::Misread { read, meant })
        }
        Err(Fault::Payload(why) | Fault::Upcast(why)) => Some(Outcome::Refused(why)),
        Err(Fault::ByHand(..) | Fault::UnknownVersion) => None,
    }
}
