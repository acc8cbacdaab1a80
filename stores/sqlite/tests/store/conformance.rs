//! What every store owes, in a file and in memory.

use factum::store::conformance::{Failure, StoreFactory, TestClock};
use factum::store::{
    Append, Appended, EventStore, FeedQuery, Page, SnapshotError, SnapshotQuery, SnapshotStore, StoredSnapshot,
    StreamQuery,
};
use factum::{AppendError, ReadError};
use factum_sqlite::{Options, SqliteStore};

use crate::support::Folder;

/// A store and the folder that goes with it.
struct InFolder {
    store: SqliteStore,
    _folder: Folder,
}

impl EventStore for InFolder {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.store.append(append).await
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        self.store.read_stream(query).await
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        self.store.read_all(query).await
    }
}

impl SnapshotStore for InFolder {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        self.store.save_snapshot(snapshot, keep).await
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        self.store.find_snapshot(query).await
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        self.store.clear_snapshots().await
    }
}

struct InFile;

impl StoreFactory for InFile {
    type Store = InFolder;

    fn make(&self, clock: TestClock) -> Result<InFolder, Failure> {
        let folder = Folder::new();
        let store = self.block_on(Options::new().clock(clock).open(folder.database()))?;
        Ok(InFolder { store, _folder: folder })
    }
}

struct InMemory;

impl StoreFactory for InMemory {
    type Store = SqliteStore;

    fn make(&self, clock: TestClock) -> Result<SqliteStore, Failure> {
        Ok(self.block_on(Options::new().clock(clock).open_in_memory())?)
    }
}

/// A queue and groups so small that everything waits for everything.
struct Narrow;

impl StoreFactory for Narrow {
    type Store = InFolder;

    fn make(&self, clock: TestClock) -> Result<InFolder, Failure> {
        let folder = Folder::new();
        let options = Options::new().clock(clock).queue(1).group_limits(2, 100).read_connections(1).page_cache(4096);
        let store = self.block_on(options.open(folder.database()))?;
        Ok(InFolder { store, _folder: folder })
    }
}

mod file {
    factum::store_conformance!(super::InFile);
    factum::snapshot_conformance!(super::InFile);
}

mod memory {
    factum::store_conformance!(super::InMemory);
    factum::snapshot_conformance!(super::InMemory);
}

mod narrow {
    factum::store_conformance!(super::Narrow);
    factum::snapshot_conformance!(super::Narrow);
}
