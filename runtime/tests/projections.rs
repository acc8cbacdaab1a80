//! What a projector promises beside what every store owes.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::projection::{Followed, Project, ProjectError, ProjectionError};
use factum::store::conformance::{Clerk, Desk, Said};
use factum::store::{
    Changes, EventStoreExt, Forget, InlineView, Message, Received, ViewError, ViewId, ViewResult, ViewStatus,
    ViewStore, ViewWork, Views,
};
use factum::{
    Append, AppendError, Appended, DecodeError, DecodeFault, Decoded, Event, EventSet, EventStore, ExpectedVersion,
    MemoryStore, NewEvent, PolicyWorker, Projection, Projector, ReadError, Recorded, RetryPolicy, Subscription,
    UnknownTypes, Upcast, UpcastError,
};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "toys")]
struct MarblesPut {
    marbles: u64,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "toys", version = 2, retired(2, nothing))]
struct JarShaken;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "toys", version = 2, upcast(2, by_hand))]
struct MarblesLost {
    #[event(added(2))]
    marbles: u64,
}

impl Upcast<MarblesLostV1> for MarblesLostV2 {
    fn upcast(_: MarblesLostV1) -> Result<Self, UpcastError> {
        panic!("nobody has counted them")
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(streams = "toys.Jar", ended(JarShaken))]
enum JarEvent {
    MarblesPut(MarblesPut),
    MarblesLost(MarblesLost),
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "toys")]
struct CardsDealt {
    cards: u64,
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(streams = "toys.Table")]
enum TableEvent {
    CardsDealt(CardsDealt),
}

type Rows = BTreeMap<String, u64>;

/// How many marbles and cards there are, and that times the version.
struct Toys<const VERSION: u32>;

impl<const VERSION: u32> Projection for Toys<VERSION> {
    type Tx = Rows;
    type Events = (JarEvent, TableEvent);
    const NAME: &'static str = "toys";
    const VERSION: u32 = VERSION;
}

impl<const VERSION: u32> ProjectJarEvent for Toys<VERSION> {
    fn on_marbles_put(&self, rows: &mut Rows, event: &MarblesPut, _: &Recorded<'_>) -> ViewResult {
        *rows.entry("marbles".to_owned()).or_default() += event.marbles * u64::from(VERSION);
        assert!(event.marbles < 1_000, "too many marbles");
        Ok(())
    }

    fn on_marbles_lost(&self, rows: &mut Rows, event: &MarblesLost, _: &Recorded<'_>) -> ViewResult {
        *rows.entry("lost".to_owned()).or_default() += event.marbles;
        Ok(())
    }
}

impl<const VERSION: u32> ProjectTableEvent for Toys<VERSION> {
    fn on_cards_dealt(&self, rows: &mut Rows, event: &CardsDealt, _: &Recorded<'_>) -> ViewResult {
        *rows.entry("cards".to_owned()).or_default() += event.cards * u64::from(VERSION);
        Ok(())
    }
}

