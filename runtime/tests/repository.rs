//! What a repository promises: loading, executing, retrying.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::store::{CommandRecord, DynEventStore, FeedQuery, Page, StreamQuery};
use factum::{
    Append, AppendError, Appended, Context, DecodeFault, EventStore, EventStoreExt, ExecuteError, ExpectedVersion,
    LoadError, MemoryStore, NewEvent, ReadError, Recorded, Repository, RetryPolicy, UnknownTypes, event_id,
};
use support::{Jar, JarCommand, JarEvent, NoRoom};
use uuid::Uuid;

type Jars<S = MemoryStore> = Repository<Jar, S>;

fn jar() -> String {
    "blue".to_owned()
}

fn stored(event_type: &'static str, payload: &str) -> NewEvent {
    NewEvent::new(event_type, 1, payload)
}

async fn append(store: &impl EventStore, events: Vec<NewEvent>) -> Appended {
    let stream = Jars::<MemoryStore>::stream_of(jar()).unwrap();
    store.append_events(&stream, ExpectedVersion::Any, events).await.unwrap()
}

/// What a provoking store does to one append.
#[derive(Clone)]
enum Prank {
    /// Refuses, and nothing is written.
    Busy,
    /// Writes, but says that it does not know.
    Unknown,
    /// Writes something else into the stream first.
    Overtake(Vec<NewEvent>),
    /// Writes something else into the stream, then lets another executor of the very same command go first.
    Twin(Vec<NewEvent>, JarCommand, Uuid),
}

/// A memory store that plays one prank for each append, and none when they are used up.
#[derive(Clone)]
struct Prankster {
    inner: MemoryStore,
    pranks: Arc<Mutex<VecDeque<Prank>>>,
}

impl Prankster {
    fn new(pranks: impl IntoIterator<Item = Prank>) -> Self {
        Self { inner: MemoryStore::new(), pranks: Arc::new(Mutex::new(pranks.into_iter().collect())) }
    }
}

impl EventStore for Prankster {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let prank = self.pranks.lock().unwrap().pop_front();
        match prank {
            None => {}
            Some(Prank::Busy) => return Err(AppendError::Busy),
            Some(Prank::Unknown) => {
                self.inner.append(append).await?;
                return Err(AppendError::OutcomeUnknown("the line went dead".into()));
            }
            Some(Prank::Overtake(events)) => {
                self.inner.append_events(&append.stream, ExpectedVersion::Any, events).await?;
            }
            Some(Prank::Twin(events, command, id)) => {
                self.inner.append_events(&append.stream, ExpectedVersion::Any, events).await?;
                let twin = Jars::new(self.inner.clone());
                twin.execute_with(jar(), command, Context::new().command_id(id)).await.unwrap();
            }
        }
        self.inner.append(append).await
    }

    fn read_stream(&self, query: StreamQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.inner.read_stream(query)
    }

    fn read_all(&self, query: FeedQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.inner.read_all(query)
    }

    fn find_event(&self, id: Uuid) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.inner.find_event(id)
    }

    fn find_command(&self, id: Uuid) -> impl Future<Output = Result<Option<CommandRecord>, ReadError>> + Send {
        self.inner.find_command(id)
    }

    fn forget_commands(&self, before: factum::Timestamp) -> impl Future<Output = Result<u64, AppendError>> + Send {
        self.inner.forget_commands(before)
    }
}

fn at_once<S: EventStore>(store: S) -> Jars<S> {
    Jars::new(store).sleeper(|_: Duration| std::future::ready(()))
}

#[tokio::test]
async fn what_never_happened_is_the_default_state() {
    let loaded = Jars::new(MemoryStore::new()).load(jar()).await.unwrap();
    assert_eq!((loaded.exists(), loaded.version, loaded.position, loaded.state), (false, 0, None, Jar::default()));
}

