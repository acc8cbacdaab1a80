//! What a repository does with snapshots and with its cache, beyond what every store owes.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use factum::store::{
    CommandRecord, FeedQuery, Page, SnapshotError, SnapshotQuery, SnapshotStore, StoredSnapshot, StreamQuery,
};
use factum::{
    Append, AppendError, Appended, Context, Duration, EventStore, EventStoreExt, ExpectedVersion, MemoryStore,
    NewEvent, ReadError, Repository, Snapshot, SnapshotPolicy, StreamName, TakeSnapshotError, Timestamp, UnknownTypes,
    Uuid, snapshot,
};
use support::{Jar, JarCommand};

impl Snapshot for Jar {
    const REVISION: u32 = 3;
}

type Jars<S = MemoryStore> = Repository<Jar, S>;

fn jar() -> String {
    "blue".to_owned()
}

fn stream() -> StreamName {
    Jars::<MemoryStore>::stream_of(jar()).unwrap()
}

fn query() -> SnapshotQuery {
    SnapshotQuery::new(stream(), snapshot::key::<Jar>())
}

async fn newest(store: &impl SnapshotStore) -> Option<u64> {
    store.find_snapshot(query()).await.unwrap().map(|found| found.version)
}

/// A memory store that counts the events it gives, and whose snapshots can be made to fail.
#[derive(Clone, Default)]
struct Watched {
    inner: MemoryStore,
    read: Arc<AtomicUsize>,
    saved: Arc<AtomicUsize>,
    fails: Arc<AtomicUsize>,
}

impl Watched {
    /// The events that were read since it was asked last.
    fn read(&self) -> usize {
        self.read.swap(0, Ordering::SeqCst)
    }

    fn failing(&self) -> Result<(), SnapshotError> {
        match self.fails.load(Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err(SnapshotError::Storage("the disk is on fire".into())),
        }
    }
}

impl EventStore for Watched {
    forwarded!(append, read_all, find_event, find_command, forget_commands);

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        let page = self.inner.read_stream(query).await?;
        self.read.fetch_add(page.len(), Ordering::SeqCst);
        Ok(page)
    }
}

impl SnapshotStore for Watched {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        self.failing()?;
        self.saved.fetch_add(1, Ordering::SeqCst);
        self.inner.save_snapshot(snapshot, keep).await
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        self.failing()?;
        self.inner.find_snapshot(query).await
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        self.inner.clear_snapshots().await
    }
}

/// Puts a marble in and takes it out again, `turns` times: two events each.
async fn shake<S: EventStore>(jars: &Jars<S>, turns: usize) {
    for _ in 0..turns {
        jars.execute(jar(), JarCommand::Put(1)).await.unwrap();
        jars.execute(jar(), JarCommand::Empty).await.unwrap();
    }
}

#[tokio::test]
async fn a_load_reads_what_came_after_the_snapshot() {
    let store = Watched::default();
    let plain = Jars::new(store.clone());
    let jars = plain.clone().snapshots(SnapshotPolicy::every(10));
    shake(&jars, 12).await;
    assert_eq!(newest(&store).await, Some(20));
    store.read();
    let loaded = jars.load(jar()).await.unwrap();
    // The snapshot's own last event and the four after it.
    assert_eq!((loaded.version, store.read()), (24, 5));
    assert_eq!(plain.load(jar()).await.unwrap(), loaded);
    assert_eq!(store.read(), 24);
}

#[tokio::test]
async fn without_a_policy_there_is_none() {
    let store = Watched::default();
    shake(&Jars::new(store.clone()), 12).await;
    assert_eq!(newest(&store).await, None);
    let refused = Jars::new(store).take_snapshot(jar()).await;
    assert!(matches!(refused, Err(TakeSnapshotError::NotUsed)), "{refused:?}");
}

