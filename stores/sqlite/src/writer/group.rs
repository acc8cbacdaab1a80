//! A group of appends, one transaction; and what is done when that fails.
//!
//! There is no savepoint for each append, because none is needed: an append that conflicts, repeats or is not
//! well-formed has written nothing by the time that is known, and any failure of SQLite's ends the transaction of the
//! whole group, which is then run again, one append per transaction. (A full disk rolls everything back anyway,
//! savepoints or not.) Running it again is safe even if the first run should have been stored after all: ids are
//! looked up first.

use std::convert::Infallible;

use factum::AppendError;
use factum::store::subscription::SubscriptionError;
use factum::store::{Append, Clock, ViewError};
use rusqlite::{Connection, Error};

use super::append::{KindIds, Verdict, append};
use crate::failure::Failure;
use crate::{SqliteError, ViewTx, sql};

/// Why a transaction is not to be.
pub(super) enum Stop<E> {
    /// SQLite failed.
    Sqlite(Error),
    /// The answer is this.
    Refused(E),
}

impl<E> From<Error> for Stop<E> {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<ViewError> for Stop<ViewError> {
    fn from(error: ViewError) -> Self {
        Self::Refused(error)
    }
}

impl From<ViewError> for Stop<AppendError> {
    fn from(error: ViewError) -> Self {
        Self::Refused(AppendError::View(error))
    }
}

impl From<SubscriptionError> for Stop<SubscriptionError> {
    fn from(error: SubscriptionError) -> Self {
        Self::Refused(error)
    }
}

/// Runs all of `appends` in one transaction; each verdict is durable.
pub(super) fn commit<'a>(
    tx: &mut ViewTx,
    kind_ids: &mut KindIds,
    appends: impl IntoIterator<Item = &'a Append>,
    clock: &dyn Clock,
) -> Result<Vec<Verdict>, Failure> {
    let Ok(verdicts) = in_transaction(tx, |tx| {
        let verdicts = appends.into_iter().map(|one| append(tx.connection(), kind_ids, one, clock.now()));
        verdicts.collect::<Result<_, Error>>().map_err(Stop::<Infallible>::from)
    })?;
    Ok(verdicts)
}

/// Runs `write` in a transaction: what it answers is durable. If that is an error, or SQLite fails, nothing was written.
pub(super) fn in_transaction<T, E>(
    tx: &mut ViewTx,
    write: impl FnOnce(&mut ViewTx) -> Result<T, Stop<E>>,
) -> Result<Result<T, E>, Failure> {
    run(tx.connection(), sql::BEGIN_WRITE).map_err(|error| Failure::of_begin(&error))?;
    let written = write(tx);
    let connection = tx.connection();
    match written {
        Ok(written) => {
            run(connection, sql::COMMIT).map_err(|error| not_committed(connection, &error))?;
            Ok(Ok(written))
        }
        Err(Stop::Refused(answer)) => {
            roll_back(connection).map(|()| Err(answer)).map_err(|error| Failure::Unknown(error.into()))
        }
        Err(Stop::Sqlite(error)) => Err(match roll_back(connection) {
            Ok(()) => Failure::RolledBack(error.into()),
            Err(_) => Failure::Unknown(SqliteError::from(error).into()),
        }),
    }
}

fn roll_back(connection: &Connection) -> Result<(), SqliteError> {
    // A full disk and the like have already rolled everything back.
    if connection.is_autocommit() { Ok(()) } else { Ok(run(connection, sql::ROLLBACK)?) }
}

/// A full disk is found by a write, and what makes a commit one is the last thing written: there is none. Of any other
/// failure (of the sync, above all) it is not known what the disk holds.
fn not_committed(connection: &Connection, error: &Error) -> Failure {
    let error = SqliteError::from(error);
    if error.code() == rusqlite::ffi::SQLITE_FULL && connection.is_autocommit() {
        Failure::RolledBack(error)
    } else {
        Failure::Unknown(error.into())
    }
}

fn run(connection: &Connection, statement: &str) -> Result<(), Error> {
    connection.prepare_cached(statement)?.execute([]).map(|_| ())
}
