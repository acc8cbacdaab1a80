//! What a user of a store expects beside its three methods.

use std::future::Future;

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

    /// Visits every event that `query` asks for, page after page: never more than one page is in memory. The query's
    /// `limit` is the size of the pages, not of the whole. Answers the number of events visited.
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
            let mut visitor = Visitor { visit, visited: 0 };
            let mut from = query.from;
            loop {
                let page = self.read_stream(StreamQuery { from, ..query.clone() }).await?;
                visitor.page(&page)?;
                match page.next() {
                    Some(next) => from = Some(next),
                    None => return Ok(visitor.visited),
                }
            }
        }
    }

    /// Visits every event of the feed that `query` asks for, page after page: never more than one page is in memory.
    /// The query's `limit` is the size of the pages, not of the whole. Answers the number of events visited.
    ///
    /// # Errors
    /// [`ReadError`] as `E`, or what `visit` fails with: the walk ends there.
    fn for_each_in_feed<E, F>(&self, query: FeedQuery, visit: F) -> impl Future<Output = Result<u64, E>> + Send
    where
        E: From<ReadError> + Send,
        F: FnMut(&Recorded<'_>) -> Result<(), E> + Send,
    {
        async move {
            let mut visitor = Visitor { visit, visited: 0 };
            let mut from = query.from;
            loop {
                let page = self.read_all(FeedQuery { from, ..query.clone() }).await?;
                visitor.page(&page)?;
                match page.next() {
                    Some(next) => from = Some(next),
                    None => return Ok(visitor.visited),
                }
            }
        }
    }
}

impl<S: EventStore> EventStoreExt for S {}

struct Visitor<F> {
    visit: F,
    visited: u64,
}

impl<F> Visitor<F> {
    fn page<E>(&mut self, page: &Page) -> Result<(), E>
    where
        F: FnMut(&Recorded<'_>) -> Result<(), E>,
    {
        for recorded in page.iter() {
            (self.visit)(&recorded)?;
            self.visited += 1;
        }
        Ok(())
    }
}
