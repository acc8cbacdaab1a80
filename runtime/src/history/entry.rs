//! One place in a history: a stored event and what it is read as, or an event that never was.

use std::sync::Arc;

use crate::aggregate::Aggregate;
use crate::envelope::Recorded;
use crate::store::StoredEvent;

/// Where an [`Entry`] comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It is stored so.
    Stored,
    /// Something else is stored in its place.
    Replaced,
    /// Nothing is stored in its place.
    Added,
}

/// One place in a history: what is stored there, and what happened.
#[derive(Debug, Clone)]
pub struct Entry<E> {
    origin: Origin,
    stored: Option<StoredEvent>,
    events: Vec<E>,
    known: bool,
}

impl<E> Entry<E> {
    pub(super) fn stored_as(recorded: &Recorded<'_>, events: Vec<E>, known: bool) -> Self {
        Self { origin: Origin::Stored, stored: Some(StoredEvent::from(recorded)), events, known }
    }

    pub(super) fn added(event: E) -> Self {
        Self { origin: Origin::Added, stored: None, events: vec![event], known: true }
    }

    /// `event` in the place of this entry's.
    pub(super) fn replaced_by(&self, event: E) -> Self {
        let origin = if self.stored.is_some() { Origin::Replaced } else { Origin::Added };
        Self { origin, stored: self.stored.clone(), events: vec![event], known: true }
    }

    /// Where it comes from.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// What is stored in its place; `None` for an event that was added.
    #[must_use]
    pub fn stored(&self) -> Option<Recorded<'_>> {
        self.stored.as_ref().map(StoredEvent::recorded)
    }

    /// The version of the stream that is stored in its place; `None` for an event that was added.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.stored().map(|stored| stored.version)
    }

    /// What happened: what the stored event is read as, or what stands in its place. Most often one event; none, where
    /// the stored one was retired or has an unknown type; several, where it became several.
    #[must_use]
    pub fn events(&self) -> &[E] {
        &self.events
    }

    /// Whether the type of the stored event is known; it may be unknown where
    /// [`UnknownTypes::Skip`](crate::UnknownTypes::Skip) allows it.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.known
    }
}

/// The state after all events of these entries.
pub(super) fn folded<A: Aggregate>(entries: &[Arc<Entry<A::Event>>]) -> A {
    let mut state = A::default();
    entries.iter().flat_map(|entry| &entry.events).for_each(|event| state.apply(event));
    state
}
