//! Events of earlier versions, wherever they are read: each is read as what it is today, nothing of what is stored
//! changes, and whoever follows them gets on.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::{Arc, Mutex};

use factum::policy::{Correlation, DispatchError, Dispatcher, Policy, PolicyWorker, Reactions};
use factum::projection::{Projection, Projector};
use factum::store::{EventStoreExt, FeedQuery, ViewResult};
use factum::{
    Aggregate, Context, Decision, Event, EventSet, EventStore, ExpectedVersion, MemoryStore, NewEvent, Recorded,
    Repository, Snapshot, SnapshotPolicy, Subscription, Upcast, UpcastError, emit,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank")]
struct Opened {}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 3, renamed(2, "Paid"))]
struct Deposited {
    #[event(renamed(2, "sum"))]
    amount: u64,
    #[event(added(3))]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, retired(2, nothing))]
struct Looked;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, becomes(2, [OpenedV1, DepositedV3]))]
struct OpenedWith {
    amount: u64,
}

impl Upcast<OpenedWith> for OpenedV1 {
    fn upcast(_: OpenedWith) -> Result<Self, UpcastError> {
        Ok(Self {})
    }
}

impl Upcast<OpenedWith> for DepositedV3 {
    fn upcast(old: OpenedWith) -> Result<Self, UpcastError> {
        Ok(Self { amount: old.amount, note: None })
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(streams = "bank.Account", ended(Looked, OpenedWith))]
enum AccountEvent {
    Opened(Opened),
    Deposited(Deposited),
}

impl AccountEvent {
    fn told(&self) -> String {
        match self {
            Self::Opened(Opened {}) => "opened".to_owned(),
            Self::Deposited(Deposited { amount, .. }) => format!("deposited {amount}"),
        }
    }
}

/// What happened to an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Account(Vec<String>);

#[derive(Debug, thiserror::Error)]
#[error("never")]
struct Never;

impl Aggregate for Account {
    const CONTEXT: &'static str = "bank";
    const NAME: &'static str = "Account";
    type Id = String;
    type Event = AccountEvent;
    type Command = u64;
    type Rejection = Never;

    fn handle(&self, amount: u64) -> Decision<Self> {
        emit(AccountEvent::Deposited(Deposited { amount, note: None }))
    }

