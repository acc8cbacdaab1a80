//! What the checks are written with.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use futures_util::future::{Either, select};
use jiff::Timestamp;
use uuid::Uuid;

use crate::envelope::{ExpectedVersion, NewEvent, Recorded, StreamName};
use crate::error::AppendError;
use crate::store::{Append, Appended, Clock, EventStore, FeedQuery, Page, StreamQuery};
use crate::timer::{Sleeper, TimerThread};

/// Why a store could not be made.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Makes the stores that are checked.
pub trait StoreFactory: Sync {
    /// The store.
    type Store: EventStore;

    /// A new, empty store that takes its time from `clock`.
    ///
    /// # Errors
    /// Whatever keeps it from being made.
    fn make(&self, clock: TestClock) -> Result<Self::Store, Failure>;

    /// Waits for `future` on this thread. The default parks the thread between polls; a store that needs an executor's
    /// surroundings enters them here.
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        block_on(future)
    }
}

/// Waits for `future`: polls it on this thread, which sleeps in between.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// A clock that stands still until it is set; clones are one clock.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock that shows some moment of 2027.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_800_000_000)))
    }

    /// Moves it, forward or back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        // Finer than a microsecond on purpose: a store cuts that off.
        Timestamp::new(self.0.load(Ordering::SeqCst), 123_456_789).unwrap_or(Timestamp::MAX)
    }
}

/// A promise that a store did not keep: what was seen, and where it was noticed.
pub struct Violation {
    message: String,
    place: &'static Location<'static>,
}

impl Violation {
    /// A violation that says `message`.
    #[track_caller]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: Location::caller() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.message, self.place.file(), self.place.line())
    }
}

/// As [`fmt::Display`]: it is what a failed test shows.
impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// Not an `Error` itself: any error that a store gives unasked is a violation.
impl<E: std::error::Error> From<E> for Violation {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::new(format!("an error where none is due: {error}"))
    }
}

macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err($crate::store::conformance::Violation::new(format!($($message)+)));
        }
    };
}

macro_rules! ensure_eq {
    ($seen:expr, $due:expr, $($what:tt)+) => {
        // A `match`, so that what the expressions borrow lives long enough.
        match (&$seen, &$due) {
            (seen, due) if seen != due => {
                let what = format!($($what)+);
                return Err($crate::store::conformance::Violation::new(format!("{what}: got {seen:?}, due is {due:?}")));
            }
            _ => {}
        }
    };
}

pub(super) use {ensure, ensure_eq};

/// An event as it was read, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of `Recorded`")]
pub struct Kept {
    pub id: Uuid,
    pub stream: String,
    pub version: u64,
    pub position: u64,
    pub event_type: String,
    pub schema_version: u32,
    pub readable_from: u32,
    pub recorded_at: Timestamp,
    pub correlation_id: Option<Uuid>,
    pub causation_id: Option<Uuid>,
    pub depth: u32,
    pub actor: Option<String>,
    pub raw_headers: Option<String>,
    pub payload: String,
}

impl From<&Recorded<'_>> for Kept {
    fn from(recorded: &Recorded<'_>) -> Self {
        Self {
            id: recorded.id,
            stream: recorded.stream.to_owned(),
            version: recorded.version,
            position: recorded.position,
            event_type: recorded.event_type.to_owned(),
            schema_version: recorded.schema_version,
            readable_from: recorded.readable_from,
            recorded_at: recorded.recorded_at,
            correlation_id: recorded.correlation_id,
            causation_id: recorded.causation_id,
            depth: recorded.depth,
            actor: recorded.actor.map(ToOwned::to_owned),
            raw_headers: recorded.raw_headers.map(ToOwned::to_owned),
            payload: recorded.payload.to_owned(),
        }
    }
}

/// A new store and its clock, with the store's methods made synchronous.
#[derive(Debug)]
pub struct Bench<'a, F: StoreFactory> {
    factory: &'a F,
    /// The store.
    pub store: F::Store,
    /// Its clock.
    pub clock: TestClock,
}

impl<'a, F: StoreFactory> Bench<'a, F> {
    /// A new, empty store.
    ///
    /// # Errors
    /// The factory's.
    pub fn new(factory: &'a F) -> Result<Self, Violation> {
        let clock = TestClock::new();
        let made = factory.make(clock.clone());
        let store = made.map_err(|error| Violation::new(format!("the store cannot be made: {error}")))?;
        Ok(Self { factory, store, clock })
    }

