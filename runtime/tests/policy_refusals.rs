//! What becomes of commands that were refused to a policy.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use factum::policy::{Correlation, DispatchError, Dispatcher, PolicyWorker, Reactions};
use factum::store::conformance::{Clerk, Deeds, Desk, Forbidden, Said};
use factum::store::{EventStoreExt, FeedQuery, ViewResult};
use factum::{
    Aggregate, Context, Decision, ExpectedVersion, MemoryStore, NewEvent, Policy, Recorded, Repository, emit, reject,
};

async fn push(store: &MemoryStore, stream: &str, event_type: &'static str, orders: &str) {
    let said = Said { key: "a".to_owned(), orders: orders.to_owned() };
    let event = NewEvent::new(event_type, 1, serde_json::to_string(&said).unwrap());
    store.append_events(&stream.parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap();
}

/// Tells the clerk what to do.
async fn say(store: &MemoryStore, orders: &str) {
    push(store, "test.Thing-a", "test.Said", orders).await;
}

/// Somebody else's deed.
async fn happen(store: &MemoryStore, orders: &str) {
    push(store, "test.Deeds-a", "test.Done", orders).await;
}

async fn done(store: &MemoryStore) -> Vec<String> {
    let mut done = Vec::new();
    let visit = |event: &Recorded<'_>| {
        if event.event_type == "test.Done" {
            done.push(serde_json::from_str::<Said>(event.payload).unwrap().orders);
        }
        Ok::<(), factum::ReadError>(())
    };
    store.for_each_in_feed(FeedQuery::default(), visit).await.unwrap();
    done
}

/// Deeds in a later release, which forbids nothing.
#[derive(Default)]
struct Lax;

impl Aggregate for Lax {
    const CONTEXT: &'static str = Deeds::CONTEXT;
    const NAME: &'static str = Deeds::NAME;
    type Id = String;
    type Event = Said;
    type Command = Said;
    type Rejection = Forbidden;

    fn handle(&self, command: Said) -> Decision<Self> {
        emit(command)
    }

    fn apply(&mut self, _: &Said) {}
}

struct LaxDesk(Repository<Lax, MemoryStore>);

impl Dispatcher<Clerk> for LaxDesk {
    async fn dispatch(&self, command: Said, context: Context) -> Result<(), DispatchError<Forbidden>> {
        self.0.execute_with(command.key.clone(), command, context).await?;
        Ok(())
    }
}

/// Something was done in its place, and nobody knows its rejection any more.
#[tokio::test]
async fn a_command_that_was_refused_is_not_executed_by_a_release_that_would_accept_it() {
    let store = MemoryStore::new();
    let clerk = || Clerk { echoes: false, instead: Some("instead") };
    say(&store, "begin; issue forbidden; issue vase").await;
    let desk = Desk::new(&store).after(|command| {
        assert!(command.orders != "vase", "dropped a vase");
        Box::pin(std::future::ready(()))
    });
    let worker = PolicyWorker::new(store.clone(), clerk(), desk).unwrap();
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    drop(worker);
    let lax = LaxDesk(Repository::new(store.clone()));
    let worker = PolicyWorker::new(store.clone(), clerk(), lax).unwrap();
    worker.replay(None).await.unwrap();
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.contains("the command was refused at version 0 of stream test.Deeds-a, and"), "{error}");
    assert_eq!(done(&store).await, ["instead", "vase"]);
}

/// Why it is not the time for a deed.
#[derive(Debug, thiserror::Error)]
enum Untimely {
    #[error("nothing has happened yet")]
    TooEarly,
    #[error("it is closed")]
    Closed,
}

/// A shop, in which things are done after it was opened and until it is closed.
#[derive(Debug, Clone, Default)]
struct Shop(Option<String>);

impl Aggregate for Shop {
    const CONTEXT: &'static str = Deeds::CONTEXT;
    const NAME: &'static str = Deeds::NAME;
    type Id = String;
    type Event = Said;
    type Command = Said;
    type Rejection = Untimely;

    fn handle(&self, command: Said) -> Decision<Self> {
        match self.0.as_deref() {
            None if command.orders != "complain" => reject(Untimely::TooEarly),
            Some("close") => reject(Untimely::Closed),
            None | Some(_) => emit(command),
        }
    }

    fn apply(&mut self, event: &Said) {
        self.0 = Some(event.orders.clone());
    }
}

/// A clerk who complains and leaves when it is too early, and has no answer when it is closed.
#[derive(Default)]
struct Customer(Clerk);

impl Policy for Customer {
    type Events = Said;
    type State = Vec<String>;
    type Command = Said;
    type Rejection = Untimely;
    const NAME: &'static str = Clerk::NAME;

    fn correlate(&self, event: &Said, recorded: &Recorded<'_>) -> Option<Correlation> {
        self.0.correlate(event, recorded)
    }

