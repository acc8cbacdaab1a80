//! The WAL stays small.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use factum::store::conformance::block_on;
use factum::store::{EventStore, FeedQuery};

use crate::support::{Folder, append, large_event, open};

#[test]
fn readers_without_a_gap_do_not_let_the_wal_grow_without_end() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let done = AtomicBool::new(false);
    let mut largest = 0;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    block_on(store.read_all(FeedQuery::default())).unwrap();
                }
            });
        }
        // Four times what the WAL may hold.
        for _ in 0..640 {
            append(&store, "a", (0..10).map(|_| large_event(10_000)).collect()).unwrap();
            largest = largest.max(fs::metadata(folder.path().join("events.db-wal")).unwrap().len());
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(largest < 40 << 20, "{largest} bytes");
}

#[test]
fn a_reader_that_stays_away_holds_nothing() {
    let folder = Folder::new();
    let store = open(&folder.database());
    append(&store, "a", (0..20).map(|_| large_event(1000)).collect()).unwrap();
    let page = block_on(store.read_all(FeedQuery { limit: 10, ..FeedQuery::default() })).unwrap();
    for _ in 0..200 {
        append(&store, "a", (0..10).map(|_| large_event(10_000)).collect()).unwrap();
    }
    let wal = fs::metadata(folder.path().join("events.db-wal")).unwrap().len();
    assert!(wal < 10 << 20, "{wal} bytes");
    assert_eq!(page.len(), 10);
}
