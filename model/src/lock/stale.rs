//! Whether a lock is the one that should be there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lock, pins};
use crate::ast::{Document, Event};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::names::full_name;
use crate::source::{Origin, Spanned};

/// Whether the lock, if there is one, is the one that [`propose`](super::propose) wants; if not, one message that names
/// what differs.
///
/// What the lock has beyond that is a difference as well: once it is on the default branch, it would count as released.
#[must_use]
pub fn stale(wanted: &Lock, lock: Option<&Lock>) -> Option<Diagnostic> {
    let is_there = lock.is_some();
    let nothing = Lock::default();
    let lock = lock.unwrap_or(&nothing);
    let mut differences = differing(&wanted.events, &lock.events);
    let mut of_types = differing(&wanted.types, &lock.types);
    if of_types.iter().any(|difference| matches!(difference.how, How::Beyond)) {
        // A type that nothing stored holds does no harm: earlier releases wrote those of commands too.
        let held: BTreeSet<String> = pins(lock.texts()).into_iter().map(|pin| pin.name).collect();
        of_types.retain(|difference| matches!(difference.how, How::Other) || held.contains(difference.name));
    }
    differences.extend(of_types);
    differences.extend(differing(&wanted.aggregates, &lock.aggregates));
    // What the schemas speak of comes first: it has a place.
    differences.sort_by_key(|difference| difference.origin == Origin::default());
    let first = differences.first()?;
    let name = first.name;
    let message = match first.how {
        _ if !is_there => {
            let message = "there is no `factum.lock` that says what was released of what is declared here";
            return Some(Diagnostic::error(Code::LockStale, first.origin, message).help(COMMAND));
        }
        How::Other if first.origin == Origin::default() => {
            format!("`factum.lock` has lost `{name}`, which was released")
        }
        How::Other => format!("`factum.lock` does not say what is said here of `{name}`"),
        How::Beyond => format!("`factum.lock` speaks of `{name}`, and the schemas do not"),
    };
    let more = match differences.len() - 1 {
        0 => String::new(),
        1 => "; and 1 more differs".to_owned(),
        more => format!("; and {more} more differ"),
    };
    let found = Diagnostic::error(Code::LockStale, first.origin, message + &more);
    Some(found.help(COMMAND))
}

const COMMAND: &str = "run `cargo factum lock`, and commit `factum.lock`";

/// An event that schemas declare, and the lock beside them does not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlocked {
    /// Its full name.
    pub event: String,
    /// Its newest version, if only that is not there.
    pub version: Option<u32>,
}

/// What schemas declare, and the lock beside them does not have, as far as documents tell: of those of another commit
/// nobody makes a schema.
///
/// ```
/// use factum_model::lock::{Lock, Unlocked, unlocked};
/// use factum_model::{Sources, check};
///
/// let mut sources = Sources::new();
/// sources.add("seats.yaml", b"factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u32 }\n".to_vec());
/// let outcome = check(&mut sources);
/// let lock = Lock::of(outcome.checked.expect("a right schema").schema());
/// assert_eq!(unlocked(&outcome.documents, &lock), []);
/// let missing = Unlocked { event: "seats.Opened".to_owned(), version: None };
/// assert_eq!(unlocked(&outcome.documents, &Lock::default()), [missing]);
/// ```
pub fn unlocked<'d>(documents: impl IntoIterator<Item = &'d Document>, lock: &Lock) -> Vec<Unlocked> {
    let of = |document: &'d Document| document.events.iter().map(|event| (document.context.value.as_str(), event));
    let missing = |(context, event): (&str, &Event)| {
        let name = full_name(context, &event.name.value);
        let Some(locked) = lock.events.get(&name) else { return Some(Unlocked { event: name, version: None }) };
        let end = locked.value.end.as_ref().map(|end| end.version);
        let newest = locked.value.versions.keys().copied().chain(end).max();
        let stated = event.version.as_ref().map_or(1, |version| version.value);
        (newest < Some(stated)).then_some(Unlocked { event: name, version: Some(stated) })
    };
    let mut all: Vec<Unlocked> = documents.into_iter().flat_map(of).filter_map(missing).collect();
    all.sort();
    all
}

struct Difference<'n> {
    name: &'n str,
    /// In the schemas; nowhere for what they do not speak of.
    origin: Origin,
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    /// The lock says something else of it, or nothing.
    Other,
    /// Only the lock has it.
    Beyond,
}

fn differing<'n, T: PartialEq>(
    wanted: &'n BTreeMap<String, Spanned<T>>,
    lock: &'n BTreeMap<String, Spanned<T>>,
) -> Vec<Difference<'n>> {
    let other = wanted.iter().filter(|(name, part)| lock.get(*name) != Some(*part));
    let other = other.map(|(name, part)| Difference { name, origin: part.origin, how: How::Other });
    let beyond = lock.keys().filter(|name| !wanted.contains_key(*name));
    let beyond = beyond.map(|name| Difference { name, origin: Origin::default(), how: How::Beyond });
    other.chain(beyond).collect()
}
