//! What a user of a store expects beside its three methods.

use std::future::{Future, poll_fn};
use std::pin::pin;
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
        self.append(Append { stream: stream.clone(), expected, events })
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

    /// Visits every event that `query` asks for, page after page: never more than two pages are in memory, the one that
    /// is visited and the next. The query's `limit` is the size of the pages, not of the whole. Answers the number of
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
        walk(query.from, move |from| self.read_stream(StreamQuery { from, ..query.clone() }), visit)
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
        walk(query.from, move |from| self.read_all(FeedQuery { from, ..query.clone() }), visit)
    }
}

impl<S: EventStore> EventStoreExt for S {}

/// Visits page after page. A store that reads on threads of its own is asked for the next page before this one is
/// visited, and reads it meanwhile; with one that answers at once there would be nothing to gain.
async fn walk<E, F, R>(first: Option<u64>, read: impl Fn(Option<u64>) -> R, mut visit: F) -> Result<u64, E>
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
    let (mut from, mut unvisited) = (first, None);
    loop {
        let mut reading = pin!(read(from));
        // A future does nothing before it is polled for the first time.
        let begun = poll_fn(|context| Poll::Ready(reading.as_mut().poll(context))).await;
        if let Some(page) = unvisited.take() {
            visit_all(&page)?;
        }
        let (page, at_once) = match begun {
            Poll::Ready(page) => (page?, true),
            Poll::Pending => (reading.await?, false),
        };
        from = page.next();
        if at_once || from.is_none() {
            visit_all(&page)?;
        } else {
            unvisited = Some(page);
        }
        if from.is_none() {
            return Ok(visited);
        }
    }
}
