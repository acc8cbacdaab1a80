//! What was released: of the locks of two commits, what matters to a branch.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use factum_model::ast::Document;
use factum_model::lock::{Event, Lock, NamedType, unlocked};
use factum_model::source::Spanned;
use factum_model::{Code, Diagnostic};

/// What was released when the branch began, with what the other branch released since. Of that only those versions
/// matter here whose number this branch has taken by now: the others come with the next merge, and are not gone.
pub(super) fn with_meanwhile(mut before: Lock, tip: &Lock, now: &Lock) -> Lock {
    for (name, event) in &tip.events {
        let Some(own) = now.events.get(name) else { continue };
        let known = before.events.entry(name.clone()).or_insert_with(|| {
            let mut known = event.clone();
            Arc::make_mut(&mut known.value).versions.clear();
            known
        });
        if known != event {
            take_shared(&mut Arc::make_mut(&mut known.value).versions, &event.value.versions, &own.value.versions);
        }
    }
    for (name, ty) in &tip.types {
        let Some(own) = now.types.get(name) else { continue };
        let known = before.types.entry(name.clone()).or_default();
        if known != ty {
            take_shared(&mut Arc::make_mut(&mut known.value).versions, &ty.value.versions, &own.value.versions);
        }
    }
    before
}

/// What the baseline declares and has not locked counts as new, although it may be stored: who reads the verdict has to
/// know. `source` is what the baseline is called, `then` what its schemas said. Where there is no lock at all, the verdict
/// says so.
pub(super) fn stale(source: &str, then: &[Cow<'_, Document>], released: &Lock, now: &Lock) -> Option<Diagnostic> {
    let missing = unlocked(then.iter().map(|document| &**document), released);
    let first = missing.first()?;
    let version = first.version.map_or_else(String::new, |version| format!("version {version} of "));
    let more = if missing.len() == 1 { String::new() } else { format!(" and {} more", missing.len() - 1) };
    let message = format!(
        "the schemas of {source} declare {version}`{}`{more}, and the `factum.lock` there does not say so",
        first.event
    );
    let origin = now.events.get(&first.event).map(|event| event.origin).unwrap_or_default();
    let found = Diagnostic::warning(Code::LockStale, origin, message);
    Some(found.help(
        "so it counts as new, and nothing that was stored of it is held against this branch: run `cargo factum lock` there, \
         commit it, and merge that into this branch",
    ))
}

/// A branch's lock, with what was released before the branch began as it was then, whatever was made of it since.
pub(super) fn overlaid<'l>(branch: Option<&'l Lock>, before: &'l Lock) -> Cow<'l, Lock> {
    let Some(branch) = branch else { return Cow::Borrowed(before) };
    if has_all(branch, before) {
        return Cow::Borrowed(branch);
    }
    let mut branch = branch.clone();
    for (name, event) in &before.events {
        match branch.events.get_mut(name) {
            Some(own) if own == event => {}
            Some(own) => put(&mut Arc::make_mut(&mut own.value).versions, &event.value.versions),
            None => drop(branch.events.insert(name.clone(), event.clone())),
        }
    }
    for (name, ty) in &before.types {
        match branch.types.get_mut(name) {
            Some(own) if own == ty => {}
            Some(own) => put(&mut Arc::make_mut(&mut own.value).versions, &ty.value.versions),
            None => drop(branch.types.insert(name.clone(), ty.clone())),
        }
    }
    Cow::Owned(branch)
}

/// Whether a branch's lock has all that was released as it was: most have, and a lock is long.
fn has_all(branch: &Lock, before: &Lock) -> bool {
    let has_event = |(name, event): (&String, &Spanned<Arc<Event>>)| {
        let own = branch.events.get(name);
        own.is_some_and(|own| own == event || has_versions(&own.value.versions, &event.value.versions))
    };
    let has_type = |(name, ty): (&String, &Spanned<Arc<NamedType>>)| {
        let own = branch.types.get(name);
        own.is_some_and(|own| own == ty || has_versions(&own.value.versions, &ty.value.versions))
    };
    before.events.iter().all(has_event) && before.types.iter().all(has_type)
}

fn has_versions<T: PartialEq>(own: &Versions<T>, before: &Versions<T>) -> bool {
    before.iter().all(|(number, version)| own.get(number) == Some(version))
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
