//! Snapshots: written in transactions of their own, between the groups of appends.

use factum::store::{SnapshotError, StoredSnapshot};
use rusqlite::{Connection, Error, params};

use super::database::Database;
use crate::sql;

impl Database {
    /// Keeps a snapshot, and of its stream and key the newest `keep`.
    pub(crate) fn save_snapshot(&mut self, snapshot: &StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        self.transaction(|connection| Ok(save(connection, snapshot, keep)?))
    }

    pub(crate) fn clear_snapshots(&mut self) -> Result<(), SnapshotError> {
        self.transaction(|connection| {
            connection.execute(sql::CLEAR_SNAPSHOTS, [])?;
            Ok(())
        })
    }
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
