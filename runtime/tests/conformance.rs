//! The memory store keeps every promise, and every promise is on the list.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use factum::MemoryStore;
use factum::store::DynEventStore;
use factum::store::conformance::{Failure, StoreFactory, TestClock, behaviours, run_all, snapshot_behaviours};

struct Memory;

impl StoreFactory for Memory {
    type Store = MemoryStore;

    fn make(&self, clock: TestClock) -> Result<MemoryStore, Failure> {
        Ok(MemoryStore::with_clock(clock))
    }
}

/// The same store behind a pointer.
struct Dynamic;

impl StoreFactory for Dynamic {
    type Store = Arc<dyn DynEventStore>;

    fn make(&self, clock: TestClock) -> Result<Self::Store, Failure> {
        Ok(Arc::new(MemoryStore::with_clock(clock)))
    }
}

mod memory {
    use super::Memory;

    factum::store_conformance!(Memory);
    factum::snapshot_conformance!(Memory);
}

#[test]
fn a_store_behind_a_pointer_keeps_every_promise() {
    let violations = run_all(&Dynamic, |name, result| assert!(result.is_ok(), "{name}: {result:?}"));
    assert_eq!(violations, 0);
}

#[test]
fn every_behaviour_of_the_folder_is_on_the_list() {
    let listed: BTreeSet<String> = behaviours::<Memory>()
        .iter()
        .chain(&snapshot_behaviours())
        .map(|behaviour| behaviour.name.to_owned())
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/conformance");
    let mut written = BTreeSet::new();
    for theme in ["append", "retry", "content", "time", "read", "feed", "concurrency", "snapshot", "replay"] {
        let source = std::fs::read_to_string(folder.join(theme).with_extension("rs")).unwrap();
        let names = source.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split('<').next());
        written.extend(names.map(|name| format!("{theme}::{name}")));
    }
    assert_eq!(listed, written);
}