#[tokio::test]
async fn by_time_one_is_due_when_the_events_lie_apart() {
    let second = Arc::new(AtomicUsize::new(0));
    let now = {
        let second = Arc::clone(&second);
        move || Timestamp::from_second(i64::try_from(second.load(Ordering::SeqCst)).unwrap()).unwrap()
    };
    let store = MemoryStore::with_clock(now);
    let jars = Jars::new(store.clone()).snapshots(SnapshotPolicy::after(Duration::from_secs(60)));
    // A command keeps what it found: the first event at second 60 is found by the command after it.
    for (time, due) in
        [(0, None), (59, None), (60, Some(5)), (61, Some(5)), (119, Some(5)), (120, Some(11)), (130, Some(11))]
    {
        second.store(time, Ordering::SeqCst);
        shake(&jars, 1).await;
        assert_eq!(newest(&store).await, due, "at second {time}");
    }
}

#[tokio::test]
async fn one_is_taken_when_asked_for() {
    let store = MemoryStore::new();
    let plain = Jars::new(store.clone());
    shake(&plain, 3).await;
    let jars = plain.snapshots(SnapshotPolicy::every(1000));
    assert_eq!(jars.take_snapshot(jar()).await.unwrap(), 6);
    assert_eq!(newest(&store).await, Some(6));
    assert_eq!(jars.take_snapshot("red".to_owned()).await.unwrap(), 0);
}

#[tokio::test]
async fn snapshots_may_lie_in_another_store() {
    let (events, elsewhere) = (MemoryStore::new(), MemoryStore::new());
    let jars = Jars::new(events.clone()).snapshots_in(elsewhere.clone(), SnapshotPolicy::every(2));
    shake(&jars, 5).await;
    assert_eq!((newest(&events).await, newest(&elsewhere).await), (None, Some(8)));
    // The events begin anew, and the snapshots are of another history.
    let jars = Jars::new(MemoryStore::new()).snapshots_in(elsewhere, SnapshotPolicy::every(1000));
    assert!(!jars.load(jar()).await.unwrap().exists());
    shake(&jars, 7).await;
    assert_eq!(jars.load(jar()).await.unwrap().version, 14);
}

