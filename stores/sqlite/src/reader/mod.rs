//! The threads that read: one page, one short transaction.

use async_channel::Receiver;
use factum::ReadError;
use factum::store::{FeedQuery, Page, SnapshotError, SnapshotQuery, StoredSnapshot, StreamQuery};
use futures_channel::oneshot;
use rusqlite::Connection;

pub(crate) mod head;
mod names;
mod page;
pub(crate) mod row;
mod snapshot;

pub(crate) use names::Names;
pub(crate) use page::{feed, storage};

/// A page that somebody waits for.
pub(crate) enum Read {
    Stream(StreamQuery, Reply),
    Feed(FeedQuery, Reply),
    Snapshot(SnapshotQuery, SnapshotReply),
}

/// Where the page goes.
pub(crate) type Reply = oneshot::Sender<Result<Page, ReadError>>;

/// Where the snapshot goes.
pub(crate) type SnapshotReply = oneshot::Sender<Result<Option<StoredSnapshot>, SnapshotError>>;

impl Read {
    /// Reads what is wanted and sends it.
    pub(crate) fn answer(self, connection: &Connection, names: &mut Names) {
        match self {
            Self::Stream(query, reply) => send(reply, || page::stream(connection, names, &query)),
            Self::Feed(query, reply) => send(reply, || feed(connection, names, &query)),
            Self::Snapshot(query, reply) => send(reply, || snapshot::find(connection, &query)),
        }
    }
}

/// Whoever has stopped waiting does not want to know.
fn send<T>(reply: oneshot::Sender<T>, read: impl FnOnce() -> T) {
    if !reply.is_canceled() {
        let _ = reply.send(read());
    }
}

/// Reads pages until the channel is closed and empty.
pub(crate) fn run(connection: &Connection, reads: &Receiver<Read>) {
    let mut names = Names::default();
    while let Some(read) = crate::wait::wait(reads) {
        read.answer(connection, &mut names);
    }
}
