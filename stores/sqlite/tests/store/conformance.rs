//! What every store owes, in a file and in memory.

use std::collections::BTreeMap;

use factum::Timestamp;
use factum::store::conformance::{Failure, StoreFactory, TestClock, ViewFactory};
use factum::store::{Clock, ViewId, ViewResult};
use factum_sqlite::{Options, SqliteStore, ViewTx};

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

pub(crate) struct InFile;

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

macro_rules! with_views {
    ($($factory:ty),*) => {$(
        impl ViewFactory for $factory {
            type Tx = ViewTx;

            fn create(tx: &mut ViewTx, view: &ViewId) -> ViewResult {
                let columns = "(key TEXT PRIMARY KEY, amount INTEGER NOT NULL) STRICT, WITHOUT ROWID";
                Ok(tx.execute_batch(&format!("CREATE TABLE {view} {columns}"))?)
            }

            fn add(tx: &mut ViewTx, view: &ViewId, key: &str, amount: i64) -> ViewResult {
                let or_add = "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount";
                tx.execute(&format!("INSERT INTO {view} VALUES (?1, ?2) {or_add}"), (key, amount))?;
                Ok(())
            }

            fn rows(&self, store: &SqliteStore, view: &ViewId) -> Result<BTreeMap<String, i64>, Failure> {
                self.live_rows(store, &view.to_string())
            }

            fn live_rows(&self, store: &SqliteStore, name: &str) -> Result<BTreeMap<String, i64>, Failure> {
                let rows = store.query(format!("SELECT key, amount FROM {name}"), (), |row| row.try_into());
                Ok(self.block_on(rows)?.into_iter().collect())
            }
        }
    )*};
}

with_views!(InFile, InMemory, Narrow);

mod file {
    factum::store_conformance!(super::InFile);
    factum::snapshot_conformance!(super::InFile);
    factum::subscription_conformance!(super::InFile);
    factum::policy_conformance!(super::InFile);
    factum::view_conformance!(super::InFile);
}

mod memory {
    factum::store_conformance!(super::InMemory);
    factum::snapshot_conformance!(super::InMemory);
    factum::subscription_conformance!(super::InMemory);
    factum::policy_conformance!(super::InMemory);
    factum::view_conformance!(super::InMemory);
}

mod narrow {
    factum::store_conformance!(super::Narrow);
    factum::snapshot_conformance!(super::Narrow);
    factum::subscription_conformance!(super::Narrow);
    factum::policy_conformance!(super::Narrow);
    factum::view_conformance!(super::Narrow);
}
