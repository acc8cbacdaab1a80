//! Rows that are missing.

use std::fmt;

use rusqlite::{Connection, Error, Row};

use super::{all as rows_of, number};
use crate::sql;

/// Versions of a stream that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The stream.
    pub stream: String,
    /// The version that is due: the first one that is missing.
    pub due: u64,
    /// The version that is there.
    pub found: u64,
    /// The position of the event that has it.
    pub position: u64,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, due, found, .. } = self;
        write!(f, "stream {stream} goes on with version {found}, due is {due}: events are missing")
    }
}

/// Every gap.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Gap>, Error> {
    rows_of(connection, sql::GAPS, [], |row: &Row<'_>| {
        Ok(Gap { stream: row.get(0)?, due: number(row, 1)?, found: number(row, 2)?, position: number(row, 3)? })
    })
}

/// How many events there are from one position up to another, that one not included.
pub(crate) fn rows(connection: &Connection, from: u64, to: u64) -> Result<usize, Error> {
    let bounds = [from, to].map(|position| i64::try_from(position).unwrap_or(i64::MAX));
    let count: i64 = connection.prepare_cached(sql::ROWS_BETWEEN)?.query_row(bounds, |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}