    fn apply(&mut self, event: &AccountEvent) {
        self.0.push(event.told());
    }
}

impl Snapshot for Account {
    const REVISION: u32 = 1;
}

/// As they are read today: the one that is retired is none, the last one is two.
const TODAY: [&str; 4] = ["deposited 3", "deposited 4", "opened", "deposited 5"];

/// A store with events of earlier versions, under names and with bytes that nobody writes any more.
async fn filled() -> MemoryStore {
    let store = MemoryStore::new();
    let stored = [
        ("bank.Paid", 1, r#"{ "sum" : 3, "gone": null }"#),
        ("bank.Deposited", 2, "{\n\"amount\":4}"),
        ("bank.OpenedWith", 1, r#"{"amount":5}"#),
        ("bank.Looked", 1, " {} "),
    ];
    let events = stored.map(|(event_type, version, payload)| NewEvent::new(event_type, version, payload));
    store.append_events(&"bank.Account-1".parse().unwrap(), ExpectedVersion::None, events.into()).await.unwrap();
    store
}

/// All that is stored: position, type, version and bytes.
async fn all(store: &MemoryStore) -> Vec<(u64, String, u32, String)> {
    let page = store.read_all(FeedQuery::default()).await.unwrap();
    let told = |event: Recorded<'_>| {
        (event.position, event.event_type.to_owned(), event.schema_version, event.payload.to_owned())
    };
    page.iter().map(told).collect()
}

async fn last(store: &MemoryStore) -> u64 {
    store.last_position().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_repository_folds_them_and_leaves_them_as_they_are() {
    let store = filled().await;
    let before = all(&store).await;
    let accounts = Repository::<Account, _>::new(store.clone()).snapshots(SnapshotPolicy::every(1)).cache(1);
    for _ in 0..2 {
        let loaded = accounts.load("1".to_owned()).await.unwrap();
        assert_eq!((loaded.state.0, loaded.version), (TODAY.map(str::to_owned).into(), 4));
    }
    accounts.take_snapshot("1".to_owned()).await.unwrap();
    accounts.history("1".to_owned()).await.unwrap();
    assert_eq!(all(&store).await, before);
    let executed = accounts.execute("1".to_owned(), 6_u64).await.unwrap();
    assert_eq!(executed.version, 5);
    assert_eq!(all(&store).await[..4], before);
}

/// What it was told, in order.
struct Statement;

impl Projection for Statement {
    type Tx = Vec<String>;
    type Events = AccountEvent;
    const NAME: &'static str = "statement";
    const VERSION: u32 = 1;
}

impl ProjectAccountEvent for Statement {
    fn on_opened(&self, rows: &mut Vec<String>, event: &Opened, _: &Recorded<'_>) -> ViewResult {
        rows.push(AccountEvent::from(event.clone()).told());
        Ok(())
    }

    fn on_deposited(&self, rows: &mut Vec<String>, event: &Deposited, _: &Recorded<'_>) -> ViewResult {
        rows.push(AccountEvent::from(event.clone()).told());
        Ok(())
    }
}

#[tokio::test]
async fn a_view_has_them_in_order_and_moves_beyond_what_is_none() {
    let store = filled().await;
    let before = all(&store).await;
    let status = Projector::new(store.clone(), Statement).catch_up(|_| ()).await.unwrap();
    assert_eq!(status.position, last(&store).await);
    assert_eq!(*store.view::<Vec<String>>("statement").unwrap(), TODAY);
    assert_eq!(all(&store).await, before);
}

#[tokio::test]
async fn a_subscription_hands_them_out_under_every_name_and_moves_beyond_what_is_none() {
    let store = filled().await;
    let before = all(&store).await;
    let subscription = Subscription::new(store.clone(), "statement").unwrap().events::<AccountEvent>();
    let mut consumer = subscription.open().await.unwrap();
    let batch = consumer.next().await.unwrap();
    let told: Vec<String> =
        batch.iter().flat_map(|event| AccountEvent::decode(&event).unwrap()).map(|event| event.told()).collect();
    assert_eq!(told, TODAY);
    consumer.acknowledge(batch.position());
    consumer.close().await.unwrap();
    assert_eq!(subscription.position().await.unwrap(), Some(last(&store).await));
    assert_eq!(all(&store).await, before);
}

/// Issues a command for every event.
struct Clerk;

impl Policy for Clerk {
    type Events = AccountEvent;
    type State = u64;
    type Command = String;
    type Rejection = Never;
    const NAME: &'static str = "bank.Clerk";

    fn correlate(&self, _: &AccountEvent, recorded: &Recorded<'_>) -> Option<Correlation> {
        Some(Correlation::Starts(recorded.stream.to_owned()))
    }

    fn react(
        &self,
        count: &mut u64,
        event: &AccountEvent,
        _: &Recorded<'_>,
        reactions: &mut Reactions<String>,
    ) -> ViewResult {
        *count += 1;
        reactions.issue(event.told());
        Ok(())
    }
}

/// The ids and the words of the commands that came.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Vec<(Context, String)>>>);

impl Desk {
    fn came(&self) -> Vec<(Context, String)> {
        self.0.lock().unwrap().clone()
    }
}

impl Dispatcher<Clerk> for Desk {
    async fn dispatch(&self, command: String, context: Context) -> Result<(), DispatchError<Never>> {
        self.0.lock().unwrap().push((context, command));
        Ok(())
    }
}

#[tokio::test]
async fn a_policy_reacts_to_each_and_moves_beyond_what_is_none() {
    let store = filled().await;
    let before = all(&store).await;
    let desk = Desk::default();
    let worker = PolicyWorker::new(store.clone(), Clerk, desk.clone()).unwrap();
    let status = worker.catch_up().await.unwrap();
    assert_eq!((status.position, status.instances, status.parked), (last(&store).await, 1, 0));
    assert_eq!(worker.instance("bank.Account-1").await.unwrap().unwrap().state, "4");
    let came = desk.came();
    assert_eq!(came.iter().map(|(_, command)| command.as_str()).collect::<Vec<_>>(), TODAY);
    let is_unique = came.iter().enumerate().all(|(at, (context, _))| came[..at].iter().all(|(one, _)| one != context));
    assert!(is_unique, "two commands have one id: {came:?}");
    assert_eq!(all(&store).await, before);
}

/// By their type a policy knows its events: one of a type that it does not know is none, whatever stream it stands in.
#[tokio::test]
async fn a_policy_passes_by_a_type_that_it_does_not_know() {
    let store = filled().await;
    let worker = PolicyWorker::new(store.clone(), Clerk, Desk::default()).unwrap();
    push(&store, NewEvent::new("bank.Closed", 1, "{}")).await;
    let status = worker.catch_up().await.unwrap();
    assert_eq!((status.position, status.parked), (last(&store).await, 0));
    assert_eq!(worker.instance("bank.Account-1").await.unwrap().unwrap().state, "4");
}

async fn push(store: &MemoryStore, event: NewEvent) {
    store.append_events(&"bank.Account-1".parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap();
}

/// An event of the next release, which this code may read if its `readable_from` says so.
fn newer(readable_from: u32) -> NewEvent {
    NewEvent { readable_from, ..NewEvent::new("bank.Deposited", 4, r#"{"amount":9,"note":null,"by":"Ines"}"#) }
}

#[tokio::test]
async fn what_is_newer_is_read_everywhere_or_nowhere() {
    let store = filled().await;
    push(&store, newer(3)).await;
    let accounts = Repository::<Account, _>::new(store.clone());
    assert_eq!(accounts.load("1".to_owned()).await.unwrap().state.0.last().unwrap(), "deposited 9");
    let projector = Projector::new(store.clone(), Statement);
    projector.catch_up(|_| ()).await.unwrap();
    assert_eq!(store.view::<Vec<String>>("statement").unwrap().last().unwrap(), "deposited 9");
    let desk = Desk::default();
    let worker = PolicyWorker::new(store.clone(), Clerk, desk.clone()).unwrap();
    let position = worker.catch_up().await.unwrap().position;
    assert_eq!((position, desk.came().len()), (last(&store).await, 5));

    push(&store, newer(4)).await;
    let refused = [
        accounts.load("1".to_owned()).await.unwrap_err().to_string(),
        projector.catch_up(|_| ()).await.unwrap_err().to_string(),
        worker.catch_up().await.unwrap_err().to_string(),
    ];
    for error in refused {
        assert!(error.contains("bank.Deposited v4 at version 6 of stream bank.Account-1"), "{error}");
        assert!(error.contains("it needs a reader of version 4 or newer"), "{error}");
    }
    assert_eq!(projector.status().await.unwrap().unwrap().position, position);
    assert_eq!(worker.status().await.unwrap().unwrap().position, position);
    assert_eq!(desk.came().len(), 5);
}
