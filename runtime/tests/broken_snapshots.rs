//! Snapshots by opposition: stores that keep them wrongly, and the checks that must notice.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use factum::store::conformance::{Failure, StoreFactory, TestClock, snapshot_behaviours};
use factum::store::snapshot::MAX_STATE;
use factum::store::{SnapshotError, SnapshotKey, SnapshotQuery, SnapshotStore, StoredSnapshot};
use factum::{EventStore, EventStoreExt, ExpectedVersion, MemoryStore, NewEvent, Uuid};

/// What goes wrong with snapshots, in an otherwise good memory store.
trait Flaw: Send + Sync + 'static {
    /// The checks that must notice.
    const NOTICED_BY: &'static [&'static str];

    /// What is kept in place of a snapshot, and how many are.
    fn saved(
        _: &MemoryStore,
        snapshot: StoredSnapshot,
        keep: usize,
    ) -> impl Future<Output = Result<Option<(StoredSnapshot, usize)>, SnapshotError>> + Send {
        async move { Ok(Some((snapshot, keep))) }
    }

    fn query(query: SnapshotQuery) -> SnapshotQuery {
        query
    }

    fn found(found: StoredSnapshot) -> StoredSnapshot {
        found
    }

    const CLEARS: bool = true;
}

#[derive(Clone)]
struct Broken<F> {
    inner: MemoryStore,
    flaw: PhantomData<F>,
}

impl<F: Flaw> EventStore for Broken<F> {
    forwarded!(append, read_stream, read_all, find_event, find_command, forget_commands);
}

impl<F: Flaw> SnapshotStore for Broken<F> {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        match F::saved(&self.inner, snapshot, keep).await? {
            Some((snapshot, keep)) => self.inner.save_snapshot(snapshot, keep).await,
            None => Ok(()),
        }
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        Ok(self.inner.find_snapshot(F::query(query)).await?.map(F::found))
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        if F::CLEARS { self.inner.clear_snapshots().await } else { Ok(()) }
    }
}

struct Factory<F>(PhantomData<F>);

impl<F: Flaw> StoreFactory for Factory<F> {
    type Store = Broken<F>;

    fn make(&self, clock: TestClock) -> Result<Broken<F>, Failure> {
        Ok(Broken { inner: MemoryStore::with_clock(clock), flaw: PhantomData })
    }
}

