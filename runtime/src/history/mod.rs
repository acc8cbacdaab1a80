//! What happened to one aggregate: earlier states, what would have been, and who did what.
#![doc = include_str!("../../docs/history.md")]

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aggregate::Aggregate;
use crate::envelope::StreamName;
use crate::repository::{LoadError, Repository};
use crate::store::EventStore;

mod audit;
mod branch;
mod difference;
mod entry;
mod scenario;
mod uncompensated;

pub use audit::{AuditEntry, Current, Headers, Reading};
pub use branch::{Branch, NoSuchVersion};
pub use difference::{Change, Difference, compare, compare_debug};
pub use entry::{Entry, Origin};
pub use scenario::{Scenario, ScenarioError};
pub use uncompensated::Uncompensated;

/// All that happened to one aggregate, as it was read at one time: what [`Repository::history`] answers.
///
/// It holds every event of the stream, as stored and as it is read; a stream that is too long for that is walked with
/// [`Repository::for_each_event`].
pub struct History<A: Aggregate> {
    stream: StreamName,
    /// By version, from version 1 on.
    entries: Vec<Arc<Entry<A::Event>>>,
}

impl<A: Aggregate> History<A> {
    /// The stream.
    #[must_use]
    pub const fn stream(&self) -> &StreamName {
        &self.stream
    }

    /// The version of the stream when it was read: the number of its stored events.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The stored events, oldest first.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry<A::Event>> + ExactSizeIterator {
        self.entries.iter().map(|entry| &**entry)
    }

    /// The event that was stored as `version` of the stream.
    #[must_use]
    pub fn get(&self, version: u64) -> Option<&Entry<A::Event>> {
        let index = usize::try_from(version.checked_sub(1)?).ok()?;
        self.entries.get(index).map(|entry| &**entry)
    }

    /// The state after all of it.
    #[must_use]
    pub fn state(&self) -> A {
        entry::folded(&self.entries)
    }

    /// The state at `version`: the default state at 0, the newest beyond the end.
    #[must_use]
    pub fn state_at_version(&self, version: u64) -> A {
        let index = usize::try_from(version).unwrap_or(usize::MAX).min(self.entries.len());
        entry::folded(&self.entries[..index])
    }

    /// The state at `time`: with all that was recorded up to then, that moment included.
    #[must_use]
    pub fn state_as_of(&self, time: Timestamp) -> A {
        let later = |entry: &Arc<Entry<A::Event>>| entry.stored().is_some_and(|stored| stored.recorded_at > time);
        let index = self.entries.iter().position(later).unwrap_or(self.entries.len());
        entry::folded(&self.entries[..index])
    }

    /// A branch of this history, to change it and see what would have been. Nothing is copied: both share the events.
    #[must_use]
    pub fn branch(&self) -> Branch<A> {
        Branch::new(self.stream.clone(), self.entries.clone())
    }
}

impl<A: Aggregate> Clone for History<A> {
    fn clone(&self) -> Self {
        Self { stream: self.stream.clone(), entries: self.entries.clone() }
    }
}

impl<A: Aggregate> fmt::Debug for History<A>
where
    A::Event: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("stream", &self.stream).field("entries", &self.entries).finish()
    }
}

impl<A: Aggregate, S: EventStore> Repository<A, S> {
    /// All that happened to the aggregate `id`, to look at it, to see earlier states, and to ask what would have been.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn history(&self, id: impl Borrow<A::Id>) -> impl Future<Output = Result<History<A>, LoadError>> + Send {
        let (stream, id) = (Self::stream_of(id.borrow()), id.borrow().clone());
        async move {
            let (mut entries, mut skipped) = (Vec::new(), 0);
            let keep = self.replay(id, |recorded, events, loaded| {
                let known = loaded.skipped == std::mem::replace(&mut skipped, loaded.skipped);
                entries.push(Arc::new(Entry::stored_as(recorded, std::mem::take(events), known)));
            });
            keep.await?;
            Ok(History { stream: stream?, entries })
        }
    }
}
