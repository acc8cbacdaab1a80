//! Executing a command: load, decide, append; and once more where somebody else was faster.

use std::fmt;

use tracing::{debug, trace, warn};
use uuid::Uuid;

use super::context::{Context, event_id};
use super::error::{ExecuteError, LoadError};
use super::loaded::Loaded;
use super::{Repository, whole};
use crate::aggregate::Aggregate;
use crate::envelope::{ExpectedVersion, Metadata, NewEvent, StreamName};
use crate::error::{AppendError, EncodeError};
use crate::event::EventSet;
use crate::store::{Append, Appended, EventStore, EventStoreExt, StreamQuery};

/// What a command did.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Executed<A: Aggregate> {
    /// The command's id: execute it again with this, and it answers the same.
    pub command_id: Uuid,
    /// What happened, in order; nothing, if all was as the command asked for.
    pub events: Vec<A::Event>,
    /// The state right after it.
    pub state: A,
    /// The stream's version right after it.
    pub version: u64,
    /// The position of the last event; `None` if nothing happened.
    pub position: Option<u64>,
    /// How many appends were tried; 0 if there was nothing to append.
    pub attempts: u32,
    /// Whether the command had been executed before, and this is its first result.
    pub repeated: bool,
}

impl<A: Aggregate + fmt::Debug> fmt::Debug for Executed<A>
where
    A::Event: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executed")
            .field("command_id", &self.command_id)
            .field("events", &self.events)
            .field("state", &self.state)
            .field("version", &self.version)
            .field("position", &self.position)
            .field("attempts", &self.attempts)
            .field("repeated", &self.repeated)
            .finish()
    }
}

type Outcome<A, T> = Result<T, ExecuteError<<A as Aggregate>::Rejection>>;

/// One command on its way.
pub(super) struct Execution<'a, A: Aggregate, S> {
    repository: &'a Repository<A, S>,
    stream: StreamName,
    command_id: Uuid,
    metadata: Metadata,
    loaded: Loaded<A>,
    first_result: FirstResult<A>,
    attempts: u32,
    /// Whether an attempt of this execution may have been stored without an answer.
    uncertain: bool,
}

/// What came of one attempt to append.
enum Attempt {
    Stored(Appended),
    /// Another executor of this very command was faster: its result stands in the stream.
    ExecutedElsewhere,
    /// The stream is no longer as it was loaded; it is at this version now.
    Outdated(u64),
}

impl<'a, A: Aggregate, S: EventStore> Execution<'a, A, S> {
    pub(super) fn new(
        repository: &'a Repository<A, S>,
        stream: StreamName,
        command_id: Uuid,
        context: Context,
    ) -> Outcome<A, Self> {
        if command_id.is_nil() {
            return Err(ExecuteError::NilCommandId);
        }
        let mut metadata = context.metadata;
        // A command that nothing caused begins a business transaction.
        metadata.correlation_id.get_or_insert(command_id);
        let (loaded, first_result) = (Loaded::nothing(), FirstResult::of(command_id));
        Ok(Self { repository, stream, command_id, metadata, loaded, first_result, attempts: 0, uncertain: false })
    }

    pub(super) async fn run(mut self, command: A::Command) -> Outcome<A, Executed<A>>
    where
        A::Command: Clone,
    {
        loop {
            self.catch_up().await?;
            if self.first_result.is_found() {
                return Ok(self.repeated());
            }
            let events = self.loaded.state.handle(command.clone()).map_err(ExecuteError::Rejected)?;
            if events.is_empty() {
                return Ok(self.done(events, None));
            }
            match self.append(&events).await? {
                Attempt::Stored(appended) => return Ok(self.done(events, Some(appended))),
                Attempt::ExecutedElsewhere => {}
                Attempt::Outdated(actual) => self.pause(actual).await?,
            }
        }
    }

    /// Folds what is new since the version held, and finds the command's first result in it if there is one.
    async fn catch_up(&mut self) -> Result<(), LoadError> {
        let from = Some(self.loaded.version + 1);
        let query = StreamQuery { from, ..whole(self.stream.clone()) };
        let (loaded, first_result, unknown) = (&mut self.loaded, &mut self.first_result, self.repository.unknown);
        let read = self.repository.store.for_each_in_stream(query, |recorded| match first_result.meets(recorded.id) {
            Meeting::Other => loaded.fold(recorded, unknown, drop),
            Meeting::Own => loaded.fold(recorded, unknown, |event| first_result.events.push(event)),
            Meeting::Later => Ok(()),
        });
        let events = read.await?;
        debug!(events, version = self.loaded.version, "loaded");
        Ok(())
    }

