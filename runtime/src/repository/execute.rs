//! Executing a command: load, decide, append; and once more where somebody else was faster.

use std::fmt;

use tracing::{debug, trace, warn};
use uuid::Uuid;

use super::Repository;
use super::context::{Context, event_id};
use super::error::{ExecuteError, LoadError};
use super::folded::{Bounds, Folded};
use super::loaded::Loaded;
use super::refusal::{Refusal, Refusals};
use crate::aggregate::Aggregate;
use crate::envelope::{ExpectedVersion, Metadata, NewEvent, Recorded, StreamName};
use crate::error::{AppendError, EncodeError};
use crate::event::EventSet;
use crate::store::{Append, Appended, CommandRecord, EventStore};

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
    /// How many appends were tried; 0 if there was nothing to append or to remember.
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

pub(super) type Outcome<A, T> = Result<T, ExecuteError<<A as Aggregate>::Rejection>>;

/// One command on its way.
pub(super) struct Execution<'a, A: Aggregate, S> {
    pub(super) repository: &'a Repository<A, S>,
    pub(super) stream: StreamName,
    pub(super) command_id: Uuid,
    pub(super) refusals: Refusals,
    metadata: Metadata,
    /// `None` until the stream has been read.
    folded: Option<Folded<A>>,
    first_result: FirstResult<A>,
    /// Whether somebody else may have sent the command before: its id was not made here.
    sent_before: bool,
    /// Whether every event is looked at: what a fold begins with (the cache, a snapshot) may have the command's first
    /// result in it, unseen.
    from_first_event: bool,
    pub(super) attempts: u32,
    /// Whether an attempt of this execution may have been stored without an answer.
    uncertain: bool,
}

/// Which events of a stream were looked at: those behind `unseen` up to `version`.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) version: u64,
    pub(super) unseen: u64,
}

impl<A> Folded<A> {
    const fn seen(&self) -> Seen {
        Seen { version: self.loaded.version, unseen: self.unseen }
    }
}

