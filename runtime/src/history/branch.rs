//! What would have been: a history that may be changed, and that no store ever sees.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::entry::{self, Entry};
use crate::aggregate::Aggregate;
use crate::envelope::StreamName;

/// A history with events added, removed and changed: what [`History::branch`](super::History::branch) answers.
///
/// A branch knows no store, so nothing that is done to it is ever written. A place in it is named by the version that is
/// stored there, and keeps that name whatever is added or removed before it. What one stored event is read as stands in
/// one place, also where that is several events.
///
/// A clone is a further branch, and costs next to nothing: they share the events that are the same.
pub struct Branch<A: Aggregate> {
    stream: StreamName,
    entries: Vec<Arc<Entry<A::Event>>>,
}

/// A branch has no event at this version: the stream is shorter, or it was removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the branch of stream {stream} has no version {version}: {}", Whereabouts(*.last))]
pub struct NoSuchVersion {
    /// The stream.
    pub stream: StreamName,
    /// What was asked for.
    pub version: u64,
    /// The last version that the branch has; `None`: it has no stored event.
    pub last: Option<u64>,
}

struct Whereabouts(Option<u64>);

impl fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(last) => write!(f, "its last one is {last}, and what was removed is gone"),
            None => f.write_str("it has no stored event"),
        }
    }
}

impl<A: Aggregate> Branch<A> {
    pub(super) const fn new(stream: StreamName, entries: Vec<Arc<Entry<A::Event>>>) -> Self {
        Self { stream, entries }
    }

    /// The stream from which it was branched.
    #[must_use]
    pub const fn stream(&self) -> &StreamName {
        &self.stream
    }

    /// What is in it, oldest first.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry<A::Event>> + ExactSizeIterator {
        self.entries.iter().map(|entry| &**entry)
    }

    /// The state after all of it.
    #[must_use]
    pub fn state(&self) -> A {
        entry::folded(&self.entries)
    }

    /// Goes back to `version` of the stream: drops what is stored later, and what was added behind that. Nothing
    /// changes where the stream is shorter.
    pub fn back_to_version(&mut self, version: u64) {
        self.back_to(|entry| entry.version().is_some_and(|stored| stored > version));
    }

    /// Goes back to `time`: drops what was recorded later, and what was added behind that.
    pub fn back_to_time(&mut self, time: Timestamp) {
        self.back_to(|entry| entry.stored().is_some_and(|stored| stored.recorded_at > time));
    }

    fn back_to(&mut self, is_later: impl Fn(&Entry<A::Event>) -> bool) {
        let end = self.entries.iter().position(|entry| is_later(entry));
        self.entries.truncate(end.unwrap_or(self.entries.len()));
    }

    /// Has `event` happen at the end.
    pub fn push(&mut self, event: impl Into<A::Event>) {
        self.entries.push(Arc::new(Entry::added(event.into())));
    }

    /// Has `event` happen after `version` of the stream, and after what was added there before; 0 is ahead of the first
    /// stored event.
    ///
    /// # Errors
    /// [`NoSuchVersion`].
    pub fn insert_after(&mut self, version: u64, event: impl Into<A::Event>) -> Result<(), NoSuchVersion> {
        let from = if version == 0 { 0 } else { self.find(version)? + 1 };
        let added = self.entries[from..].iter().take_while(|entry| entry.version().is_none()).count();
        self.entries.insert(from + added, Arc::new(Entry::added(event.into())));
        Ok(())
    }

    /// Has what is stored as `version` of the stream never happen.
    ///
    /// # Errors
    /// [`NoSuchVersion`].
    pub fn remove(&mut self, version: u64) -> Result<(), NoSuchVersion> {
        let index = self.find(version)?;
        self.entries.remove(index);
        Ok(())
    }

    /// Has `event` happen in place of what is stored as `version` of the stream: of all of it, where that is read as
    /// several.
    ///
    /// # Errors
    /// [`NoSuchVersion`].
    pub fn replace(&mut self, version: u64, event: impl Into<A::Event>) -> Result<(), NoSuchVersion> {
        let index = self.find(version)?;
        self.entries[index] = Arc::new(self.entries[index].replaced_by(event.into()));
        Ok(())
    }

    /// Has only those happen for which `keep` holds: all but what one actor did, say.
    pub fn retain(&mut self, mut keep: impl FnMut(&Entry<A::Event>) -> bool) {
        self.entries.retain(|entry| keep(entry));
    }

    /// Asks the state for `command`, and has happen what it answers. A rejection changes nothing.
    ///
    /// # Errors
    /// The aggregate's own rejection.
    pub fn execute(&mut self, command: impl Into<A::Command>) -> Result<Vec<&A::Event>, A::Rejection> {
        let events = self.state().handle(command.into())?;
        let before = self.entries.len();
        self.entries.extend(events.into_iter().map(|event| Arc::new(Entry::added(event))));
        Ok(self.entries[before..].iter().flat_map(|entry| entry.events()).collect())
    }

    fn find(&self, version: u64) -> Result<usize, NoSuchVersion> {
        self.entries.iter().position(|entry| entry.version() == Some(version)).ok_or_else(|| NoSuchVersion {
            stream: self.stream.clone(),
            version,
            last: self.entries.iter().rev().find_map(|entry| entry.version()),
        })
    }
}

impl<A: Aggregate> Clone for Branch<A> {
    fn clone(&self) -> Self {
        Self { stream: self.stream.clone(), entries: self.entries.clone() }
    }
}

impl<A: Aggregate> fmt::Debug for Branch<A>
where
    A::Event: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").field("stream", &self.stream).field("entries", &self.entries).finish()
    }
}
