//! The store as a store of snapshots.

use factum::store::snapshot::check_size;
use factum::store::{SnapshotError, SnapshotQuery, SnapshotStore, StoredSnapshot};

use crate::SqliteStore;
use crate::reader::snapshot;
use crate::writer::Database;

impl SnapshotStore for SqliteStore {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        check_size(&snapshot.state)?;
        self.change(move |database| database.save_snapshot(&snapshot, keep)).await
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        self.read(move |reading| snapshot::find(reading.connection, &query)).await
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        self.change(Database::clear_snapshots).await
    }
}