/// One broken store: its name, what it does, and who must notice.
macro_rules! flaws {
    ($($(#[$doc:meta])* $flaw:ident { $($noticed:literal),* $(,)? } { $($body:tt)* })*) => {
        $(
            $(#[$doc])*
            struct $flaw;

            impl Flaw for $flaw {
                const NOTICED_BY: &'static [&'static str] = &[$($noticed),*];
                $($body)*
            }
        )*

        #[test]
        fn every_flaw_is_noticed() {
            $(check::<$flaw>(stringify!($flaw));)*
        }

        #[test]
        fn every_check_notices_something() {
            let noticed: BTreeSet<&str> = [$($flaw::NOTICED_BY),*].concat().into_iter().collect();
            let all: BTreeSet<&str> = snapshot_behaviours::<Factory<Forgets>>().iter().map(|check| check.name).collect();
            assert_eq!(noticed, all);
        }
    };
}

fn check<F: Flaw>(flaw: &str) {
    let factory = Factory::<F>(PhantomData);
    for behaviour in snapshot_behaviours().into_iter().filter(|behaviour| F::NOTICED_BY.contains(&behaviour.name)) {
        assert!((behaviour.check)(&factory).is_err(), "{flaw} is not noticed by {}", behaviour.name);
    }
}

flaws! {
    /// Keeps nothing.
    Forgets {
        "snapshot::a_snapshot_is_found_as_it_was_saved",
        "snapshot::the_newest_are_kept",
        "snapshot::saved_at_once_the_newest_is_there",
        "replay::with_snapshots_every_load_is_the_same",
        "replay::one_is_due_by_number_or_by_time",
        "replay::two_releases_lie_beside",
    } {
        async fn saved(_: &MemoryStore, _: StoredSnapshot, _: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            Ok(None)
        }
    }

    /// Prints states anew.
    Trims { "snapshot::a_snapshot_is_found_as_it_was_saved" } {
        fn found(found: StoredSnapshot) -> StoredSnapshot {
            StoredSnapshot { state: found.state.trim().to_owned(), ..found }
        }
    }

    /// Looks for the newest, whatever is asked.
    IgnoresBounds { "snapshot::the_newest_that_fits_is_found" } {
        fn query(query: SnapshotQuery) -> SnapshotQuery {
            SnapshotQuery { up_to_version: None, as_of: None, ..query }
        }
    }

    /// Takes "as of" for "before".
    BeforeThatTime { "snapshot::the_newest_that_fits_is_found" } {
        fn query(query: SnapshotQuery) -> SnapshotQuery {
            let second = factum::Duration::from_secs(1);
            SnapshotQuery { as_of: query.as_of.map(|time| time.checked_sub(second).unwrap()), ..query }
        }
    }

    /// Keeps one, however many are asked for.
    KeepsOne { "snapshot::the_newest_are_kept", "snapshot::the_newest_that_fits_is_found" } {
        async fn saved(_: &MemoryStore, snapshot: StoredSnapshot, _: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            Ok(Some((snapshot, 1)))
        }
    }

    /// Never removes one.
    KeepsAll { "snapshot::the_newest_are_kept" } {
        async fn saved(_: &MemoryStore, snapshot: StoredSnapshot, _: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            Ok(Some((snapshot, usize::MAX)))
        }
    }

    /// Has one row for each stream.
    OneRow { "snapshot::other_streams_and_keys_lie_beside", "replay::two_releases_lie_beside" } {
        async fn saved(_: &MemoryStore, snapshot: StoredSnapshot, keep: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            Ok(Some((StoredSnapshot { key: ONE, ..snapshot }, keep)))
        }

        fn query(query: SnapshotQuery) -> SnapshotQuery {
            SnapshotQuery { key: ONE, ..query }
        }
    }

    /// Folds case in the names of streams.
    FoldsCase { "snapshot::other_streams_and_keys_lie_beside" } {
        async fn saved(_: &MemoryStore, snapshot: StoredSnapshot, keep: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            let stream = snapshot.stream.as_str().to_lowercase().parse().unwrap();
            Ok(Some((StoredSnapshot { stream, ..snapshot }, keep)))
        }

        fn query(query: SnapshotQuery) -> SnapshotQuery {
            SnapshotQuery { stream: query.stream.as_str().to_lowercase().parse().unwrap(), ..query }
        }
    }

    /// The first of a version stays.
    NeverReplaces { "snapshot::saved_again_it_is_replaced" } {
        async fn saved(store: &MemoryStore, snapshot: StoredSnapshot, keep: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            let found = store.find_snapshot(SnapshotQuery::new(snapshot.stream.clone(), snapshot.key)).await?;
            Ok(found.is_none_or(|found| found.version != snapshot.version).then_some((snapshot, keep)))
        }
    }

    /// Tells of each snapshot by an event.
    Tells { "snapshot::events_are_not_touched" } {
        async fn saved(store: &MemoryStore, snapshot: StoredSnapshot, keep: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            let told = NewEvent::new("test.Kept", 1, "{}");
            store.append_events(&snapshot.stream, ExpectedVersion::Any, vec![told]).await.unwrap();
            Ok(Some((snapshot, keep)))
        }
    }

    /// Cuts what is too large for it.
    Cuts { "snapshot::too_large_a_state_is_refused" } {
        async fn saved(_: &MemoryStore, mut snapshot: StoredSnapshot, keep: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            snapshot.state.truncate(MAX_STATE);
            Ok(Some((snapshot, keep)))
        }
    }

    /// Clears nothing.
    ClearsNothing { "snapshot::cleared_all_are_gone" } {
        const CLEARS: bool = false;
    }

    /// Serves one at a time.
    BusyAtOnce { "snapshot::saved_at_once_the_newest_is_there" } {
        async fn saved(_: &MemoryStore, snapshot: StoredSnapshot, keep: usize) -> Result<Option<(StoredSnapshot, usize)>, SnapshotError> {
            static SERVING: AtomicBool = AtomicBool::new(false);
            if SERVING.swap(true, Ordering::SeqCst) {
                return Err(SnapshotError::Busy);
            }
            std::thread::sleep(Duration::from_millis(1));
            SERVING.store(false, Ordering::SeqCst);
            Ok(Some((snapshot, keep)))
        }
    }

    /// Mends digests, and so hides what is damaged.
    Mends { "replay::what_does_not_fit_is_replayed" } {
        fn found(found: StoredSnapshot) -> StoredSnapshot {
            found.sealed()
        }
    }
}

const ONE: SnapshotKey = SnapshotKey { fingerprint: Uuid::nil(), revision: 1 };