#[tokio::test]
async fn executing_appends_and_folds() {
    let jars = Jars::new(MemoryStore::new());
    let put = jars.execute(jar(), JarCommand::Put(3)).await.unwrap();
    assert_eq!((put.version, put.position, put.attempts, put.repeated), (3, Some(3), 1, false));
    assert_eq!((put.state.marbles, put.events.len()), (3, 3));
    let taken = jars.execute(&jar(), JarCommand::Take(2)).await.unwrap();
    assert_eq!((taken.version, taken.state.marbles), (4, 1));
    let loaded = jars.load(&jar()).await.unwrap();
    assert_eq!((loaded.version, loaded.position, &loaded.state), (4, Some(4), &taken.state));
}

#[tokio::test]
async fn a_rejection_is_the_aggregates_own_and_writes_nothing() {
    let jars = Jars::new(MemoryStore::new());
    let error = jars.execute(jar(), JarCommand::Put(11)).await.unwrap_err();
    assert_eq!(error.rejection(), Some(&NoRoom));
    assert_eq!(error.to_string(), NoRoom.to_string());
    assert!(!jars.load(jar()).await.unwrap().exists());
}

#[tokio::test]
async fn a_command_to_which_nothing_happens_appends_nothing() {
    let jars = Jars::new(MemoryStore::new());
    let executed = jars.execute(jar(), JarCommand::Empty).await.unwrap();
    assert_eq!((executed.version, executed.position, executed.attempts), (0, None, 0));
    assert!(executed.events.is_empty());
}

