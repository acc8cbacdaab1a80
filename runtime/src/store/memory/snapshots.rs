//! The snapshots of a store in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::PoisonError;

use super::MemoryStore;
use crate::envelope::StreamName;
use crate::store::snapshot::{SnapshotError, SnapshotKey, SnapshotQuery, SnapshotStore, StoredSnapshot, check_size};

/// By stream and key, and then by version.
pub(super) type Snapshots = HashMap<(StreamName, SnapshotKey), BTreeMap<u64, StoredSnapshot>>;

impl SnapshotStore for MemoryStore {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        check_size(&snapshot.state)?;
        let mut snapshots = self.snapshots.write().unwrap_or_else(PoisonError::into_inner);
        let versions = snapshots.entry((snapshot.stream.clone(), snapshot.key)).or_default();
        versions.insert(snapshot.version, snapshot);
        while versions.len() > keep.max(1) {
            versions.pop_first();
        }
        Ok(())
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        let snapshots = self.snapshots.read().unwrap_or_else(PoisonError::into_inner);
        let Some(versions) = snapshots.get(&(query.stream, query.key)) else { return Ok(None) };
        let mut fitting = versions.range(..=query.up_to_version.unwrap_or(u64::MAX)).rev().map(|(_, found)| found);
        Ok(fitting.find(|found| query.as_of.is_none_or(|time| found.recorded_at <= time)).cloned())
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        self.snapshots.write().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }
}
