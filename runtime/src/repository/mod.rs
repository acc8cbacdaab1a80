//! The repository: aggregates as they are loaded from their streams, and commands as they are executed on them.

use std::borrow::Borrow;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use jiff::Timestamp;
use tracing::{Instrument, debug, debug_span};
use uuid::Uuid;

use crate::aggregate::{Aggregate, StreamKey};
use crate::envelope::{InvalidStreamName, Recorded, StreamName};
use crate::store::{EventStore, EventStoreExt};
use crate::timer::{Sleeper, TimerThread};

mod cache;
mod context;
mod error;
mod execute;
mod folded;
mod loaded;
mod refusal;
mod retry;
mod snapshots;

pub(crate) use context::derived_id;
pub use context::{Context, event_id};
pub use error::{ExecuteError, LoadError};
pub use execute::Executed;
pub use loaded::{Loaded, UnknownTypes};
pub(crate) use refusal::{Refusal, Refusals};
pub use retry::RetryPolicy;
pub use snapshots::{SnapshotFailure, SnapshotFault, TakeSnapshotError};

use cache::Cache;
use folded::{Bounds, Folded};
use snapshots::Snapshots;

/// Loads the aggregates `A` from the store `S`, and executes commands on them.
///
/// - **Loading** folds the stream page by page: memory holds the state and at
///   most three pages (a store may read ahead), however long the stream.
/// - **Executing** loads, lets the aggregate decide, and appends what happens at exactly the version that the decision
///   was made on. Where somebody else was faster it reads what is new, decides again and appends again, up to the
///   [`RetryPolicy`]'s bound.
/// - **A command with an id** ([`Context::command_id`]) is executed once: sent again it answers its first result.
///
/// Ids are taken by value or by reference. Cheap to clone where the store is.
pub struct Repository<A, S> {
    store: S,
    retry: RetryPolicy,
    unknown: UnknownTypes,
    sleeper: Arc<dyn Sleeper>,
    ids: Arc<dyn Fn() -> Uuid + Send + Sync>,
    snapshots: Option<Arc<dyn Snapshots<A>>>,
    on_snapshot_failure: Option<Arc<Tell>>,
    cache: Option<Arc<Cache<A>>>,
    aggregate: PhantomData<fn() -> A>,
}

