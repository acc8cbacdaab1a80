//! What is remembered so that it has its effect once, forgotten: in slices, so that nobody waits for the whole.

use factum::store::{Forget, ViewError, ViewId, to_microseconds};
use factum::{AppendError, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::database::Database;
use super::views::missing;
use crate::reader::views;
use crate::sql;

/// How many rows a slice looks at. It goes by their keys, which every file has in order; an index of times would cost each
/// command and each message a second write.
const SLICE: u32 = 5_000;

/// What came of a slice.
pub(crate) struct Slice<K> {
    /// How many rows of it were forgotten.
    pub(crate) forgotten: u64,
    /// The key with which the next one begins; `None` after the last.
    pub(crate) next: Option<K>,
}

impl Database {
    /// Forgets the commands that came before this time, of the slice that begins with an id.
    pub(crate) fn forget_commands(&mut self, before: Timestamp, from: &[u8]) -> Result<Slice<Vec<u8>>, AppendError> {
        self.transaction(|connection| {
            let mut behind = connection.prepare_cached(sql::NEXT_COMMANDS)?;
            let next = behind.query_row(params![from, SLICE], |row| row.get(0)).optional()?;
            let mut forget = connection.prepare_cached(sql::FORGET_COMMANDS)?;
            let forgotten = forget.execute(params![from, SLICE, microsecond_from(before)])? as u64;
            Ok(Slice { forgotten, next })
        })
    }

    /// Forgets messages, of the slice that begins with an id.
    pub(crate) fn forget_messages(
        &mut self,
        view: &ViewId,
        which: Forget,
        from: &str,
    ) -> Result<Slice<String>, ViewError> {
        self.transaction(|connection| {
            if views::status(connection, view)?.is_none() {
                return Err(missing(view).into());
            }
            let (name, version) = (view.name(), view.version());
            let mut behind = connection.prepare_cached(sql::NEXT_MESSAGES)?;
            let next = behind.query_row(params![name, version, from, SLICE], |row| row.get(0)).optional()?;
            let (statement, bound) = match which {
                Forget::Before(time) => (sql::FORGET_BEFORE, microsecond_from(time)),
                Forget::UpTo(position) => (sql::FORGET_UP_TO, i64::try_from(position).unwrap_or(i64::MAX)),
            };
            let mut forget = connection.prepare_cached(statement)?;
            let forgotten = forget.execute(params![name, version, from, SLICE, bound])? as u64;
            Ok(Slice { forgotten, next })
        })
    }
}

/// The first microsecond that is not before `time`: what is kept is whole microseconds.
fn microsecond_from(time: Timestamp) -> i64 {
    let whole = to_microseconds(time);
    whole.as_microsecond() + i64::from(whole < time)
}
