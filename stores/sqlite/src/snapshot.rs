//! The store as a store of snapshots.

use factum::store::snapshot::check_size;
use factum::store::{SnapshotError, SnapshotQuery, SnapshotStore, StoredSnapshot};
use futures_channel::oneshot;

use crate::SqliteStore;
use crate::error::Closed;
use crate::reader::Read;
use crate::writer::{Change, Job, What};

impl SqliteStore {
    async fn change_snapshots(&self, what: What) -> Result<(), SnapshotError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send(Job::Snapshots(Change { what, reply })).await;
        if sent { answer.await.unwrap_or_else(|_| Err(closed())) } else { Err(closed()) }
    }
}

impl SnapshotStore for SqliteStore {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        check_size(&snapshot.state)?;
        self.change_snapshots(What::Save(snapshot, keep)).await
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.send_read(Read::Snapshot(query, reply)).await;
        if sent { answer.await.unwrap_or_else(|_| Err(closed())) } else { Err(closed()) }
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        self.change_snapshots(What::Clear).await
    }
}

fn closed() -> SnapshotError {
    SnapshotError::Storage(Box::new(Closed))
}
