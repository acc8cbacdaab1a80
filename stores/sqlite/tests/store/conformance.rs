//! What every store owes, in a file and in memory.

use factum::Timestamp;
use factum::store::Clock;
use factum::store::conformance::{Failure, StoreFactory, TestClock};
use factum_sqlite::{Options, SqliteStore};

use crate::support::Folder;

/// The clock of a store, with the store's folder: both are there as long as the store.
struct InFolder {
    clock: TestClock,
    _folder: Folder,
}

impl Clock for InFolder {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Opens a new file.
fn open_new(factory: &impl StoreFactory, clock: TestClock, options: Options) -> Result<SqliteStore, Failure> {
    let folder = Folder::new();
    let path = folder.database();
    Ok(factory.block_on(options.clock(InFolder { clock, _folder: folder }).open(path))?)
}

struct InFile;

impl StoreFactory for InFile {
    type Store = SqliteStore;

    fn make(&self, clock: TestClock) -> Result<SqliteStore, Failure> {
        open_new(self, clock, Options::new())
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
    type Store = SqliteStore;

    fn make(&self, clock: TestClock) -> Result<SqliteStore, Failure> {
        open_new(self, clock, Options::new().queue(1).group_limits(2, 100).read_connections(1).page_cache(4096))
    }
}

mod file {
    factum::store_conformance!(super::InFile);
    factum::snapshot_conformance!(super::InFile);
    factum::subscription_conformance!(super::InFile);
}

mod memory {
    factum::store_conformance!(super::InMemory);
    factum::snapshot_conformance!(super::InMemory);
    factum::subscription_conformance!(super::InMemory);
}

mod narrow {
    factum::store_conformance!(super::Narrow);
    factum::snapshot_conformance!(super::Narrow);
    factum::subscription_conformance!(super::Narrow);
}
