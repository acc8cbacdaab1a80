//! What would have been in several streams at once, and in the views that follow them.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Branch, Entry, Origin};
use crate::aggregate::Aggregate;
use crate::envelope::{ExpectedVersion, Metadata, NewEvent, Recorded, StreamName};
use crate::error::{AppendError, EncodeError};
use crate::event::EventSet;
use crate::store::{EventStoreExt as _, MemoryStore};

/// Branches of several aggregates, together as a store in memory: repositories, projections and whatever else reads
/// events sees there what would have been. The store that they were read from is not touched.
///
/// ```
/// # use factum::history::{Branch, Scenario, ScenarioError};
/// # use factum::{Aggregate, MemoryStore};
/// async fn both<A: Aggregate, B: Aggregate>(a: &Branch<A>, b: &Branch<B>) -> Result<MemoryStore, ScenarioError> {
///     Scenario::new().with(a)?.with(b)?.into_store().await
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scenario {
    events: Vec<Staged>,
}

/// An event on its way into the store, and the position behind which it comes.
#[derive(Debug, Clone)]
struct Staged {
    after: u64,
    stream: StreamName,
    event: NewEvent,
}

/// Why branches do not make a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// An event that was added holds a value that cannot be stored.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The headers of a stored event cannot be read.
    #[error("stream {stream}, version {version}: the headers cannot be read: {source}")]
    Headers {
        /// The stream.
        stream: StreamName,
        /// The version.
        version: u64,
        /// What was said of them.
        source: serde_json::Error,
    },
    /// There is a branch of this stream already.
    #[error("stream {0} has two branches: take one of them")]
    Twice(StreamName),
    /// The memory store does not take an event.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl Scenario {
    /// Without any branch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And this branch.
    ///
    /// What is stored keeps its id, its time and its payload, and its place among the events of the other branches; what
    /// stands in the place of a stored event keeps its id and its envelope. What was added has a new id and an empty
    /// envelope, and comes right behind what is before it in its stream, at the same time.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub fn with<A: Aggregate>(mut self, branch: &Branch<A>) -> Result<Self, ScenarioError> {
        if self.events.iter().any(|staged| staged.stream == *branch.stream()) {
            return Err(ScenarioError::Twice(branch.stream().clone()));
        }
        let first = branch.entries().find_map(Entry::stored);
        let (mut time, mut after) = (first.map(|first| first.recorded_at), 0);
        for entry in branch.entries() {
            if let Some(stored) = entry.stored() {
                (time, after) = (Some(stored.recorded_at), stored.position);
            }
            let event = event(branch.stream(), entry, time)?;
            self.events.extend(event.map(|event| Staged { after, stream: branch.stream().clone(), event }));
        }
        Ok(self)
    }

    /// The store.
    ///
    /// # Errors
    /// [`ScenarioError::Append`].
    pub async fn into_store(mut self) -> Result<MemoryStore, ScenarioError> {
        let store = MemoryStore::new();
        // Stable: what is behind one position stays in its order.
        self.events.sort_by_key(|staged| staged.after);
        for Staged { stream, event, .. } in self.events {
            store.append_events(&stream, ExpectedVersion::Any, vec![event]).await?;
        }
        Ok(store)
    }
}

fn event<E: EventSet>(
    stream: &StreamName,
    entry: &Entry<E>,
    time: Option<Timestamp>,
) -> Result<Option<NewEvent>, ScenarioError> {
    let stored = entry.stored();
    let mut event = match (entry.origin(), stored, entry.events().first()) {
        (Origin::Stored, Some(stored), _) => NewEvent {
            readable_from: stored.readable_from,
            ..NewEvent::new(stored.event_type.to_owned(), stored.schema_version, stored.payload)
        },
        (Origin::Replaced | Origin::Added, _, Some(only)) => {
            let encoded = only.encode()?;
            NewEvent {
                readable_from: encoded.readable_from,
                ..NewEvent::new(encoded.event_type, encoded.schema_version, encoded.payload)
            }
        }
        // Only what is stored may be read as none.
        (Origin::Stored, None, _) | (Origin::Replaced | Origin::Added, _, None) => return Ok(None),
    };
    event.recorded_at = time;
    event.id = stored.map_or_else(Uuid::now_v7, |stored| stored.id);
    event.metadata = stored.map_or_else(|| Ok(Metadata::default()), |stored| metadata(stream, &stored))?;
    Ok(Some(event))
}

fn metadata(stream: &StreamName, stored: &Recorded<'_>) -> Result<Metadata, ScenarioError> {
    let unreadable = |source| ScenarioError::Headers { stream: stream.clone(), version: stored.version, source };
    Ok(Metadata {
        correlation_id: stored.correlation_id,
        causation_id: stored.causation_id,
        depth: stored.depth,
        actor: stored.actor.map(ToOwned::to_owned),
        headers: stored.headers().map_err(unreadable)?,
    })
}
