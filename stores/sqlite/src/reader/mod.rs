//! The threads that read: one page, one short transaction.

use async_channel::Receiver;
use factum::store::{CommandRecord, from_microseconds};
use futures_channel::oneshot;
use jiff::Timestamp;
use rusqlite::{Connection, Error, OptionalExtension, Params, Row};
use uuid::Uuid;

use crate::guard::Guard;
use crate::sql;

pub(crate) mod gaps;
pub(crate) mod head;
mod names;
mod page;
pub(crate) mod policies;
pub(crate) mod row;
pub(crate) mod snapshot;
pub(crate) mod subscriptions;
pub(crate) mod views;

pub use gaps::Gap;
pub(crate) use names::Names;
pub(crate) use page::{event, feed, feed_in_transaction, storage, stream};

/// What is to be read; it answers whoever waits for it.
pub(crate) type Read = Box<dyn FnOnce(Reading<'_>) + Send>;

/// A connection that reads, and what it has read before.
pub(crate) struct Reading<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) guard: &'a Guard,
    pub(crate) names: &'a mut Names,
}

/// What is to be read, and where the answer goes. Whoever has stopped waiting does not want to know.
pub(crate) fn answering<T: Send + 'static>(
    reply: oneshot::Sender<T>,
    read: impl FnOnce(Reading<'_>) -> T + Send + 'static,
) -> Read {
    Box::new(move |reading| {
        if !reply.is_canceled() {
            let _ = reply.send(read(reading));
        }
    })
}

/// Whatever a query finds, read row by row.
fn all<T>(
    connection: &Connection,
    statement: &str,
    wanted: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    connection.prepare_cached(statement)?.query_map(wanted, read)?.collect()
}

/// A column that counts, or is a position.
fn number(row: &Row<'_>, column: usize) -> Result<u64, Error> {
    row.get(column).map(i64::cast_unsigned)
}

/// A column of microseconds.
fn time(row: &Row<'_>, column: usize) -> Result<Timestamp, Error> {
    let microseconds: i64 = row.get(column)?;
    from_microseconds(microseconds).ok_or(Error::IntegralValueOutOfRange(column, microseconds))
}

/// What is kept of a command that came to nothing.
pub(crate) fn command(connection: &Connection, id: Uuid) -> Result<Option<CommandRecord>, Error> {
    let read = |row: &Row<'_>| Ok(CommandRecord { stream: row.get(0)?, version: number(row, 1)? });
    connection.prepare_cached(sql::COMMAND)?.query_row([id.as_bytes()], read).optional()
}

/// Reads until the channel is closed and empty.
pub(crate) fn run(connection: &Connection, guard: &Guard, reads: &Receiver<Read>) {
    let mut names = Names::default();
    while let Some(read) = crate::wait::wait(reads) {
        read(Reading { connection, guard, names: &mut names });
    }
}
