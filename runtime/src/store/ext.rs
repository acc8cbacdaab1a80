//! What a user of a store expects beside its methods.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use super::{Append, Appended, Direction, EventStore, FeedQuery, Page, StreamQuery};
use crate::envelope::{ExpectedVersion, NewEvent, Recorded, StreamName};
use crate::error::{AppendError, ReadError};

/// Conveniences of every [`EventStore`].
pub trait EventStoreExt: EventStore {
    /// Appends `events` to `stream`.
    ///
    /// # Errors
    /// [`AppendError`].
    fn append_events(
        &self,
        stream: &StreamName,
        expected: ExpectedVersion,
        events: Vec<NewEvent>,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send {
        self.append(Append { stream: stream.clone(), expected, events, command: None })
    }

    /// The version of `stream`, which is the number of its events; `None` if it does not exist.
    ///
    /// # Errors
    /// [`ReadError`].
    fn stream_version(&self, stream: &StreamName) -> impl Future<Output = Result<Option<u64>, ReadError>> + Send {
        let page = self.read_stream(StreamQuery { limit: 0, ..StreamQuery::new(stream.clone()) });
        async { Ok(page.await?.stream_version()) }
    }

    /// Whether `stream` exists.
    ///
    /// # Errors
    /// [`ReadError`].
    fn contains_stream(&self, stream: &StreamName) -> impl Future<Output = Result<bool, ReadError>> + Send {
        let version = self.stream_version(stream);
        async { Ok(version.await?.is_some()) }
    }

    /// The last event of `stream`: a page of one event, or of none if the stream does not exist.
    ///
    /// # Errors
    /// [`ReadError`].
    fn last_event(&self, stream: &StreamName) -> impl Future<Output = Result<Page, ReadError>> + Send {
        let query = StreamQuery { direction: Direction::Backward, limit: 1, ..StreamQuery::new(stream.clone()) };
        self.read_stream(query)
    }

    /// The highest position in the store; `None` while it is empty.
    ///
    /// # Errors
    /// [`ReadError`].
    fn last_position(&self) -> impl Future<Output = Result<Option<u64>, ReadError>> + Send {
        let page = self.read_all(FeedQuery { direction: Direction::Backward, limit: 1, ..FeedQuery::default() });
        async { Ok(page.await?.iter().next().map(|last| last.position)) }
    }

    /// Visits every event that `query` asks for, page after page: never more than three pages are in memory, the one
    /// that is visited and the next two. The query's `limit` is the size of the pages, not of the whole. Answers the number of
    /// events visited.
    ///
    /// Each page is read in its own short transaction: events that are appended meanwhile may be among those visited.
    ///
    /// # Errors
    /// [`ReadError`] as `E`, or what `visit` fails with: the walk ends there.
    fn for_each_in_stream<E, F>(&self, query: StreamQuery, visit: F) -> impl Future<Output = Result<u64, E>> + Send
    where
        E: From<ReadError> + Send,
        F: FnMut(&Recorded<'_>) -> Result<(), E> + Send,
    {
        async move {
            let read = |from| self.read_stream(StreamQuery { from, ..query.clone() });
            walk(query.from, read, |page| guess(page, query.direction, query.types.as_deref()), visit).await
        }
    }

    /// Visits every event of the feed that `query` asks for, as [`EventStoreExt::for_each_in_stream`] does those of a
    /// stream.
    ///
    /// # Errors
    /// [`ReadError`] as `E`, or what `visit` fails with: the walk ends there.
    fn for_each_in_feed<E, F>(&self, query: FeedQuery, visit: F) -> impl Future<Output = Result<u64, E>> + Send
    where
        E: From<ReadError> + Send,
        F: FnMut(&Recorded<'_>) -> Result<(), E> + Send,
    {
        async move {
            let read = |from| self.read_all(FeedQuery { from, ..query.clone() });
            walk(query.from, read, |page| guess(page, query.direction, query.types.as_deref()), visit).await
        }
    }
}

impl<S: EventStore> EventStoreExt for S {}

/// Visits page after page. A store that reads on threads of its own is asked for the next two pages before this one is
/// visited, and reads them meanwhile; with one that answers at once there would be nothing to gain.
///
/// Where the next page begins is known, where the one after it does is a `guess`: a page that turns out to begin
/// elsewhere is given up.
async fn walk<E, F, R>(
    first: Option<u64>,
    read: impl Fn(Option<u64>) -> R,
    guess: impl Fn(&Page) -> Option<u64>,
    mut visit: F,
) -> Result<u64, E>
where
    E: From<ReadError>,
    F: FnMut(&Recorded<'_>) -> Result<(), E>,
    R: Future<Output = Result<Page, ReadError>>,
{
    let mut visited = 0;
    let mut visit_all = |page: &Page| {
        page.iter().try_for_each(|recorded| {
            visit(&recorded)?;
            visited += 1;
            Ok::<(), E>(())
        })
    };
    let mut asked = Asked::begin(first, read(first)).await;
    let mut guessed: Option<Asked<R>> = None;
    loop {
        let at_once = asked.answer.is_some();
        let page = asked.page().await?;
        let next = page.next();
        if at_once || next.is_none() {
            visit_all(&page)?;
        }
        if next.is_none() {
            return Ok(visited);
        }
        asked = match guessed.take().filter(|guessed| guessed.from == next) {
            Some(guessed) => guessed,
            None => Asked::begin(next, read(next)).await,
        };
        if !at_once {
            if let Some(from) = guess(&page) {
                guessed = Some(Asked::begin(Some(from), read(Some(from))).await);
            }
            visit_all(&page)?;
        }
    }
}

/// Where the page after the next one begins, if the next has as many events as `page` and no number is left out.
fn guess(page: &Page, direction: Direction, types: Option<&[String]>) -> Option<u64> {
    let (next, len) = (page.next()?, page.len() as u64);
    let last = page.stream_version().unwrap_or(u64::MAX);
    let from = match direction {
        Direction::Forward => next.checked_add(len),
        Direction::Backward => next.checked_sub(len),
    };
    from.filter(|from| types.is_none() && (1..=last).contains(from))
}

/// A page that a store was asked for.
struct Asked<R> {
    from: Option<u64>,
    reading: Pin<Box<R>>,
    /// What it answered at once.
    answer: Option<Result<Page, ReadError>>,
}

impl<R: Future<Output = Result<Page, ReadError>>> Asked<R> {
    /// Asks: a future does nothing before it is polled for the first time.
    async fn begin(from: Option<u64>, reading: R) -> Self {
        let mut reading = Box::pin(reading);
        let begun = poll_fn(|context| Poll::Ready(reading.as_mut().poll(context))).await;
        let answer = match begun {
            Poll::Ready(page) => Some(page),
            Poll::Pending => None,
        };
        Self { from, reading, answer }
    }

    async fn page(self) -> R::Output {
        match self.answer {
            Some(page) => page,
            None => self.reading.await,
        }
    }
}