#[tokio::test]
async fn a_failure_never_fails_a_command_and_is_told() {
    let (store, told) = (Watched::default(), Arc::new(Mutex::new(Vec::new())));
    let tell = {
        let told = Arc::clone(&told);
        move |failure: &factum::SnapshotFailure<'_>| told.lock().unwrap().push(failure.to_string())
    };
    let jars = Jars::new(store.clone()).snapshots(SnapshotPolicy::every(2)).on_snapshot_failure(tell);
    store.fails.store(1, Ordering::SeqCst);
    shake(&jars, 2).await;
    assert_eq!(jars.load(jar()).await.unwrap().version, 4);
    let told = told.lock().unwrap().clone();
    assert!(
        told.iter().any(|told| told.ends_with("the snapshot was not kept: the store failed: the disk is on fire")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|told| told.ends_with("no snapshot could be looked for: the store failed: the disk is on fire")),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_state_of_a_fold_that_skipped_is_no_base_for_one_that_may_not() {
    let store = MemoryStore::new();
    let strange = NewEvent::new("toys.JarPainted", 1, "{}");
    store.append_events(&stream(), ExpectedVersion::Any, vec![strange]).await.unwrap();
    let lenient = Jars::new(store).snapshots(SnapshotPolicy::every(1)).cache(4).unknown_types(UnknownTypes::Skip);
    shake(&lenient, 2).await;
    let loaded = lenient.load(jar()).await.unwrap();
    assert_eq!((loaded.version, loaded.skipped), (5, 1));
    assert!(lenient.unknown_types(UnknownTypes::Refuse).load(jar()).await.is_err());
}

#[tokio::test]
async fn nothing_is_decoded_before_its_key_and_last_event_are_known_to_fit() {
    let store = MemoryStore::new();
    let jars = Jars::new(store.clone()).snapshots(SnapshotPolicy::every(2));
    shake(&jars, 2).await;
    let good = store.find_snapshot(query()).await.unwrap().unwrap();
    // Whatever else is wrong with it, what is told is the first thing that was looked at.
    for (unfit, due) in [
        (StoredSnapshot { state: "{".to_owned(), last_event: Uuid::now_v7(), ..good.clone() }.sealed(), "last event"),
        (StoredSnapshot { state: "{".to_owned(), ..good.clone() }, "damaged"),
        (StoredSnapshot { state: "{".to_owned(), ..good.clone() }.sealed(), "cannot be decoded"),
    ] {
        store.save_snapshot(unfit, 1).await.unwrap();
        let told = Arc::new(Mutex::new(String::new()));
        let tell = {
            let told = Arc::clone(&told);
            move |failure: &factum::SnapshotFailure<'_>| *told.lock().unwrap() = failure.to_string()
        };
        assert_eq!(jars.clone().on_snapshot_failure(tell).load(jar()).await.unwrap().version, 4);
        assert!(told.lock().unwrap().contains(due), "{due}: {}", told.lock().unwrap());
    }
}

#[tokio::test]
async fn a_command_that_was_sent_before_is_found_behind_a_snapshot() {
    for cached in [false, true] {
        let store = MemoryStore::new();
        let mut jars = Jars::new(store.clone()).snapshots(SnapshotPolicy::every(2));
        if cached {
            jars = jars.cache(4);
        }
        let command = Context::new().command_id(Uuid::now_v7());
        let first = jars.execute_with(jar(), JarCommand::Put(4), command.clone()).await.unwrap();
        let nothing = Context::new().command_id(Uuid::now_v7());
        for _ in 0..4 {
            jars.execute(jar(), JarCommand::Put(1)).await.unwrap();
        }
        assert!(newest(&store).await.unwrap() > 4);
        // Asked of the state as it is now it would be accepted with other events ...
        let again = jars.execute_with(jar(), JarCommand::Put(2), command.clone()).await.unwrap();
        assert!(again.repeated);
        assert_eq!((&again.events, again.version, &again.state), (&first.events, first.version, &first.state));
        // ... with the same events, refused, or answered by nothing.
        for command_now in [JarCommand::Put(4), JarCommand::Put(9)] {
            let again = jars.execute_with(jar(), command_now, command.clone()).await.unwrap();
            assert_eq!((again.repeated, again.version), (true, 4));
        }
        jars.execute(jar(), JarCommand::Empty).await.unwrap();
        shake(&jars, 2).await;
        let again = jars.execute_with(jar(), JarCommand::Empty, command).await.unwrap();
        assert_eq!((again.repeated, again.version), (true, 4));
        // One that was not sent before is decided as ever.
        let done = jars.execute_with(jar(), JarCommand::Empty, nothing).await.unwrap();
        assert_eq!((done.repeated, done.attempts), (false, 1));
    }
}

#[tokio::test]
async fn a_new_command_that_comes_to_nothing_keeps_no_snapshot_again() {
    let store = Watched::default();
    let jars = Jars::new(store.clone()).snapshots(SnapshotPolicy::every(2));
    shake(&jars, 5).await;
    // What is due is kept first.
    jars.execute(jar(), JarCommand::Empty).await.unwrap();
    let saved = store.saved.load(Ordering::SeqCst);
    for _ in 0..3 {
        let mine = Context::new().command_id(Uuid::now_v7());
        let done = jars.execute_with(jar(), JarCommand::Empty, mine).await.unwrap();
        assert_eq!((done.repeated, done.attempts), (false, 1));
    }
    assert_eq!(store.saved.load(Ordering::SeqCst), saved);
}

#[tokio::test]
async fn a_cached_aggregate_is_read_on_from() {
    let store = Watched::default();
    let jars = Jars::new(store.clone()).cache(2);
    shake(&jars, 10).await;
    store.read();
    // What it was when the last command found it, and the event of that command.
    assert_eq!((jars.load(jar()).await.unwrap().version, store.read()), (20, 2));
    assert_eq!((jars.load(jar()).await.unwrap().version, store.read()), (20, 1));
    // Two others push it out.
    for other in ["red", "green"] {
        jars.execute(other.to_owned(), JarCommand::Put(1)).await.unwrap();
        jars.load(other.to_owned()).await.unwrap();
    }
    store.read();
    assert_eq!((jars.load(jar()).await.unwrap().version, store.read()), (20, 20));
}

#[tokio::test]
async fn a_cached_aggregate_sees_what_others_append() {
    let store = MemoryStore::new();
    let (ours, theirs) = (Jars::new(store.clone()).cache(4), Jars::new(store));
    shake(&ours, 3).await;
    theirs.execute(jar(), JarCommand::Put(5)).await.unwrap();
    assert_eq!(ours.load(jar()).await.unwrap(), theirs.load(jar()).await.unwrap());
    theirs.execute(jar(), JarCommand::Put(5)).await.unwrap();
    // The decision is made on ten marbles, not on five.
    assert!(ours.execute(jar(), JarCommand::Put(1)).await.unwrap_err().rejection().is_some());
}

#[tokio::test]
async fn a_cached_aggregate_of_another_history_is_forgotten() {
    /// A store that is replaced by another one, as if it were restored.
    #[derive(Clone)]
    struct Restored(Arc<Mutex<MemoryStore>>);

    impl EventStore for Restored {
        async fn append(&self, append: Append) -> Result<Appended, AppendError> {
            let store = self.0.lock().unwrap().clone();
            store.append(append).await
        }

        async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
            let store = self.0.lock().unwrap().clone();
            store.read_stream(query).await
        }

        async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
            let store = self.0.lock().unwrap().clone();
            store.read_all(query).await
        }

        async fn find_event(&self, id: Uuid) -> Result<Page, ReadError> {
            let store = self.0.lock().unwrap().clone();
            store.find_event(id).await
        }

        async fn find_command(&self, id: Uuid) -> Result<Option<CommandRecord>, ReadError> {
            let store = self.0.lock().unwrap().clone();
            store.find_command(id).await
        }

        async fn forget_commands(&self, before: Timestamp) -> Result<u64, AppendError> {
            let store = self.0.lock().unwrap().clone();
            store.forget_commands(before).await
        }
    }

    let store = Restored(Arc::new(Mutex::new(MemoryStore::new())));
    let jars = Jars::new(store.clone()).cache(4);
    shake(&jars, 3).await;
    assert_eq!(jars.load(jar()).await.unwrap().version, 6);
    *store.0.lock().unwrap() = MemoryStore::new();
    assert!(!jars.load(jar()).await.unwrap().exists());
    *store.0.lock().unwrap() = MemoryStore::new();
    shake(&Jars::new(store), 5).await;
    assert_eq!(jars.load(jar()).await.unwrap().version, 10);
}

#[tokio::test]
async fn with_a_cache_a_snapshot_is_taken_once_in_a_while_and_not_each_time() {
    let store = Watched::default();
    let saved = Arc::new(AtomicUsize::new(0));
    let tell = {
        let saved = Arc::clone(&saved);
        move |_: &factum::SnapshotFailure<'_>| {
            saved.fetch_add(1, Ordering::SeqCst);
        }
    };
    let jars = Jars::new(store.clone()).snapshots(SnapshotPolicy::every(10)).cache(4).on_snapshot_failure(tell);
    jars.execute(jar(), JarCommand::Put(1)).await.unwrap();
    jars.load(jar()).await.unwrap();
    store.fails.store(1, Ordering::SeqCst);
    for _ in 0..40 {
        jars.execute(jar(), JarCommand::Empty).await.unwrap();
        jars.execute(jar(), JarCommand::Put(1)).await.unwrap();
    }
    // 80 events: one attempt for every ten of them.
    assert_eq!(saved.load(Ordering::SeqCst), 8);
}