#[tokio::test]
async fn earlier_states_by_version_and_by_time() {
    let time = |second: i64| jiff::Timestamp::from_second(1_800_000_000 + second).unwrap();
    let store = MemoryStore::new();
    let at = |second| NewEvent { recorded_at: Some(time(second)), ..stored("toys.MarblesPut", r#"{"marbles":1}"#) };
    append(&store, vec![at(1), at(2), at(2), at(3)]).await;
    let jars = Jars::new(store);
    for (version, marbles) in [(0, 0), (1, 1), (3, 3), (4, 4), (99, 4)] {
        assert_eq!(jars.load_at_version(jar(), version).await.unwrap().state.marbles, marbles);
    }
    for (second, marbles) in [(0, 0), (1, 1), (2, 3), (3, 4), (9, 4)] {
        let loaded = jars.load_as_of(jar(), time(second)).await.unwrap();
        assert_eq!((loaded.state.marbles, loaded.version), (marbles, u64::from(marbles)));
    }
}

#[tokio::test]
async fn a_long_stream_is_folded_across_pages() {
    let store = MemoryStore::new();
    for _ in 0..5 {
        let put = || stored("toys.MarblesPut", r#"{"marbles":1}"#);
        append(&store, std::iter::repeat_with(put).take(700).collect()).await;
    }
    let loaded = Jars::new(store).load(jar()).await.unwrap();
    assert_eq!((loaded.version, loaded.state.marbles), (3500, 3500));
}

#[tokio::test]
async fn a_stored_event_may_be_read_as_none_or_several() {
    let store = MemoryStore::new();
    let put = stored("toys.MarblesPut", r#"{"marbles":4}"#);
    append(&store, vec![put, stored("toys.JarDusted", "{}"), stored("toys.JarShaken", "{}")]).await;
    let jars = Jars::new(store);
    let loaded = jars.load(jar()).await.unwrap();
    assert_eq!((loaded.version, loaded.state.log.len(), loaded.state.marbles), (3, 3, 4));
    let mut seen = Vec::new();
    let visit = |recorded: &Recorded<'_>, events: &[JarEvent], jar: &Jar| {
        seen.push((recorded.version, events.len(), jar.marbles));
    };
    assert_eq!(jars.for_each_event(jar(), visit).await.unwrap(), loaded);
    assert_eq!(seen, [(1, 1, 4), (2, 0, 4), (3, 2, 4)]);
}

#[tokio::test]
async fn an_unknown_type_is_refused_unless_skipping_was_chosen() {
    let store = MemoryStore::new();
    let put = || stored("toys.MarblesPut", r#"{"marbles":1}"#);
    append(&store, vec![put(), stored("toys.JarPainted", "{}"), put()]).await;
    let error = Jars::new(store.clone()).load(jar()).await.unwrap_err();
    let LoadError::Decode(error) = error else { panic!("{error}") };
    assert!(matches!(error.fault, DecodeFault::UnknownType));
    assert_eq!((error.version, error.position, error.event_type.as_str()), (2, 2, "toys.JarPainted"));

    let loaded = Jars::new(store).unknown_types(UnknownTypes::Skip).load(jar()).await.unwrap();
    assert_eq!((loaded.version, loaded.skipped, loaded.state.marbles), (3, 1, 2));
}

#[tokio::test]
async fn skipping_unknown_types_skips_nothing_else() {
    let store = MemoryStore::new();
    append(&store, vec![stored("toys.MarblesPut", r#"{"marbles":"many"}"#)]).await;
    let error = Jars::new(store).unknown_types(UnknownTypes::Skip).load(jar()).await.unwrap_err();
    assert!(matches!(error, LoadError::Decode(error) if matches!(error.fault, DecodeFault::Payload(_))));
}

#[tokio::test]
async fn a_conflict_is_decided_again_on_what_is_new() {
    let overtake = Prank::Overtake(vec![stored("toys.MarblesPut", r#"{"marbles":8}"#)]);
    let jars = at_once(Prankster::new([overtake.clone()]));
    let executed = jars.execute(jar(), JarCommand::Put(1)).await.unwrap();
    assert_eq!((executed.version, executed.state.marbles, executed.attempts), (2, 9, 2));
    let jars = at_once(Prankster::new([overtake]));
    assert!(matches!(jars.execute(jar(), JarCommand::Put(3)).await, Err(ExecuteError::Rejected(NoRoom))));
}

#[tokio::test]
async fn attempts_are_bounded_and_the_last_error_says_so() {
    let overtakes = std::iter::repeat_with(|| Prank::Overtake(vec![stored("toys.JarDusted", "{}")]));
    let jars = at_once(Prankster::new(overtakes.take(50))).retry(RetryPolicy { attempts: 3, ..RetryPolicy::default() });
    let error = jars.execute(jar(), JarCommand::Put(1)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Contended { attempts: 3, actual: 3, .. }), "{error}");
    assert_eq!(jars.load(jar()).await.unwrap().state.marbles, 0);
    let once = at_once(Prankster::new([Prank::Busy])).retry(RetryPolicy::never());
    let error = once.execute(jar(), JarCommand::Put(1)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Append(AppendError::Busy)), "{error}");
}

#[tokio::test]
async fn an_unknown_outcome_is_asked_again_with_the_same_ids() {
    let jars = at_once(Prankster::new([Prank::Busy, Prank::Unknown, Prank::Busy]));
    let executed = jars.execute(jar(), JarCommand::Put(2)).await.unwrap();
    assert_eq!((executed.version, executed.attempts, executed.state.marbles), (2, 4, 2));
    assert!(!executed.repeated, "it was this execution's own append");
    assert_eq!(jars.load(jar()).await.unwrap().version, 2);
}

#[tokio::test]
async fn the_same_command_again_answers_its_first_result() {
    let jars = Jars::new(MemoryStore::new());
    jars.execute(jar(), JarCommand::Put(2)).await.unwrap();
    let context = || Context::new().command_id(Uuid::from_u128(7));
    let first = jars.execute_with(jar(), JarCommand::Put(3), context()).await.unwrap();
    jars.execute(jar(), JarCommand::Empty).await.unwrap();
    let again = jars.execute_with(jar(), JarCommand::Put(3), context()).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.version, again.position, again.attempts), (5, Some(5), 0));
    assert_eq!((&again.events, &again.state), (&first.events, &first.state));
    assert_eq!(jars.load(jar()).await.unwrap().version, 6);
}

/// Nothing is an answer as well: the same command does not come to something later, nor to a rejection.
#[tokio::test]
async fn a_command_that_came_to_nothing_comes_to_nothing_again() {
    let jars = Jars::new(MemoryStore::new());
    let context = |id: u128| Context::new().command_id(Uuid::from_u128(id));
    let first = jars.execute_with(jar(), JarCommand::Empty, context(7)).await.unwrap();
    assert_eq!((first.version, first.position, first.attempts, first.repeated), (0, None, 1, false));
    jars.execute(jar(), JarCommand::Put(2)).await.unwrap();
    jars.execute(jar(), JarCommand::Take(2)).await.unwrap();
    let second = jars.execute_with(jar(), JarCommand::Empty, context(8)).await.unwrap();
    assert_eq!((second.version, second.repeated), (3, false));
    jars.execute(jar(), JarCommand::Put(5)).await.unwrap();
    for jars in [jars.clone(), jars.clone().cache(3)] {
        // It would empty the jar now, or be nothing now too, or be rejected.
        for command in [JarCommand::Empty, JarCommand::Put(0), JarCommand::Put(9)] {
            for (id, due) in [(7, &first), (8, &second)] {
                let again = jars.execute_with(jar(), command.clone(), context(id)).await.unwrap();
                assert!(again.repeated && again.events.is_empty());
                assert_eq!((again.version, again.position, &again.state), (due.version, None, &due.state));
            }
        }
        assert_eq!(jars.load(jar()).await.unwrap().version, 8);
    }
    // Elsewhere the id is taken, whatever comes of it.
    for command in [JarCommand::Empty, JarCommand::Put(1), JarCommand::Put(11)] {
        let error = jars.execute_with("red".to_owned(), command, context(8)).await.unwrap_err();
        assert!(matches!(error, ExecuteError::Append(AppendError::IdReused { version: 3, .. })), "{error}");
    }
    // A rejection is not remembered: it may be another time.
    let refused = jars.execute_with(jar(), JarCommand::Put(9), context(9)).await.unwrap_err();
    assert_eq!(refused.rejection(), Some(&NoRoom));
    jars.execute(jar(), JarCommand::Empty).await.unwrap();
    assert_eq!(jars.execute_with(jar(), JarCommand::Put(9), context(9)).await.unwrap().events.len(), 9);
}

/// What it would come to there is another command's.
#[tokio::test]
async fn an_id_is_taken_that_was_used_in_another_stream() {
    let jars = Jars::new(MemoryStore::new());
    let context = || Context::new().command_id(Uuid::from_u128(7));
    jars.execute(jar(), JarCommand::Put(2)).await.unwrap();
    jars.execute_with(jar(), JarCommand::Put(3), context()).await.unwrap();
    for command in [JarCommand::Put(1), JarCommand::Empty, JarCommand::Put(11)] {
        let error = jars.execute_with("red".to_owned(), command, context()).await.unwrap_err();
        let ExecuteError::Append(AppendError::IdReused { stream, version, .. }) = error else { panic!("{error}") };
        assert_eq!((stream.as_str(), version), ("toys.Jar-blue", 3));
    }
}

/// Somebody else is faster, the store is busy, or does not know: nothing is decided as what comes to something is.
#[tokio::test]
async fn a_command_of_nothing_is_decided_again_on_what_is_new() {
    let put = || stored("toys.MarblesPut", r#"{"marbles":4}"#);
    let store = Prankster::new([Prank::Busy, Prank::Overtake(vec![put()])]);
    let jars = at_once(store.clone());
    let context = || Context::new().command_id(Uuid::from_u128(7));
    let executed = jars.execute_with(jar(), JarCommand::Empty, context()).await.unwrap();
    assert_eq!((executed.events.len(), executed.version, executed.attempts), (1, 2, 3));
    store.pranks.lock().unwrap().push_front(Prank::Unknown);
    let context = || Context::new().command_id(Uuid::from_u128(8));
    let executed = jars.execute_with(jar(), JarCommand::Empty, context()).await.unwrap();
    assert_eq!((executed.events.len(), executed.version, executed.repeated), (0, 2, false));
    append(&store.inner, vec![put()]).await;
    let again = jars.execute_with(jar(), JarCommand::Empty, context()).await.unwrap();
    assert_eq!((again.events.len(), again.version, again.repeated), (0, 2, true));
}

#[tokio::test]
async fn of_two_executors_of_one_command_one_executes() {
    let put = |marbles: u32| stored("toys.MarblesPut", &format!(r#"{{"marbles":{marbles}}}"#));
    // The twin decides on the same state; on another one with the same result; on another one with another result.
    for (before, command) in
        [(vec![], JarCommand::Put(2)), (vec![put(3)], JarCommand::Put(2)), (vec![put(3)], JarCommand::Empty)]
    {
        let id = Uuid::now_v7();
        let store = Prankster::new([]);
        append(&store.inner, vec![put(1)]).await;
        store.pranks.lock().unwrap().push_front(Prank::Twin(before.clone(), command.clone(), id));
        // Even where nothing is tried again: it was executed, so that is the answer.
        let jars = at_once(store).retry(RetryPolicy::never());
        let executed = jars.execute_with(jar(), command, Context::new().command_id(id)).await.unwrap();
        let loaded = jars.load(jar()).await.unwrap();
        assert_eq!(loaded.version, 1 + before.len() as u64 + executed.events.len() as u64, "executed twice");
        assert_eq!((executed.version, &executed.state), (loaded.version, &loaded.state));
        assert!(executed.repeated);
    }
}

#[tokio::test]
async fn the_nil_command_id_identifies_nothing() {
    let error = Jars::new(MemoryStore::new())
        .execute_with(jar(), JarCommand::Put(1), Context::new().command_id(Uuid::nil()))
        .await
        .unwrap_err();
    assert!(matches!(error, ExecuteError::NilCommandId));
}

#[tokio::test]
async fn an_id_that_cannot_name_a_stream_is_a_typed_error() {
    let jars = Jars::new(MemoryStore::new());
    for id in ["line\nbreak".to_owned(), "x".repeat(2000)] {
        assert!(matches!(jars.load(&id).await, Err(LoadError::Stream(_))));
        let error = jars.execute(&id, JarCommand::Put(1)).await.unwrap_err();
        assert!(matches!(error, ExecuteError::Load(LoadError::Stream(_))));
    }
}

#[tokio::test]
async fn envelopes_tell_who_and_why() {
    let jars = Jars::new(MemoryStore::new());
    let command = Uuid::now_v7();
    let context = Context::new().command_id(command).actor("Ada").header("channel", "shop");
    jars.execute_with(jar(), JarCommand::Put(2), context).await.unwrap();
    let page = jars.store().last_event(&Jars::<MemoryStore>::stream_of(jar()).unwrap()).await.unwrap();
    let cause = page.iter().next().unwrap();
    assert_eq!((cause.id, cause.depth, cause.actor), (event_id(command, 1), 0, Some("Ada")));
    assert_eq!((cause.correlation_id, cause.causation_id), (Some(command), None));
    assert_eq!(cause.headers().unwrap()["channel"], "shop");

    let green = "green".to_owned();
    jars.execute_with(&green, JarCommand::Put(1), Context::caused_by(&cause)).await.unwrap();
    let page = jars.store().last_event(&Jars::<MemoryStore>::stream_of(green).unwrap()).await.unwrap();
    let effect = page.iter().next().unwrap();
    assert_eq!((effect.correlation_id, effect.causation_id, effect.depth), (Some(command), Some(cause.id), 1));
    assert_eq!((effect.actor, effect.raw_headers), (None, None));
}

#[tokio::test]
async fn a_store_that_leaves_out_an_event_is_found_out() {
    #[derive(Clone)]
    struct Leaky(MemoryStore);
    impl EventStore for Leaky {
        fn append(&self, append: Append) -> impl Future<Output = Result<Appended, AppendError>> + Send {
            self.0.append(append)
        }
        fn read_stream(&self, query: StreamQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
            self.0.read_stream(StreamQuery { from: Some(2), ..query })
        }
        fn read_all(&self, query: FeedQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
            self.0.read_all(query)
        }

        fn find_event(&self, id: Uuid) -> impl Future<Output = Result<Page, ReadError>> + Send {
            self.0.find_event(id)
        }

        fn find_command(&self, id: Uuid) -> impl Future<Output = Result<Option<CommandRecord>, ReadError>> + Send {
            self.0.find_command(id)
        }

        fn forget_commands(&self, before: factum::Timestamp) -> impl Future<Output = Result<u64, AppendError>> + Send {
            self.0.forget_commands(before)
        }
    }
    let store = Leaky(MemoryStore::new());
    let put = || stored("toys.MarblesPut", r#"{"marbles":1}"#);
    append(&store, vec![put(), put()]).await;
    let error = Jars::new(store).load(jar()).await.unwrap_err();
    assert!(matches!(error, LoadError::Gap { expected: 1, found: 2, .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_none_is_lost() {
    let jars = Jars::new(MemoryStore::new());
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let jars = jars.clone();
            tokio::spawn(async move { jars.execute(jar(), JarCommand::Put(1)).await })
        })
        .collect();
    let mut put = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => put += 1,
            Err(error) => assert!(matches!(error, ExecuteError::Rejected(NoRoom)), "{error}"),
        }
    }
    assert_eq!((put, jars.load(jar()).await.unwrap().state.marbles), (10, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_executors_of_one_command_one_executes() {
    let (jars, id) = (Jars::new(MemoryStore::new()), Uuid::now_v7());
    let execute = |_| {
        let jars = jars.clone();
        tokio::spawn(async move { jars.execute_with(jar(), JarCommand::Put(3), Context::new().command_id(id)).await })
    };
    let (mut first, mut versions) = (0, Vec::new());
    for task in (0..32).map(execute).collect::<Vec<_>>() {
        let executed = task.await.unwrap().unwrap();
        first += usize::from(!executed.repeated);
        versions.push(executed.version);
    }
    assert_eq!((first, versions), (1, vec![3; 32]));
}

#[tokio::test]
async fn the_store_may_be_chosen_at_run_time() {
    let store: Arc<dyn DynEventStore> = Arc::new(MemoryStore::new());
    let shared = Repository::<Jar, Arc<dyn DynEventStore>>::new(Arc::clone(&store));
    assert_eq!(shared.execute(jar(), JarCommand::Put(1)).await.unwrap().version, 1);
    let boxed = Repository::<Jar, Box<dyn DynEventStore>>::new(Box::new(Arc::clone(&store)));
    assert_eq!(boxed.execute(jar(), JarCommand::Put(1)).await.unwrap().version, 2);
    let typed = Repository::<Jar, Arc<MemoryStore>>::new(Arc::new(MemoryStore::new()));
    assert_eq!(typed.execute(jar(), JarCommand::Put(1)).await.unwrap().version, 1);
}

#[tokio::test]
async fn the_timer_thread_waits() {
    use factum::Sleeper;
    let begin = std::time::Instant::now();
    let waits = [30, 10, 20].map(|millis| factum::TimerThread.sleep(Duration::from_millis(millis)));
    for wait in waits {
        wait.await;
    }
    assert!(begin.elapsed() >= Duration::from_millis(30));
    let forever = factum::TimerThread.sleep(Duration::MAX);
    assert!(tokio::time::timeout(Duration::from_millis(5), forever).await.is_err());
}
