//! Snapshots: written in transactions of their own, between the groups of appends.

use factum::store::{SnapshotError, StoredSnapshot};
use futures_channel::oneshot;
use rusqlite::{Connection, Error, params};

use super::group::{self, Failure};
use crate::sql;

/// A change of the snapshots that somebody waits for.
pub(crate) struct Change {
    pub(crate) what: What,
    pub(crate) reply: oneshot::Sender<Result<(), SnapshotError>>,
}

/// What is to be changed.
pub(crate) enum What {
    /// Keep it, and of its stream and key the newest so many.
    Save(StoredSnapshot, usize),
    /// Remove all.
    Clear,
}

/// Makes the change, in a transaction.
pub(super) fn change(connection: &Connection, what: &What) -> Result<(), Failure> {
    group::in_transaction(connection, || match what {
        What::Save(snapshot, keep) => save(connection, snapshot, *keep),
        What::Clear => connection.execute(sql::CLEAR_SNAPSHOTS, []).map(|_| ()),
    })
}

fn save(connection: &Connection, snapshot: &StoredSnapshot, keep: usize) -> Result<(), Error> {
    let (stream, fingerprint) = (snapshot.stream.as_str(), snapshot.key.fingerprint);
    let (fingerprint, revision) = (fingerprint.as_bytes(), snapshot.key.revision);
    connection.prepare_cached(sql::SAVE_SNAPSHOT)?.execute(params![
        stream,
        fingerprint,
        revision,
        snapshot.version.cast_signed(),
        snapshot.last_event.as_bytes(),
        snapshot.recorded_at.as_microsecond(),
        snapshot.skipped.cast_signed(),
        snapshot.digest.as_bytes(),
        snapshot.state,
    ])?;
    let keep = i64::try_from(keep.max(1)).unwrap_or(i64::MAX);
    connection.prepare_cached(sql::KEEP_SNAPSHOTS)?.execute(params![stream, fingerprint, revision, keep])?;
    Ok(())
}

/// The answer where there was no transaction.
pub(super) fn answer(failure: &Failure) -> SnapshotError {
    if failure.is_busy() { SnapshotError::Busy } else { SnapshotError::Storage(Box::new(failure.error().clone())) }
}