    /// [`EventStore::append`].
    ///
    /// # Errors
    /// The store's.
    pub fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedVersion,
        events: &[NewEvent],
    ) -> Result<Appended, AppendError> {
        let append = Append { stream: stream.clone(), expected, events: events.to_vec(), command: None };
        self.factory.block_on(self.store.append(append))
    }

    /// Appends at any version.
    ///
    /// # Errors
    /// The store's.
    pub fn push(&self, stream: &StreamName, events: &[NewEvent]) -> Result<Appended, AppendError> {
        self.append(stream, ExpectedVersion::Any, events)
    }

    /// Waits for `future`, as the factory does.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.factory.block_on(future)
    }

    /// Waits for `future`, which is due soon: after a long time it is a violation.
    ///
    /// # Errors
    /// [`Violation`], with `what` did not happen.
    pub fn soon<T>(&self, what: &str, future: impl Future<Output = T>) -> Result<T, Violation> {
        let late = async {
            for _ in 0..Patience::TICKS {
                TimerThread.sleep(Patience::TICK).await;
            }
        };
        match self.block_on(select(pin!(future), pin!(late))) {
            Either::Left((value, _)) => Ok(value),
            Either::Right(_) => Err(Violation::new(format!("it did not happen in a long time: {what}"))),
        }
    }

    /// Polls a future once and drops it.
    pub fn poll_and_drop<T>(&self, future: impl Future<Output = T>) {
        let mut future = pin!(future);
        self.factory.block_on(std::future::poll_fn(|context| {
            let _ = future.as_mut().poll(context);
            Poll::Ready(())
        }));
    }

    /// One page of a stream.
    ///
    /// # Errors
    /// The store's.
    pub fn page(&self, query: &StreamQuery) -> Result<Page, Violation> {
        Ok(self.factory.block_on(self.store.read_stream(query.clone()))?)
    }

    /// One page of the feed.
    ///
    /// # Errors
    /// The store's.
    pub fn feed_page(&self, query: &FeedQuery) -> Result<Page, Violation> {
        Ok(self.factory.block_on(self.store.read_all(query.clone()))?)
    }

    /// All that `query` asks for, page after page.
    ///
    /// # Errors
    /// The store's; or if the pages do not lead on.
    pub fn walk(&self, query: &StreamQuery) -> Result<Vec<Kept>, Violation> {
        let mut query = query.clone();
        walk(|from| {
            query.from = from.or(query.from);
            self.page(&query)
        })
    }

    /// All that `query` asks for of the feed, page after page.
    ///
    /// # Errors
    /// The store's; or if the pages do not lead on.
    pub fn walk_feed(&self, query: &FeedQuery) -> Result<Vec<Kept>, Violation> {
        let mut query = query.clone();
        walk(|from| {
            query.from = from.or(query.from);
            self.feed_page(&query)
        })
    }

    /// The whole stream.
    ///
    /// # Errors
    /// The store's.
    pub fn stream(&self, stream: &StreamName) -> Result<Vec<Kept>, Violation> {
        self.walk(&StreamQuery::new(stream.clone()))
    }

    /// Everything.
    ///
    /// # Errors
    /// The store's.
    pub fn everything(&self) -> Result<Vec<Kept>, Violation> {
        self.walk_feed(&FeedQuery::default())
    }

    /// The stream's version.
    ///
    /// # Errors
    /// The store's.
    pub fn version(&self, stream: &StreamName) -> Result<Option<u64>, Violation> {
        Ok(self.page(&StreamQuery::new(stream.clone()))?.stream_version())
    }
}

/// How long is waited for what is due, before it is a violation: some seconds, in as many short sleeps. On a machine that
/// is busy or stands still each of them takes longer, as does what is waited for.
pub(super) struct Patience {
    ticks: u32,
}

impl Patience {
    const TICK: Duration = Duration::from_millis(2);
    const TICKS: u32 = 3_000;

    pub(super) const fn new() -> Self {
        Self { ticks: 0 }
    }

    /// Waits for a moment; answers whether to go on waiting.
    pub(super) fn tick(&mut self) -> bool {
        thread::sleep(Self::TICK);
        self.ticks += 1;
        self.ticks < Self::TICKS
    }
}

fn walk(mut page: impl FnMut(Option<u64>) -> Result<Page, Violation>) -> Result<Vec<Kept>, Violation> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = page(from)?;
        all.extend(page.iter().map(|recorded| Kept::from(&recorded)));
        let Some(next) = page.next() else { return Ok(all) };
        ensure!(from != Some(next), "a page leads back to itself ({next})");
        from = Some(next);
    }
}

/// The stream `test.Thing-<id>`.
pub(super) fn stream(id: &str) -> Result<StreamName, Violation> {
    Ok(StreamName::of("test", "Thing", id)?)
}

/// A new event, which says `number`.
pub(super) fn event(number: usize) -> NewEvent {
    typed("test.Happened", number)
}

/// A new event of a type.
pub(super) fn typed(event_type: &'static str, number: usize) -> NewEvent {
    NewEvent::new(event_type, 1, format!(r#"{{"number":{number}}}"#))
}

/// So many new events.
pub(super) fn events(count: usize) -> Vec<NewEvent> {
    (0..count).map(event).collect()
}

/// The ids, in order.
pub(super) fn ids(events: &[Kept]) -> Vec<Uuid> {
    events.iter().map(|event| event.id).collect()
}

/// The ids of new events, in order.
pub(super) fn new_ids(events: &[NewEvent]) -> Vec<Uuid> {
    events.iter().map(|event| event.id).collect()
}
