//! Whether a lock is the one that should be there.

use std::collections::{BTreeMap, BTreeSet};

use super::Lock;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::{Origin, Spanned};

/// Whether the lock is the one that [`propose`](super::propose) wants; if not, one message that names what differs.
///
/// What the lock has beyond that is a difference as well: once it is on the default branch, it would count as released.
#[must_use]
pub fn stale(wanted: &Lock, lock: &Lock) -> Option<Diagnostic> {
    let mut differences = differing(&wanted.events, &lock.events);
    let held = lock.released().versions.into_values().flatten().map(|pin| pin.name).collect::<BTreeSet<String>>();
    // A type that nothing stored holds does no harm: earlier releases wrote those of commands too.
    let concerns = |difference: &Difference<'_>| matches!(difference.how, How::Other) || held.contains(difference.name);
    differences.extend(differing(&wanted.types, &lock.types).into_iter().filter(concerns));
    differences.extend(differing(&wanted.aggregates, &lock.aggregates));
    // What the schemas speak of comes first: it has a place.
    differences.sort_by_key(|difference| difference.origin == Origin::default());
    let first = differences.first()?;
    let name = first.name;
    let message = match first.how {
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
    Some(found.help("run `cargo factum lock`, and commit `factum.lock`"))
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
