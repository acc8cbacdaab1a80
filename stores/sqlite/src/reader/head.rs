//! Where a stream stands.

use jiff::Timestamp;
use rusqlite::{Connection, Error, OptionalExtension, Row};

use super::time;
use crate::sql;

/// A stream's number and its last event.
pub(crate) struct Head {
    pub(crate) stream_id: i64,
    pub(crate) version: u64,
    pub(crate) recorded_at: Timestamp,
}

/// `None` for a stream that does not exist.
pub(crate) fn head(connection: &Connection, stream: &str) -> Result<Option<Head>, Error> {
    let read = |row: &Row<'_>| {
        let version: i64 = row.get(1)?;
        Ok(Head {
            stream_id: row.get(0)?,
            version: u64::try_from(version).map_err(|_| Error::IntegralValueOutOfRange(1, version))?,
            recorded_at: time(row, 2)?,
        })
    };
    connection.prepare_cached(sql::HEAD)?.query_row([stream], read).optional()
}

/// The number of the stream's events that were recorded at or before `time`: no time goes back in a stream, so the
/// place is found by halving.
pub(super) fn version_as_of(connection: &Connection, head: &Head, as_of: Timestamp) -> Result<u64, Error> {
    if head.recorded_at <= as_of {
        return Ok(head.version);
    }
    let mut statement = connection.prepare_cached(sql::RECORDED_AT)?;
    let (mut not_after, mut after) = (0, head.version);
    while after - not_after > 1 {
        let middle = not_after + (after - not_after) / 2;
        let recorded_at = statement.query_row([head.stream_id, middle.cast_signed()], |row| time(row, 0))?;
        if recorded_at <= as_of {
            not_after = middle;
        } else {
            after = middle;
        }
    }
    Ok(not_after)
}