/// What came of one attempt to append.
pub(super) enum Attempt {
    Stored(Appended),
    /// The command was executed before, and came to nothing at this version.
    CameToNothing(u64),
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
        let (sent_before, mut metadata) = (context.command_id.is_some(), context.metadata);
        // A command that nothing caused begins a business transaction.
        metadata.correlation_id.get_or_insert(command_id);
        Ok(Self {
            repository,
            stream,
            command_id,
            refusals: context.refusals,
            metadata,
            folded: None,
            first_result: FirstResult::of(command_id),
            sent_before,
            from_first_event: false,
            attempts: 0,
            uncertain: false,
        })
    }

    pub(super) async fn run(mut self, command: A::Command) -> Outcome<A, Executed<A>>
    where
        A::Command: Clone,
    {
        self.meet_refusal(&command).await?;
        loop {
            let folded = self.catch_up().await?;
            if self.first_result.is_found() {
                return Ok(self.repeated(folded));
            }
            self.repository.remember(&self.stream, &folded);
            let decision = folded.loaded.state.handle(command.clone());
            // Events bring their ids to the store, which knows whether they were there. Nothing and a rejection do not.
            let tells = decision.as_ref().is_ok_and(|events| !events.is_empty());
            if !tells && self.was_executed_before(&folded).await? {
                self.look_at_every_event();
                continue;
            }
            let events = match decision {
                Ok(events) if tells || self.sent_before => events,
                Ok(nothing) => return Ok(self.done(folded, nothing, None).await),
                Err(rejection) => {
                    if let Some(version) = self.version_of_nothing(self.command_id).await? {
                        return self.nothing_again(folded, version).await;
                    }
                    self.refusals.tell(Refusal::At(folded.loaded.version));
                    return Err(ExecuteError::Rejected(rejection));
                }
            };
            let command_id = Some(self.command_id).filter(|_| self.sent_before);
            match self.append(folded.seen(), &events, command_id).await? {
                Attempt::Stored(appended) => return Ok(self.done(folded, events, Some(appended)).await),
                Attempt::CameToNothing(version) => return self.nothing_again(folded, version).await,
                Attempt::ExecutedElsewhere if folded.unseen > 0 => self.look_at_every_event(),
                Attempt::ExecutedElsewhere => self.folded = Some(folded),
                Attempt::Outdated(actual) => {
                    self.pause(folded.loaded.version, actual).await?;
                    self.folded = Some(folded);
                }
            }
        }
    }

    /// Whether the command's first result stands where the fold has not looked. If it stands in another stream, this is
    /// another command.
    async fn was_executed_before(&self, folded: &Folded<A>) -> Outcome<A, bool> {
        if !self.sent_before {
            return Ok(false);
        }
        let id = event_id(self.command_id, 0);
        let found = self.repository.store.find_event(id).await.map_err(LoadError::from)?;
        match found.get(0) {
            None => Ok(false),
            Some(Recorded { stream, version, .. }) if self.is_unseen(folded.seen(), stream, version) => Ok(true),
            Some(Recorded { stream, version, .. }) => {
                Err(AppendError::IdReused { id, stream: stream.to_owned(), version }.into())
            }
        }
    }

    /// The version at which the command of this id came to nothing, if it did so before.
    pub(super) async fn version_of_nothing(&self, id: Uuid) -> Outcome<A, Option<u64>> {
        if !self.sent_before {
            return Ok(None);
        }
        match self.repository.store.find_command(id).await.map_err(LoadError::from)? {
            Some(CommandRecord { stream, version }) if stream != self.stream.as_str() => {
                Err(AppendError::IdReused { id, stream, version }.into())
            }
            record => Ok(record.map(|record| record.version)),
        }
    }

    /// The command's first result again, which is nothing.
    async fn nothing_again(self, folded: Folded<A>, version: u64) -> Outcome<A, Executed<A>> {
        let Loaded { mut state, version: held, .. } = folded.loaded;
        if held != version {
            let bounds = Bounds { up_to_version: Some(version), as_of: None };
            state = self.repository.load_within(Ok(self.stream), bounds).await?.state;
        }
        debug!(version, "executed before, to nothing: nothing again");
        let (command_id, attempts, repeated) = (self.command_id, self.attempts, !self.uncertain);
        Ok(Executed { command_id, events: Vec::new(), state, version, position: None, attempts, repeated })
    }

    /// The command's first result is in what the fold began with: begin again with the first event.
    fn look_at_every_event(&mut self) {
        debug!(command_id = %self.command_id, "looking for the command's first result in the whole stream");
        (self.folded, self.from_first_event) = (None, true);
        self.first_result = FirstResult::of(self.command_id);
    }

    /// Folds what is new since the version held, and finds the command's first result in it if there is one.
    async fn catch_up(&mut self) -> Result<Folded<A>, LoadError> {
        let (repository, first_result) = (self.repository, &mut self.first_result);
        let unknown = repository.unknown;
        let step = |loaded: &mut Loaded<A>, recorded: &Recorded<'_>| match first_result.meets(recorded.id) {
            Meeting::Other => loaded.fold(recorded, unknown, drop),
            Meeting::Own => loaded.fold(recorded, unknown, |event| first_result.events.push(event)),
            Meeting::Later => Ok(()),
        };
        let folded = match self.folded.take() {
            None if !self.from_first_event => repository.folded(&self.stream, Bounds::default(), step).await?,
            held => {
                let held = held.unwrap_or_else(Folded::nothing);
                repository.fold_on(held, Bounds::default().query(self.stream.clone()), step).await?
            }
        };
        debug!(version = folded.loaded.version, begun_at = folded.unseen, "loaded");
        Ok(folded)
    }

    /// Appends the events; with the same ids again while the store is busy or the outcome unknown.
    pub(super) async fn append(
        &mut self,
        seen: Seen,
        events: &[A::Event],
        command: Option<Uuid>,
    ) -> Outcome<A, Attempt> {
        let held = seen.version;
        loop {
            self.attempts += 1;
            let append = Append {
                stream: self.stream.clone(),
                expected: ExpectedVersion::Exact(held),
                events: self.encode(events)?,
                command,
            };
            match self.repository.store.append(append).await {
                Ok(Appended { version, position: None, repeated: true }) => return Ok(Attempt::CameToNothing(version)),
                Ok(appended) if appended.version == held + events.len() as u64 => return Ok(Attempt::Stored(appended)),
                // The ids were there, but not where this attempt would have put them.
                Ok(_) => return Ok(Attempt::ExecutedElsewhere),
                Err(AppendError::Conflict { actual, .. }) => return Ok(Attempt::Outdated(actual)),
                Err(AppendError::IdReused { stream, version, .. }) if self.is_unseen(seen, &stream, version) => {
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

    /// Whether an id of ours stands in our stream where the fold has not looked: then the command was executed before, or
    /// meanwhile.
    fn is_unseen(&self, seen: Seen, stream: &str, version: u64) -> bool {
        stream == self.stream.as_str() && (version > seen.version || version <= seen.unseen)
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
    async fn pause(&self, held: u64, actual: u64) -> Outcome<A, ()> {
        if !self.repository.retry.allows(self.attempts) {
            let (stream, attempts) = (self.stream.clone(), self.attempts);
            return Err(ExecuteError::Contended { stream, attempts, actual });
        }
        debug!(attempts = self.attempts, held, actual, "somebody else was faster: try again");
        self.sleep().await;
        Ok(())
    }

    async fn sleep(&self) {
        self.repository.sleeper.sleep(self.repository.retry.delay(self.attempts)).await;
    }

    async fn done(self, folded: Folded<A>, events: Vec<A::Event>, appended: Option<Appended>) -> Executed<A> {
        let snapshot = self.repository.due(&self.stream, &folded);
        let Loaded { mut state, version: held, .. } = folded.loaded;
        for event in &events {
            state.apply(event);
        }
        let version = appended.map_or(held, |appended| appended.version);
        let position = appended.and_then(|appended| appended.position);
        debug!(events = events.len(), version, position, attempts = self.attempts, "executed");
        if let Some(snapshot) = snapshot {
            self.repository.save(snapshot).await;
        }
        let (command_id, attempts) = (self.command_id, self.attempts);
        // A repeat is another executor's, unless it may well be this execution's own append.
        let repeated = appended.is_some_and(|appended| appended.repeated) && !self.uncertain;
        Executed { command_id, events, state, version, position, attempts, repeated }
    }

    fn repeated(self, folded: Folded<A>) -> Executed<A> {
        let Loaded { state, version, position, .. } = folded.loaded;
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