type Tell = dyn Fn(&SnapshotFailure<'_>) + Send + Sync;

impl<A: Aggregate, S: EventStore> Repository<A, S> {
    /// The aggregates in `store`.
    #[must_use]
    pub fn new(store: S) -> Self {
        Self {
            store,
            retry: RetryPolicy::default(),
            unknown: UnknownTypes::default(),
            sleeper: Arc::new(TimerThread),
            ids: Arc::new(Uuid::now_v7),
            snapshots: None,
            on_snapshot_failure: None,
            cache: None,
            aggregate: PhantomData,
        }
    }

    /// How often a command is tried.
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// What happens to events of unknown types.
    #[must_use]
    pub const fn unknown_types(mut self, policy: UnknownTypes) -> Self {
        self.unknown = policy;
        self
    }

    /// Who waits between two attempts, in place of [`TimerThread`].
    #[must_use]
    pub fn sleeper(mut self, sleeper: impl Sleeper) -> Self {
        self.sleeper = Arc::new(sleeper);
        self
    }

    /// Where the ids of commands come from that have none, in place of [`Uuid::now_v7`].
    #[must_use]
    pub fn command_ids(mut self, ids: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Keeps the aggregates that were used last in memory, at most so many (0 counts as 1). Clones of this repository share
    /// them.
    ///
    /// Who loads one asks the store for what is new, and sees what others have stored, other processes included: what is
    /// saved is the reading and folding of the rest.
    ///
    /// ```
    /// # use factum::store::EventStore;
    /// # use factum::{Aggregate, Repository};
    /// fn seats<A: Aggregate + Clone, S: EventStore>(store: S) -> Repository<A, S> {
    ///     Repository::new(store).cache(10_000)
    /// }
    /// ```
    #[must_use]
    pub fn cache(mut self, aggregates: usize) -> Self
    where
        A: Clone,
    {
        self.cache = Some(Arc::new(Cache::new(aggregates)));
        self
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The stream of the aggregate `id`.
    ///
    /// # Errors
    /// [`InvalidStreamName`] if the id cannot name one.
    pub fn stream_of(id: impl Borrow<A::Id>) -> Result<StreamName, InvalidStreamName> {
        StreamName::of(A::CONTEXT, A::NAME, id.borrow().to_key())
    }

    /// The aggregate as it is now. One to which nothing has happened is its default state at version 0.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load(&self, id: impl Borrow<A::Id>) -> impl Future<Output = Result<Loaded<A>, LoadError>> + Send {
        self.load_within(Self::stream_of(id), Bounds::default())
    }

    /// The aggregate as it was at `version`; as it is now, if its stream is shorter ([`Loaded::version`] tells).
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load_at_version(
        &self,
        id: impl Borrow<A::Id>,
        version: u64,
    ) -> impl Future<Output = Result<Loaded<A>, LoadError>> + Send {
        self.load_within(Self::stream_of(id), Bounds { up_to_version: Some(version), as_of: None })
    }

    /// The aggregate as it was at `time`: with all that was recorded up to then, that moment included.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load_as_of(
        &self,
        id: impl Borrow<A::Id>,
        time: Timestamp,
    ) -> impl Future<Output = Result<Loaded<A>, LoadError>> + Send {
        self.load_within(Self::stream_of(id), Bounds { up_to_version: None, as_of: Some(time) })
    }

    /// Visits every event of the aggregate, oldest first: the envelope as stored, what the stored event is read as
    /// today (nothing, for one that was retired; several, for one that became several), and the state after it. What
    /// keeps them all is [`Repository::history`].
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn for_each_event(
        &self,
        id: impl Borrow<A::Id>,
        mut visit: impl FnMut(&Recorded<'_>, &[A::Event], &A) + Send,
    ) -> impl Future<Output = Result<Loaded<A>, LoadError>> + Send {
        self.replay(id, move |recorded, events, loaded| visit(recorded, events, &loaded.state))
    }

    /// As [`Repository::for_each_event`], with events that may be taken, and with how far the fold has come.
    pub(crate) fn replay(
        &self,
        id: impl Borrow<A::Id>,
        mut visit: impl FnMut(&Recorded<'_>, &mut Vec<A::Event>, &Loaded<A>) + Send,
    ) -> impl Future<Output = Result<Loaded<A>, LoadError>> + Send {
        let query = Self::stream_of(id).map(|stream| Bounds::default().query(stream));
        async move {
            let mut loaded = Loaded::nothing();
            let mut events = Vec::with_capacity(1);
            let fold = |recorded: &Recorded<'_>| {
                events.clear();
                loaded.fold(recorded, self.unknown, |event| events.push(event))?;
                visit(recorded, &mut events, &loaded);
                Ok::<(), LoadError>(())
            };
            self.store.for_each_in_stream(query?, fold).await?;
            Ok(loaded)
        }
    }

    /// Executes `command` on the aggregate `id`, with a new command id.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub fn execute(
        &self,
        id: impl Borrow<A::Id>,
        command: impl Into<A::Command>,
    ) -> impl Future<Output = Result<Executed<A>, ExecuteError<A::Rejection>>> + Send
    where
        A::Command: Clone,
    {
        self.execute_with(id, command, Context::new())
    }

    /// Executes `command` on the aggregate `id`, in a context: who asks, because of what, and under which command id.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub fn execute_with(
        &self,
        id: impl Borrow<A::Id>,
        command: impl Into<A::Command>,
        context: Context,
    ) -> impl Future<Output = Result<Executed<A>, ExecuteError<A::Rejection>>> + Send
    where
        A::Command: Clone,
    {
        let stream = Self::stream_of(id);
        let command = command.into();
        let command_id = context.command_id.unwrap_or_else(|| (self.ids)());
        async move {
            let stream = stream?;
            let correlation_id = context.metadata.correlation_id.unwrap_or(command_id);
            let span = debug_span!("execute", %stream, %command_id, %correlation_id);
            let execution = execute::Execution::new(self, stream, command_id, context)?;
            execution.run(command).instrument(span).await
        }
    }

    async fn load_within(
        &self,
        stream: Result<StreamName, InvalidStreamName>,
        bounds: Bounds,
    ) -> Result<Loaded<A>, LoadError> {
        let stream = stream?;
        let span = debug_span!("load", %stream);
        let fold = |loaded: &mut Loaded<A>, recorded: &Recorded<'_>| loaded.fold(recorded, self.unknown, drop);
        let folded = self.folded(&stream, bounds, fold).instrument(span.clone()).await?;
        if bounds.is_open() {
            self.remember(&stream, &folded);
        }
        let (loaded, begun_at) = (folded.loaded, folded.unseen);
        debug!(parent: &span, version = loaded.version, position = loaded.position, begun_at, "loaded");
        Ok(loaded)
    }

    /// Keeps what was read of the whole stream, where there is a cache.
    fn remember(&self, stream: &StreamName, folded: &Folded<A>) {
        if let Some(cache) = &self.cache {
            cache.put(stream, &folded.loaded, folded.since);
        }
    }
}

/// How many events a fold reads at once. Small enough that an allocator keeps a page's memory for the next one: with
/// pages of 1,000 events each goes back to the system, and a fold spends most of its time on page faults.
const FOLD_PAGE: usize = 256;

impl<A, S: Clone> Clone for Repository<A, S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            retry: self.retry,
            unknown: self.unknown,
            sleeper: Arc::clone(&self.sleeper),
            ids: Arc::clone(&self.ids),
            snapshots: self.snapshots.clone(),
            on_snapshot_failure: self.on_snapshot_failure.clone(),
            cache: self.cache.clone(),
            aggregate: PhantomData,
        }
    }
}

impl<A: Aggregate, S: fmt::Debug> fmt::Debug for Repository<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("aggregate", &format_args!("{}.{}", A::CONTEXT, A::NAME))
            .field("store", &self.store)
            .field("retry", &self.retry)
            .field("unknown_types", &self.unknown)
            .finish_non_exhaustive()
    }
}
