//! Handles that are dropped, futures that are given up, stores that are closed.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use factum::store::conformance::block_on;
use factum::store::{EventStore, FeedQuery};
use factum::{AppendError, ReadError};
use factum_sqlite::SqliteStore;
use futures_util::future::{join, join_all};

use crate::support::{Folder, append, event, feed, open, to};

#[test]
fn what_was_handed_over_is_stored_when_the_store_is_dropped() {
    let folder = Folder::new();
    let store = open(&folder.database());
    for number in 0..100 {
        let name = format!("stream-{number}");
        let mut future = pin!(store.append(to(&name, vec![event()])));
        // Handed over, then given up.
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    drop(store);
    assert_eq!(feed(&open(&folder.database())).len(), 100);
}

#[test]
fn an_append_that_was_never_polled_is_not_stored() {
    let store = block_on(SqliteStore::open_in_memory()).unwrap();
    drop(store.append(to("a", vec![event()])));
    append(&store, "b", vec![event()]).unwrap();
    assert_eq!(feed(&store).len(), 1);
}

#[test]
fn appends_that_wait_while_the_store_closes_are_answered() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let (answers, ()) = block_on(async {
        let appends = (0..50).map(|number| store.append(to(&format!("stream-{number}"), vec![event()])));
        let mut appends = pin!(join_all(appends));
        std::future::poll_fn(|context| {
            let _ = appends.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        join(appends, store.close()).await
    });
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(feed(&open(&folder.database())).len(), 50);
}

#[test]
fn a_closed_store_says_so() {
    for store in [open(&Folder::new().database()), block_on(SqliteStore::open_in_memory()).unwrap()] {
        let clone = store.clone();
        block_on(store.close());
        block_on(store.close());
        assert!(matches!(append(&clone, "a", vec![event()]), Err(AppendError::Storage(_))));
        assert!(matches!(block_on(clone.read_all(FeedQuery::default())), Err(ReadError::Storage(_))));
    }
}

#[test]
fn a_closed_file_has_no_wal() {
    let folder = Folder::filled(3);
    let files: Vec<_> = folder.contents().into_keys().collect();
    assert_eq!(files, [folder.database()]);
}

#[test]
fn stores_in_memory_are_apart() {
    let (one, other) = (SqliteStore::open_in_memory(), SqliteStore::open_in_memory());
    let (one, other) = (block_on(one).unwrap(), block_on(other).unwrap());
    append(&one, "a", vec![event()]).unwrap();
    assert_eq!((feed(&one).len(), feed(&other).len()), (1, 0));
    assert_eq!(feed(&one.clone()).len(), 1);
    assert_eq!(one.path(), None);
}

#[test]
fn any_executor_will_do() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open_in_memory().await.unwrap();
        let clone = store.clone();
        tokio::spawn(async move { clone.append(to("a", vec![event()])).await.unwrap() }).await.unwrap();
        assert_eq!(store.read_all(FeedQuery::default()).await.unwrap().len(), 1);
        store.close().await;
    });
}