fn put(marbles: u64) -> NewEvent {
    NewEvent::new("toys.MarblesPut", 1, format!(r#"{{"marbles":{marbles}}}"#))
}

fn dealt(cards: u64) -> NewEvent {
    NewEvent::new("toys.CardsDealt", 1, format!(r#"{{"cards":{cards}}}"#))
}

async fn push(store: &MemoryStore, stream: &str, event: NewEvent) -> u64 {
    let appended = store.append_events(&stream.parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap();
    appended.position.unwrap()
}

fn rows(of: &[(&str, u64)]) -> Rows {
    of.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
}

fn shown(store: &MemoryStore) -> Rows {
    store.view::<Rows>("toys").unwrap().as_ref().clone()
}

#[tokio::test]
async fn of_several_sets_each_event_goes_to_the_one_that_knows_it() {
    let store = MemoryStore::new();
    push(&store, "toys.Jar-1", put(3)).await;
    push(&store, "toys.Table-1", dealt(5)).await;
    push(&store, "toys.Elsewhere-1", NewEvent::new("toys.Unheard", 1, "{}")).await;
    // What stands among the others' events is known by its type.
    push(&store, "toys.Jar-1", dealt(2)).await;
    let last = push(&store, "toys.Table-1", put(4)).await;
    let status = Projector::new(store.clone(), Toys::<1>).catch_up(|_| {}).await.unwrap();
    assert_eq!((status.position, shown(&store)), (last, rows(&[("cards", 7), ("marbles", 7)])));
}

#[tokio::test]
async fn a_type_that_is_unknown_in_their_streams_stops_the_view_or_is_skipped() {
    for stream in ["toys.Jar-1", "toys.Table-1"] {
        let store = MemoryStore::new();
        let projector = Projector::new(store.clone(), Toys::<1>);
        let known = push(&store, stream, put(3)).await;
        projector.catch_up(|_| {}).await.unwrap();
        let unknown = push(&store, stream, NewEvent::new("toys.Unheard", 1, "{}")).await;
        let last = push(&store, stream, dealt(5)).await;
        let Err(ProjectionError::Event(stopped)) = projector.catch_up(|_| {}).await else { panic!("it went on") };
        let ProjectError::Decode(error) = stopped else { panic!("{stopped}") };
        assert!(matches!(error.fault, DecodeFault::UnknownType), "{error}");
        assert_eq!((error.position, error.event_type.as_str()), (unknown, "toys.Unheard"));
        assert_eq!(projector.status().await.unwrap().unwrap().position, known);
        let skips = projector.unknown_types(UnknownTypes::Skip);
        assert_eq!(skips.catch_up(|_| {}).await.unwrap().position, last);
        assert_eq!(shown(&store), rows(&[("cards", 5), ("marbles", 3)]));
    }
}

#[tokio::test]
async fn what_has_ended_moves_the_view_and_changes_nothing() {
    let store = MemoryStore::new();
    push(&store, "toys.Jar-1", put(3)).await;
    let projector = Projector::new(store.clone(), Toys::<1>);
    for event in [NewEvent::new("toys.JarShaken", 1, "{}"), NewEvent::new("other.Thing", 1, "{}")] {
        let last = push(&store, "toys.Jar-1", event).await;
        let skips = Projector::new(store.clone(), Toys::<1>).unknown_types(UnknownTypes::Skip);
        assert_eq!(skips.catch_up(|_| {}).await.unwrap().position, last);
        projector.wait_until_seen(last).await.unwrap();
        assert_eq!(shown(&store), rows(&[("marbles", 3)]));
    }
}

#[tokio::test]
async fn a_panic_is_told_with_its_event_and_leaves_no_trace() {
    let store = MemoryStore::new();
    let projector = Projector::new(store.clone(), Toys::<1>);
    let before = push(&store, "toys.Jar-1", put(1)).await;
    projector.catch_up(|_| {}).await.unwrap();
    push(&store, "toys.Jar-1", put(2)).await;
    let bad = push(&store, "toys.Jar-1", put(1_000)).await;
    push(&store, "toys.Jar-1", put(4)).await;
    let stopped = projector.catch_up(|_| {}).await;
    let Err(ProjectionError::Panicked { projection, position, message }) = stopped else { panic!("{stopped:?}") };
    assert_eq!((projection, position, message.as_str()), ("toys", bad, "too many marbles"));
    assert_eq!(projector.status().await.unwrap().unwrap().position, before);
    assert_eq!(shown(&store), rows(&[("marbles", 1)]));
}

/// Events are read ahead; what is wrong with one is not told ahead of what those before it have to say.
#[tokio::test]
async fn of_several_events_with_which_something_is_wrong_the_first_is_told() {
    let unreadable = || NewEvent::new("toys.MarblesPut", 1, "{}");
    let lost = || NewEvent::new("toys.MarblesLost", 1, "{}");
    let cases = [
        ([put(1_000), unreadable(), lost()], "toys panicked at position 3: too many marbles"),
        (
            [unreadable(), put(1_000), lost()],
            "cannot read toys.MarblesPut v1 at version 3 of stream toys.Jar-1 (position 3)",
        ),
        ([lost(), put(1_000), unreadable()], "toys panicked at position 3: nobody has counted them"),
    ];
    for (events, told) in cases {
        let store = MemoryStore::new();
        let projector = Projector::new(store.clone(), Toys::<1>);
        let before = push(&store, "toys.Jar-1", put(1)).await;
        projector.catch_up(|_| {}).await.unwrap();
        for event in [put(2)].into_iter().chain(events) {
            push(&store, "toys.Jar-1", event).await;
        }
        let stopped = projector.catch_up(|_| {}).await.unwrap_err().to_string();
        assert!(stopped.starts_with(told), "{stopped}");
        assert_eq!(projector.status().await.unwrap().unwrap().position, before);
        assert_eq!(shown(&store), rows(&[("marbles", 1)]));
    }
}

#[tokio::test]
async fn an_older_version_is_shown_again_when_it_is_asked_for() {
    let store = MemoryStore::new();
    push(&store, "toys.Jar-1", put(3)).await;
    let (first, second) = (Projector::new(store.clone(), Toys::<1>), Projector::new(store.clone(), Toys::<2>));
    first.catch_up(|_| {}).await.unwrap();
    second.catch_up(|_| {}).await.unwrap();
    assert_eq!(shown(&store), rows(&[("marbles", 6)]));
    first.publish().await.unwrap();
    assert_eq!(shown(&store), rows(&[("marbles", 3)]));
    push(&store, "toys.Jar-1", put(1)).await;
    assert!(first.catch_up(|_| {}).await.unwrap().live);
    assert_eq!(shown(&store), rows(&[("marbles", 4)]));
    // The newer one is still there, to go forward again.
    assert!(!second.status().await.unwrap().unwrap().live);
    second.publish().await.unwrap();
    assert_eq!(shown(&store), rows(&[("marbles", 6)]));
}

/// What was done about the events is not done again because a view is built from them.
#[tokio::test]
async fn a_rebuild_has_no_side_effects() {
    let store = MemoryStore::new();
    let said = |orders: &str| {
        let said = Said { key: "a".to_owned(), orders: orders.to_owned() };
        NewEvent::new("test.Said", 1, serde_json::to_string(&said).unwrap())
    };
    push(&store, "test.Thing-a", said("begin; issue one")).await;
    push(&store, "toys.Jar-1", put(3)).await;
    let commands = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&commands);
    let desk = Desk::new(&store).after(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    });
    let policy = PolicyWorker::new(store.clone(), Clerk::default(), desk).unwrap();
    let mails = Subscription::new(store.clone(), "mails").unwrap();
    let (projector, newer) = (Projector::new(store.clone(), Toys::<1>), Projector::new(store.clone(), Toys::<2>));

    policy.catch_up().await.unwrap();
    projector.catch_up(|_| {}).await.unwrap();
    let last = store.last_position().await.unwrap().unwrap();
    assert_eq!(delivered_up_to(&mails, last).await.len() as u64, last);
    projector.rebuild(|_| {}).await.unwrap();
    newer.catch_up(|_| {}).await.unwrap();
    policy.catch_up().await.unwrap();
    assert_eq!((store.last_position().await.unwrap(), commands.load(Ordering::SeqCst)), (Some(last), 1));
    let next = push(&store, "toys.Jar-1", put(1)).await;
    assert_eq!(delivered_up_to(&mails, next).await, [next]);
}

/// The positions that a subscription is handed, up to one that comes.
async fn delivered_up_to(mails: &Subscription<MemoryStore>, last: u64) -> Vec<u64> {
    let (seen, done) = (Mutex::new(Vec::new()), tokio::sync::Notify::new());
    let handle = |delivery: factum::subscription::Delivery| {
        let position = delivery.event().position;
        seen.lock().unwrap().push(position);
        if position == last {
            done.notify_one();
        }
        std::future::ready(Ok::<(), String>(()))
    };
    mails.run_until(handle, done.notified()).await.unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    seen
}

/// What happens to a batch.
#[derive(Clone, Copy)]
enum Prank {
    Busy,
    /// It is applied, but that is not known.
    Unknown,
    /// It is not applied, which is not known either.
    Lost,
    /// It is applied only after so many events of [`EVERY`] have been read.
    Waits(usize),
}

#[derive(Clone)]
struct Prankster {
    inner: MemoryStore,
    pranks: Arc<Mutex<VecDeque<Prank>>>,
}

impl EventStore for Prankster {
    forwarded!(append, read_stream, read_all, find_event, find_command, forget_commands);
}

impl Changes for Prankster {
    forwarded!(changed);
}

impl Views for Prankster {
    async fn views(&self, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
        self.inner.views(name).await
    }

    async fn publish_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.inner.publish_view(view).await
    }

    async fn remove_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.inner.remove_view(view).await
    }

    async fn forget_messages(&self, view: ViewId, which: Forget) -> Result<u64, ViewError> {
        self.inner.forget_messages(view, which).await
    }
}

impl ViewStore<Rows> for Prankster {
    async fn create_view(
        &self,
        view: ViewId,
        expected: Option<u64>,
        create: ViewWork<Rows, ()>,
    ) -> Result<(), ViewError> {
        self.inner.create_view(view, expected, create).await
    }

    async fn update_view(&self, view: ViewId, expected: u64, work: ViewWork<Rows, u64>) -> Result<u64, ViewError> {
        let prank = self.pranks.lock().unwrap().pop_front();
        match prank {
            None => self.inner.update_view(view, expected, work).await,
            Some(Prank::Busy) => Err(ViewError::Busy),
            Some(Prank::Waits(until)) => {
                while EVERY.load(Ordering::SeqCst) < until {
                    tokio::task::yield_now().await;
                }
                self.inner.update_view(view, expected, work).await
            }
            Some(Prank::Lost) => Err(ViewError::OutcomeUnknown("the line went dead".into())),
            Some(Prank::Unknown) => {
                self.inner.update_view(view, expected, work).await?;
                Err(ViewError::OutcomeUnknown("the line went dead".into()))
            }
        }
    }

    async fn receive(&self, view: ViewId, message: Message, work: ViewWork<Rows, ()>) -> Result<Received, ViewError> {
        self.inner.receive(view, message, work).await
    }

    async fn append_with_views(
        &self,
        append: Append,
        views: Vec<Arc<dyn InlineView<Rows>>>,
    ) -> Result<Appended, AppendError> {
        self.inner.append_with_views(append, views).await
    }
}

#[tokio::test]
async fn a_batch_of_unknown_outcome_is_applied_once() {
    use Prank::{Busy, Lost, Unknown};
    for pranks in [&[Busy, Busy][..], &[Unknown], &[Lost], &[Lost, Unknown, Busy], &[Busy, Lost, Lost, Unknown]] {
        let store = Prankster { inner: MemoryStore::new(), pranks: Arc::new(Mutex::new(pranks.to_vec().into())) };
        let projector = Projector::new(store.clone(), Toys::<1>);
        push(&store.inner, "toys.Jar-1", put(3)).await;
        let last = push(&store.inner, "toys.Jar-1", put(4)).await;
        assert_eq!(projector.catch_up(|_| {}).await.unwrap().position, last);
        assert_eq!(shown(&store.inner), rows(&[("marbles", 7)]));
        // Of a batch that was applied after all nothing is left to be tried again: then comes the next one.
        while !store.pranks.lock().unwrap().is_empty() {
            push(&store.inner, "toys.Jar-1", put(0)).await;
            projector.catch_up(|_| {}).await.unwrap();
        }
        assert_eq!(shown(&store.inner), rows(&[("marbles", 7)]));
    }
}

#[tokio::test]
async fn a_batch_is_tried_as_often_as_it_may_be() {
    let store = Prankster { inner: MemoryStore::new(), pranks: Arc::new(Mutex::new([Prank::Busy; 4].into())) };
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let slept = Arc::clone(&pauses);
    let sleep = move |pause: Duration| {
        slept.lock().unwrap().push(pause.as_millis());
        std::future::ready(())
    };
    let retry = RetryPolicy { attempts: 3, jitter: 0.0, ..RetryPolicy::default() };
    let projector = Projector::new(store.clone(), Toys::<1>).retry(retry).sleeper(sleep);
    let last = push(&store.inner, "toys.Jar-1", put(3)).await;
    let stopped = projector.catch_up(|_| {}).await;
    assert!(matches!(stopped, Err(ProjectionError::View(ViewError::Busy))), "{stopped:?}");
    assert_eq!(*pauses.lock().unwrap(), [2, 4]);
    assert_eq!(projector.status().await.unwrap().unwrap().position, 0);
    assert_eq!(projector.catch_up(|_| {}).await.unwrap().position, last);
    assert_eq!((pauses.lock().unwrap().len(), shown(&store.inner)), (3, rows(&[("marbles", 3)])));
}

/// How many events [`Every`] has read.
static EVERY: AtomicUsize = AtomicUsize::new(0);

struct Every;

impl Followed for Every {
    type Event = usize;

    fn concerns(_: &Recorded<'_>) -> bool {
        true
    }

    fn read(_: &Recorded<'_>) -> Result<Decoded<usize>, DecodeError> {
        Ok(Decoded::One(EVERY.fetch_add(1, Ordering::SeqCst) + 1))
    }
}

impl Project<Lead> for Every {
    fn project(_: &Lead, rows: &mut Rows, read: &usize, _: &Recorded<'_>) -> ViewResult {
        let lead = rows.entry("lead".to_owned()).or_default();
        *lead = (*lead).max((EVERY.load(Ordering::SeqCst) - read) as u64);
        Ok(())
    }
}

/// How far events are read ahead of where they are applied.
struct Lead;

impl Projection for Lead {
    type Tx = Rows;
    type Events = Every;
    const NAME: &'static str = "lead";
    const VERSION: u32 = 1;
}

/// A store that takes its time over a batch is not left without the next one, and memory stays flat.
#[tokio::test]
async fn while_a_batch_is_applied_the_next_is_read_and_no_other() {
    let pranks = [1_000, 1_500, 1_700, 1_700].map(Prank::Waits).into();
    let store = Prankster { inner: MemoryStore::new(), pranks: Arc::new(Mutex::new(pranks)) };
    let stream = "toys.Jar-1".parse().unwrap();
    let appended = store.append_events(&stream, ExpectedVersion::Any, (0..1_700).map(put).collect()).await.unwrap();
    let projector = Projector::new(store.clone(), Lead);
    let caught_up = tokio::time::timeout(Duration::from_secs(20), projector.catch_up(|_| {})).await;
    let status = caught_up.expect("the next batch was not read while the store was at work").unwrap();
    assert_eq!(Some(status.position), appended.position);
    assert_eq!(*store.inner.view::<Rows>("lead").unwrap(), rows(&[("lead", 999)]));
    assert_eq!(EVERY.load(Ordering::SeqCst), 1_700);
}
