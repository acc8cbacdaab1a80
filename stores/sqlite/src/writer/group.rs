//! A group of appends, one transaction; and what is done when that fails.
//!
//! There is no savepoint for each append, because none is needed: an append that conflicts, repeats or is not
//! well-formed has written nothing by the time that is known, and any failure of SQLite's ends the transaction of the
//! whole group, which is then run again, one append per transaction. (A full disk rolls everything back anyway,
//! savepoints or not.) Running it again is safe even if the first run should have been stored after all: ids are
//! looked up first.

use factum::AppendError;
use factum::store::{Append, Clock};
use rusqlite::{Connection, Error};

use super::append::{KindIds, Verdict, append};
use crate::error::SqliteError;
use crate::sql;

/// Why a transaction decided nothing.
pub(super) enum Failure {
    /// It did not begin: another process holds the file, or it cannot be written at all.
    NotBegun(SqliteError),
    /// It was rolled back.
    RolledBack(SqliteError),
    /// It may or may not be stored, and the connection must not be used again.
    Unknown(SqliteError),
}

/// Runs all of `appends` in one transaction; each verdict is durable.
pub(super) fn commit<'a>(
    connection: &Connection,
    kind_ids: &mut KindIds,
    appends: impl IntoIterator<Item = &'a Append>,
    clock: &dyn Clock,
) -> Result<Vec<Verdict>, Failure> {
    in_transaction(connection, || {
        appends.into_iter().map(|one| append(connection, kind_ids, one, clock.now())).collect()
    })
}

/// Runs `write` in a transaction: what it answers is durable.
pub(super) fn in_transaction<T>(
    connection: &Connection,
    write: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Failure> {
    run(connection, sql::BEGIN_WRITE).map_err(|error| Failure::NotBegun(error.into()))?;
    let written = write().map_err(|error| roll_back(connection, &error))?;
    run(connection, sql::COMMIT).map_err(|error| not_committed(connection, &error))?;
    Ok(written)
}

fn roll_back(connection: &Connection, error: &Error) -> Failure {
    // A full disk and the like have already rolled everything back.
    if connection.is_autocommit() || run(connection, sql::ROLLBACK).is_ok() {
        Failure::RolledBack(error.into())
    } else {
        Failure::Unknown(error.into())
    }
}

/// A full disk is found by a write, and what makes a commit one is the last thing written: there is none. Of any other
/// failure (of the sync, above all) it is not known what the disk holds.
fn not_committed(connection: &Connection, error: &Error) -> Failure {
    let error = SqliteError::from(error);
    if error.code() == rusqlite::ffi::SQLITE_FULL && connection.is_autocommit() {
        Failure::RolledBack(error)
    } else {
        Failure::Unknown(error)
    }
}

fn run(connection: &Connection, statement: &str) -> Result<(), Error> {
    connection.prepare_cached(statement)?.execute([]).map(|_| ())
}

impl Failure {
    /// What SQLite said.
    pub(super) const fn error(&self) -> &SqliteError {
        match self {
            Self::NotBegun(error) | Self::RolledBack(error) | Self::Unknown(error) => error,
        }
    }

    /// The answer to each append of the transaction.
    pub(super) fn answer(&self) -> AppendError {
        match self {
            Self::NotBegun(_) if self.is_busy() => AppendError::Busy,
            Self::NotBegun(error) | Self::RolledBack(error) => AppendError::Storage(Box::new(error.clone())),
            Self::Unknown(error) => AppendError::OutcomeUnknown(Box::new(error.clone())),
        }
    }

    /// Whether another process holds the file, and nothing was begun.
    pub(super) fn is_busy(&self) -> bool {
        let busy = [rusqlite::ffi::SQLITE_BUSY, rusqlite::ffi::SQLITE_LOCKED];
        matches!(self, Self::NotBegun(error) if busy.contains(&(error.code() & 0xff)))
    }
}
