//! The threads that read: one page, one short transaction.

use async_channel::Receiver;
use factum::ReadError;
use factum::store::{FeedQuery, Page, StreamQuery};
use futures_channel::oneshot;
use rusqlite::Connection;

pub(crate) mod head;
mod names;
mod page;
pub(crate) mod row;

pub(crate) use names::Names;
pub(crate) use page::{feed, storage};

/// A page that somebody waits for.
pub(crate) enum Read {
    Stream(StreamQuery, Reply),
    Feed(FeedQuery, Reply),
}

/// Where the page goes.
pub(crate) type Reply = oneshot::Sender<Result<Page, ReadError>>;

impl Read {
    /// Reads the page and sends it.
    pub(crate) fn answer(self, connection: &Connection, names: &mut Names) {
        let (page, reply) = match self {
            Self::Stream(_, reply) | Self::Feed(_, reply) if reply.is_canceled() => return,
            Self::Stream(query, reply) => (page::stream(connection, names, &query), reply),
            Self::Feed(query, reply) => (feed(connection, names, &query), reply),
        };
        // Whoever has stopped waiting does not want to know.
        let _ = reply.send(page);
    }
}

/// Reads pages until the channel is closed and empty.
pub(crate) fn run(connection: &Connection, reads: &Receiver<Read>) {
    let mut names = Names::default();
    while let Some(read) = crate::wait::wait(reads) {
        read.answer(connection, &mut names);
    }
}