    /// Appends the events; with the same ids again while the store is busy or the outcome unknown.
    async fn append(&mut self, events: &[A::Event]) -> Outcome<A, Attempt> {
        let held = self.loaded.version;
        loop {
            self.attempts += 1;
            let append = Append {
                stream: self.stream.clone(),
                expected: ExpectedVersion::Exact(held),
                events: self.encode(events)?,
            };
            match self.repository.store.append(append).await {
                Ok(appended) if appended.version == held + events.len() as u64 => return Ok(Attempt::Stored(appended)),
                // The ids were there, but not where this attempt would have put them.
                Ok(_) => return Ok(Attempt::ExecutedElsewhere),
                Err(AppendError::Conflict { actual, .. }) => return Ok(Attempt::Outdated(actual)),
                Err(AppendError::IdReused { stream, version, .. }) if self.is_news(&stream, version) => {
                    return Ok(Attempt::ExecutedElsewhere);
                }
                Err(error) if error.is_retryable() && self.repository.retry.allows(self.attempts) => {
                    self.uncertain |= matches!(error, AppendError::OutcomeUnknown(_));
                    warn!(attempts = self.attempts, %error, "append again with the same ids");
                    self.sleep().await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether an id of ours stands in our stream beyond what is loaded: then the command was executed meanwhile.
    fn is_news(&self, stream: &str, version: u64) -> bool {
        stream == self.stream.as_str() && version > self.loaded.version
    }

    fn encode(&self, events: &[A::Event]) -> Result<Vec<NewEvent>, EncodeError> {
        events.iter().enumerate().map(|(index, event)| self.new_event(index, event)).collect()
    }

    fn new_event(&self, index: usize, event: &A::Event) -> Result<NewEvent, EncodeError> {
        let encoded = event.encode()?;
        let id = event_id(self.command_id, index);
        trace!(event_type = encoded.event_type, schema_version = encoded.schema_version, %id, "append");
        Ok(NewEvent {
            id,
            event_type: encoded.event_type.into(),
            schema_version: encoded.schema_version,
            readable_from: encoded.readable_from,
            payload: encoded.payload,
            recorded_at: None,
            metadata: self.metadata.clone(),
        })
    }

    /// Waits before the next attempt, if there may be one.
    async fn pause(&self, actual: u64) -> Outcome<A, ()> {
        if !self.repository.retry.allows(self.attempts) {
            let (stream, attempts) = (self.stream.clone(), self.attempts);
            return Err(ExecuteError::Contended { stream, attempts, actual });
        }
        debug!(attempts = self.attempts, held = self.loaded.version, actual, "somebody else was faster: try again");
        self.sleep().await;
        Ok(())
    }

    async fn sleep(&self) {
        self.repository.sleeper.sleep(self.repository.retry.delay(self.attempts)).await;
    }

    fn done(self, events: Vec<A::Event>, appended: Option<Appended>) -> Executed<A> {
        let Loaded { mut state, version: held, .. } = self.loaded;
        for event in &events {
            state.apply(event);
        }
        let version = appended.map_or(held, |appended| appended.version);
        let position = appended.and_then(|appended| appended.position);
        debug!(events = events.len(), version, position, attempts = self.attempts, "executed");
        let (command_id, attempts) = (self.command_id, self.attempts);
        // A repeat is another executor's, unless it may well be this execution's own append.
        let repeated = appended.is_some_and(|appended| appended.repeated) && !self.uncertain;
        Executed { command_id, events, state, version, position, attempts, repeated }
    }

    fn repeated(self) -> Executed<A> {
        let Loaded { state, version, position, .. } = self.loaded;
        debug!(version, position, "executed before: the first result again");
        let (command_id, events, attempts) = (self.command_id, self.first_result.events, self.attempts);
        Executed { command_id, events, state, version, position, attempts, repeated: true }
    }
}

/// Looks for the events of a command in its stream: they stand together, beginning with the one whose id is derived for
/// index 0.
struct FirstResult<A: Aggregate> {
    command_id: Uuid,
    /// The id of the command's next event.
    next_id: Uuid,
    found: usize,
    ended: bool,
    events: Vec<A::Event>,
}

/// What a stored event is to a command.
enum Meeting {
    /// It comes before the command's events.
    Other,
    /// It is one of them.
    Own,
    /// It comes after them: the first result knows nothing of it.
    Later,
}

impl<A: Aggregate> FirstResult<A> {
    fn of(command_id: Uuid) -> Self {
        Self { command_id, next_id: event_id(command_id, 0), found: 0, ended: false, events: Vec::new() }
    }

    const fn is_found(&self) -> bool {
        self.found > 0
    }

    fn meets(&mut self, id: Uuid) -> Meeting {
        if self.ended {
            return Meeting::Later;
        }
        if id == self.next_id {
            self.found += 1;
            self.next_id = event_id(self.command_id, self.found);
            return Meeting::Own;
        }
        self.ended = self.is_found();
        if self.ended { Meeting::Later } else { Meeting::Other }
    }
}