    fn react(
        &self,
        state: &mut Vec<String>,
        event: &Said,
        recorded: &Recorded<'_>,
        reactions: &mut Reactions<Said>,
    ) -> ViewResult {
        self.0.react(state, event, recorded, reactions)
    }

    fn rejected(
        &self,
        state: &mut Vec<String>,
        command: &Said,
        rejection: Untimely,
        reactions: &mut Reactions<Said>,
    ) -> Result<(), Untimely> {
        match rejection {
            Untimely::Closed => return Err(rejection),
            Untimely::TooEarly => state.push(format!("too early: {}", command.orders)),
        }
        for instead in ["complain", "leave"] {
            reactions.issue(Said { orders: instead.to_owned(), ..command.clone() });
        }
        Ok(())
    }
}

/// Where things happen right after a command was refused for the first time.
struct Counter {
    shop: Repository<Shop, MemoryStore>,
    store: MemoryStore,
    /// What happens, the first thing last.
    happens: std::sync::Mutex<Vec<&'static str>>,
}

impl Counter {
    fn new(store: &MemoryStore, happens: &[&'static str]) -> Self {
        let (shop, store) = (Repository::new(store.clone()), store.clone());
        Self { shop, store, happens: happens.to_vec().into() }
    }
}

impl Dispatcher<Customer> for Counter {
    async fn dispatch(&self, command: Said, context: Context) -> Result<(), DispatchError<Untimely>> {
        let refused = self.shop.execute_with(command.key.clone(), command, context).await;
        let next = self.happens.lock().unwrap().pop();
        if let Some(orders) = next.filter(|_| refused.is_err()) {
            happen(&self.store, orders).await;
        }
        refused?;
        Ok(())
    }
}

fn worker(store: &MemoryStore, happens: &[&'static str]) -> PolicyWorker<Customer, MemoryStore, Counter> {
    PolicyWorker::new(store.clone(), Customer::default(), Counter::new(store, happens)).unwrap()
}

/// What has changed since makes it another refusal, which nobody has answered: it is not remembered.
#[tokio::test]
async fn a_refusal_is_remembered_only_as_the_one_that_was_answered() {
    let store = MemoryStore::new();
    say(&store, "begin; issue buy").await;
    let worker = worker(&store, &["close"]);
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.ends_with("it is closed"), "{error}");
    happen(&store, "open").await;
    worker.replay(None).await.unwrap();
    assert_eq!(worker.catch_up().await.unwrap().parked, 0);
    assert_eq!(done(&store).await, ["close", "open", "buy"]);
    let state = worker.instance("a").await.unwrap().unwrap().state;
    assert_eq!(state, r#"["begin","issue buy"]"#, "nothing of the answer that came to nothing is kept");
}

/// Each of several commands is one of its own.
#[tokio::test]
async fn all_is_done_that_is_to_be_done_in_its_place() {
    let store = MemoryStore::new();
    say(&store, "begin; issue buy").await;
    assert_eq!(worker(&store, &[]).catch_up().await.unwrap().parked, 0);
    assert_eq!(done(&store).await, ["complain", "leave"]);
}

/// Nothing is done in the place of a command that is possible by the time at which that would be done.
#[tokio::test]
async fn a_command_that_is_no_longer_refused_is_executed_alone() {
    let store = MemoryStore::new();
    say(&store, "begin; issue buy").await;
    let worker = worker(&store, &["open"]);
    assert_eq!(worker.catch_up().await.unwrap().parked, 0);
    assert_eq!(done(&store).await, ["open", "buy"]);
}

/// An aggregate that changes each time in between holds a step up, as far as it may be tried.
#[tokio::test]
async fn an_aggregate_that_never_rests_parks_the_step() {
    let store = MemoryStore::new();
    say(&store, "begin; issue forbidden").await;
    let restless = Restless(Repository::new(store.clone()), store.clone());
    let clerk = Clerk { echoes: false, instead: Some("instead") };
    let worker = PolicyWorker::new(store.clone(), clerk, restless).unwrap();
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    let parked = worker.parked().await.unwrap().remove(0);
    let error = parked.error.unwrap();
    assert!(error.contains("stream test.Deeds-a was changed by others"), "{error}");
    assert_eq!((parked.attempts, done(&store).await.len()), (5, 5));
}

/// Something is done after each command that is refused.
struct Restless(Repository<Deeds, MemoryStore>, MemoryStore);

impl Dispatcher<Clerk> for Restless {
    async fn dispatch(&self, command: Said, context: Context) -> Result<(), DispatchError<Forbidden>> {
        let done = self.0.execute_with(command.key.clone(), command, context).await;
        if done.as_ref().is_err_and(|error| error.rejection().is_some()) {
            happen(&self.1, "rain").await;
        }
        done?;
        Ok(())
    }
}
