//! The contract of an event store.
//!
//! A store is an append-only log of events in streams, with one global order. What every store owes is written down as
//! runnable checks in the module `conformance`.

use std::future::Future;

use jiff::Timestamp;
use uuid::Uuid;

use crate::envelope::{ExpectedVersion, NewEvent, StreamName};
use crate::error::{AppendError, ReadError};

mod changes;
mod clock;
pub mod conformance;
mod dynamic;
mod ext;
pub mod inbox;
mod memory;
mod page;
pub mod policy;
mod reentrant;
pub mod snapshot;
pub mod subscription;
pub mod validate;
pub mod view;

pub use changes::{ChangeSignal, Changed, Changes};
pub use clock::{Clock, SystemClock, from_microseconds, to_microseconds};
pub use dynamic::{BoxFuture, DynEventStore};
pub use ext::EventStoreExt;
pub use inbox::{Forget, Message, Received};
pub use memory::MemoryStore;
pub use page::{Page, PageBuilder, StoredEvent};
pub use policy::PolicyStore;
pub use reentrant::Reentrant;
pub use snapshot::{SnapshotError, SnapshotKey, SnapshotQuery, SnapshotStore, StoredSnapshot};
pub use subscription::{Parked, SubscriptionStore};
pub use view::{InlineView, InvalidView, ViewError, ViewId, ViewResult, ViewStatus, ViewStore, ViewWork, Views};

/// Events to append to one stream: all of them or none, at consecutive versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The stream.
    pub stream: StreamName,
    /// What the stream's version must be.
    pub expected: ExpectedVersion,
    /// The events, in order.
    pub events: Vec<NewEvent>,
    /// The id of the command that they come of, where that may come again. If it came to nothing before, it does so again;
    /// if it comes to nothing now, that is remembered.
    pub command: Option<Uuid>,
}

/// That a command was executed and came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRecord {
    /// The stream that it was about.
    pub stream: String,
    /// The stream's version at the time; 0: it did not exist.
    pub version: u64,
}

/// What an append did. It is durable by the time anybody sees this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The version of the append's last event: the stream's version right after it. For an empty append the stream's
    /// current version.
    pub version: u64,
    /// The position of the append's last event; `None` for an empty append.
    pub position: Option<u64>,
    /// Whether these very events were already there: this is the first append's result once more.
    pub repeated: bool,
}

/// Which way to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Oldest first.
    #[default]
    Forward,
    /// Newest first.
    Backward,
}

/// What to read of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamQuery {
    /// The stream.
    pub stream: StreamName,
    /// Which way.
    pub direction: Direction,
    /// The version to begin with, itself included; `None`: the first in that direction.
    pub from: Option<u64>,
    /// No version above this one (whatever the direction).
    pub up_to_version: Option<u64>,
    /// As of this time: the longest prefix of the stream whose events were recorded at or before it.
    pub as_of: Option<Timestamp>,
    /// Only these wire types; `None`: all.
    pub types: Option<Vec<String>>,
    /// At most so many events in the page; a store gives fewer where a page's own limits are reached. With 0 the page
    /// is empty and has no next one.
    pub limit: usize,
}

/// What to read of the feed of all streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedQuery {
    /// Which way.
    pub direction: Direction,
    /// The position to begin with, itself included; `None`: the first in that direction.
    pub from: Option<u64>,
    /// Only these wire types; `None`: all.
    pub types: Option<Vec<String>>,
    /// At most so many events in the page; a store gives fewer where a page's own limits are reached. With 0 the page
    /// is empty and has no next one.
    pub limit: usize,
}

impl StreamQuery {
    /// The whole stream, oldest first.
    #[must_use]
    pub const fn new(stream: StreamName) -> Self {
        Self {
            stream,
            direction: Direction::Forward,
            from: None,
            up_to_version: None,
            as_of: None,
            types: None,
            limit: Page::MAX_EVENTS,
        }
    }
}

impl Default for FeedQuery {
    /// The whole feed, oldest first.
    fn default() -> Self {
        Self { direction: Direction::Forward, from: None, types: None, limit: Page::MAX_EVENTS }
    }
}

/// An append-only store of events.
///
/// Cheap to share: stores are handles, cloned or borrowed by whoever needs them.
pub trait EventStore: Send + Sync + 'static {
    /// Stores the events of `append` together, at consecutive versions of its stream, or not at all.
    ///
    /// Ids are looked up before the expected version: if all ids are present, consecutive, in this stream, with the
    /// same types, versions and payloads, the answer is the first append's, whatever the expected version. An append of
    /// no events writes nothing, expects nothing, and answers the stream's current version (0: it does not exist).
    ///
    /// With a [command](Append::command) an append of no events does expect a version, and is remembered by the command's
    /// id: from then on each append with that command, events or not, writes nothing and gives the same answer. An append of
    /// events is remembered by their ids, and needs no more. What else a store asks of an append, and in which order it
    /// answers, is written down and done in [`validate`].
    ///
    /// # Errors
    /// [`AppendError`].
    fn append(&self, append: Append) -> impl Future<Output = Result<Appended, AppendError>> + Send;

    /// One page of a stream. [`Page::next`] says where the next one begins.
    ///
    /// # Errors
    /// [`ReadError`].
    fn read_stream(&self, query: StreamQuery) -> impl Future<Output = Result<Page, ReadError>> + Send;

    /// One page of the feed of all streams, in the order of positions. A reader that follows it, page after page and
    /// then from the last position on, sees every event once. [`Page::next`] says where the next page begins.
    ///
    /// # Errors
    /// [`ReadError`].
    fn read_all(&self, query: FeedQuery) -> impl Future<Output = Result<Page, ReadError>> + Send;

    /// The event of this id: a page of it alone, or of none if there is no such event.
    ///
    /// # Errors
    /// [`ReadError`].
    fn find_event(&self, id: Uuid) -> impl Future<Output = Result<Page, ReadError>> + Send;

    /// What is remembered of a command that came to nothing.
    ///
    /// # Errors
    /// [`ReadError`].
    fn find_command(&self, id: Uuid) -> impl Future<Output = Result<Option<CommandRecord>, ReadError>> + Send;

    /// Forgets the commands that came to nothing before this time, and answers how many. No event is touched, and what came to
    /// something is known by its events as before.
    ///
    /// A command that is forgotten and comes again is executed as if it had never come: it may come to something now. So keep
    /// what is younger than the longest time after which anybody retries; a policy retries when its parked steps are replayed.
    ///
    /// Others go on writing meanwhile. Where it fails or is dropped, some may be forgotten and others not.
    ///
    /// # Errors
    /// [`AppendError`]; it is safe to ask again.
    fn forget_commands(&self, before: Timestamp) -> impl Future<Output = Result<u64, AppendError>> + Send;
}
