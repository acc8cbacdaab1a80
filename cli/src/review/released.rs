//! What was released: of the locks of two commits, what matters to a branch.

use std::collections::BTreeMap;

use factum_model::lock::Lock;
use factum_model::source::Spanned;

/// What was released when the branch began, with what the other branch released since. Of that only those versions
/// matter here whose number this branch has taken by now: the others come with the next merge, and are not gone.
pub(super) fn with_meanwhile(mut before: Lock, tip: &Lock, now: &Lock) -> Lock {
    for (name, event) in &tip.events {
        let Some(own) = now.events.get(name) else { continue };
        let known = before.events.entry(name.clone()).or_insert_with(|| {
            let mut known = event.clone();
            known.value.versions.clear();
            known
        });
        take_shared(&mut known.value.versions, &event.value.versions, &own.value.versions);
    }
    for (name, ty) in &tip.types {
        let Some(own) = now.types.get(name) else { continue };
        let known = before.types.entry(name.clone()).or_default();
        take_shared(&mut known.value.versions, &ty.value.versions, &own.value.versions);
    }
    before
}

/// A branch's lock, with what was released before the branch began as it was then, whatever was made of it since.
pub(super) fn overlaid(mut branch: Lock, before: &Lock) -> Lock {
    for (name, event) in &before.events {
        match branch.events.get_mut(name) {
            Some(own) => put(&mut own.value.versions, &event.value.versions),
            None => drop(branch.events.insert(name.clone(), event.clone())),
        }
    }
    for (name, ty) in &before.types {
        match branch.types.get_mut(name) {
            Some(own) => put(&mut own.value.versions, &ty.value.versions),
            None => drop(branch.types.insert(name.clone(), ty.clone())),
        }
    }
    branch
}

type Versions<T> = BTreeMap<u32, Spanned<T>>;

fn take_shared<T: Clone>(known: &mut Versions<T>, tip: &Versions<T>, own: &Versions<T>) {
    for (number, version) in tip.iter().filter(|(number, _)| own.contains_key(number)) {
        known.entry(*number).or_insert_with(|| version.clone());
    }
}

fn put<T: Clone + PartialEq>(own: &mut Versions<T>, before: &Versions<T>) {
    for (number, version) in before {
        if own.get(number) != Some(version) {
            own.insert(*number, version.clone());
        }
    }
}
