//! Schemas and the lock beside them, with nothing else to ask: as a build script compares them.
//!
//! Who knows no baseline cannot tell what was released from what a branch proposes. So whatever is in the lock stays as
//! it is there, until `cargo factum lock`, which knows, writes something else.

use std::collections::BTreeSet;

use super::{Event, Instead, Known, Lock, Proposal, propose, read_beside, stale};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::{FileId, Origin};
use crate::{Diagnostics, Outcome, Schema, Sources, check_catalogs};

/// What to do if only a branch has it.
const PROPOSED: &str = "if it was never released, and only this branch has it: run `cargo factum lock`";

/// The files of a catalog.
#[derive(Debug, Clone, Default)]
pub struct LockedFiles {
    /// Its schemas.
    pub schemas: Vec<FileId>,
    /// Its `factum.lock`; without one, nothing was released.
    pub lock: Option<FileId>,
    /// Whether there are other schemas in the catalog, of which the lock speaks too.
    pub partial: bool,
}

/// Reads and checks several catalogs, as [`check_catalogs`] does, each with its lock: what that has is still declared, and
/// as it was. What it has not is a warning.
#[must_use]
pub fn check_locked(sources: &mut Sources, catalogs: &[LockedFiles]) -> Vec<Outcome> {
    let schemas: Vec<_> = catalogs.iter().map(|catalog| catalog.schemas.clone()).collect();
    let mut beside: Vec<Beside> = Vec::new();
    let outcomes = check_catalogs(sources, &schemas, |index, schema, sources| {
        let this = Beside::read(catalogs[index].lock, schema, sources);
        let released = this.lock.as_ref().map(|lock| lock.released_beside(this.declared.as_ref()));
        beside.push(this);
        released
    });
    let with_lock =
        |((outcome, beside), catalog): ((Outcome, Beside), &LockedFiles)| beside.judged(outcome, catalog.partial);
    outcomes.into_iter().zip(beside).zip(catalogs).map(with_lock).collect()
}

/// What the schemas say, and the lock beside them.
struct Beside {
    declared: Option<Lock>,
    lock: Option<Lock>,
    found: Diagnostics,
}

impl Beside {
    fn read(file: Option<FileId>, schema: Option<&Schema>, sources: &mut Sources) -> Self {
        let mut found = Diagnostics::new();
        let declared = schema.filter(|_| file.is_some()).map(Lock::of);
        let text = declared.as_ref().map(Lock::to_string);
        let known = declared.as_ref().zip(text.as_deref()).map(|(lock, text)| Known::new(text, lock, &[]));
        let lock = file.and_then(|file| read_beside(sources, file, known.as_slice(), &mut found));
        Self { declared, lock, found }
    }

    fn judged(self, outcome: Outcome, partial: bool) -> Outcome {
        let Outcome { checked, mut diagnostics, documents } = outcome;
        diagnostics.extend(self.found.into_vec());
        if let (Some(_), Some(declared), Some(lock)) = (&checked, self.declared, &self.lock) {
            diagnostics.extend(differences(declared, lock, partial));
        }
        let right = diagnostics.iter().all(|found| found.level != Level::Error);
        Outcome { checked: checked.filter(|_| right), diagnostics, documents }
    }
}

/// What schemas say differently from their lock: an error of what is in the lock, a warning of what is not in it yet.
fn differences(declared: Lock, lock: &Lock, partial: bool) -> Vec<Diagnostic> {
    let accepted = BTreeSet::new();
    let gone = if partial { Vec::new() } else { gone(&declared, lock) };
    let current = &declared.with_derived(Some(lock));
    let proposal = Proposal { current, baseline: Some(lock), branch: Some(lock), accepted: &accepted };
    match propose(&proposal) {
        Err(edited) => edited.into_iter().map(|found| found.help(PROPOSED)).chain(gone).collect(),
        Ok(_) if partial || !gone.is_empty() => gone,
        Ok(wanted) => {
            let stale = stale(&wanted, Some(lock)).map(|found| Diagnostic { level: Level::Warning, ..found });
            stale.into_iter().collect()
        }
    }
}

/// Events that were stored, and that the schemas do not speak of.
fn gone(now: &Lock, lock: &Lock) -> Vec<Diagnostic> {
    let declared = lock.events.iter().filter(|(_, event)| event.value.derived.is_none());
    let same = now.same_events();
    let gone = declared.filter(|(name, event)| !same.has(name, &event.value));
    let before = lock.same_events();
    let new: Vec<_> = now.events.iter().filter(|(name, event)| !before.has(name, &event.value)).collect();
    let one = |name: &String, event: &Event| {
        let message = format!("`factum.lock` speaks of the event `{name}`, and the schemas do not");
        Diagnostic::error(Code::LockStale, Origin::default(), message)
            .help(Instead::of(name, event, new.iter().copied()).told(name))
            .help(PROPOSED)
    };
    gone.map(|(name, event)| one(name, &event.value)).collect()
}
