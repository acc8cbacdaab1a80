//! Code of a policy that panics, wherever it is asked: that is an error, and others go on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::cell::Cell;

use factum::policy::{Correlation, DispatchError, Dispatcher, PolicyError, PolicyWorker, Reactions};
use factum::store::conformance::{Clerk, Desk, Forbidden, Said, TestClock};
use factum::store::{EventStoreExt, FeedQuery, PolicyStore, ViewResult};
use factum::{Context, EventStore, ExpectedVersion, MemoryStore, NewEvent, Policy, Recorded};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where code of the policy is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Correlate,
    Default,
    React,
    Clone,
    Dispatch,
    Rejected,
    Timeout,
    Serialize,
    Deserialize,
}

thread_local! {
    /// Where something is dropped. `Default` and `Clone` are asked nothing that could tell them.
    static CLUMSY_AT: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Drops something, if this is where.
fn handle_with_care(place: Place) {
    assert!(CLUMSY_AT.get() != Some(place), "dropped it in {place:?}");
}

/// What was put away.
struct Shelf(Vec<String>);

impl Default for Shelf {
    fn default() -> Self {
        handle_with_care(Place::Default);
        Self(Vec::new())
    }
}

impl Serialize for Shelf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        handle_with_care(Place::Serialize);
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shelf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        handle_with_care(Place::Deserialize);
        Deserialize::deserialize(deserializer).map(Self)
    }
}

/// A command.
struct Order(Said);

impl Clone for Order {
    fn clone(&self) -> Self {
        handle_with_care(Place::Clone);
        Self(self.0.clone())
    }
}

/// Issues every order, and again when it has waited for a minute.
struct Clumsy;

impl Clumsy {
    fn issue(key: &str, orders: &str, reactions: &mut Reactions<Order>) {
        reactions.issue(Order(Said { key: key.to_owned(), orders: orders.to_owned() }));
    }
}

impl Policy for Clumsy {
    type Events = Said;
    type State = Shelf;
    type Command = Order;
    type Rejection = Forbidden;
    const NAME: &'static str = Clerk::NAME;

    fn correlate(&self, event: &Said, recorded: &Recorded<'_>) -> Option<Correlation> {
        handle_with_care(Place::Correlate);
        (recorded.event_type == "test.Said").then(|| Correlation::Starts(event.key.clone()))
    }

    fn react(
        &self,
        Shelf(things): &mut Shelf,
        Said { key, orders }: &Said,
        _: &Recorded<'_>,
        reactions: &mut Reactions<Order>,
    ) -> ViewResult {
        handle_with_care(Place::React);
        things.push(key.clone());
        Self::issue(key, orders, reactions);
        reactions.set_timer_after("again", factum::Duration::from_secs(60));
        Ok(())
    }

    fn timeout(&self, Shelf(things): &mut Shelf, _: &str, reactions: &mut Reactions<Order>) -> ViewResult {
        handle_with_care(Place::Timeout);
        Self::issue(&things[0], "again", reactions);
        Ok(())
    }

    fn rejected(
        &self,
        _: &mut Shelf,
        command: &Order,
        _: Forbidden,
        reactions: &mut Reactions<Order>,
    ) -> Result<(), Forbidden> {
        handle_with_care(Place::Rejected);
        Self::issue(&command.0.key, "instead", reactions);
        Ok(())
    }
}

struct Hands(Desk<MemoryStore>);

impl Dispatcher<Clumsy> for Hands {
    async fn dispatch(&self, Order(said): Order, context: Context) -> Result<(), DispatchError<Forbidden>> {
        handle_with_care(Place::Dispatch);
        Dispatcher::<Clerk>::dispatch(&self.0, said, context).await
    }
}

async fn say(store: &MemoryStore, key: &str, orders: &str) -> u64 {
    let said = Said { key: key.to_owned(), orders: orders.to_owned() };
    let event = NewEvent::new("test.Said", 1, serde_json::to_string(&said).unwrap());
    let stream = format!("test.Thing-{key}").parse().unwrap();
    store.append_events(&stream, ExpectedVersion::Any, vec![event]).await.unwrap().position.unwrap()
}

async fn done(store: &MemoryStore) -> Vec<String> {
    let page = store.read_all(FeedQuery::default()).await.unwrap();
    let done = page.iter().filter(|event| event.event_type == "test.Done");
    done.map(|event| serde_json::from_str::<Said>(event.payload).unwrap().orders).collect()
}

/// A policy that drops something in one place about `a`, and then, when it is careful again, about `b` nothing.
async fn drop_it_in(place: Place, orders: &str) {
    let clock = TestClock::new();
    let store = MemoryStore::with_clock(clock.clone());
    let worker = PolicyWorker::new(store.clone(), Clumsy, Hands(Desk::new(&store))).unwrap();
    let worker = worker.clock(clock.clone()).on_parked(|_, _| panic!("dropped the phone"));
    // What waits for a timer has a state that is read, and parks what comes behind it.
    let waits = matches!(place, Place::Timeout | Place::Deserialize);
    if waits {
        say(&store, "a", "first").await;
        worker.catch_up().await.unwrap();
        clock.advance(60);
    }
    say(&store, "a", orders).await;
    CLUMSY_AT.set(Some(place));
    assert_eq!(worker.catch_up().await.unwrap().parked, if waits { 2 } else { 1 }, "{place:?}");
    CLUMSY_AT.set(None);
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.ends_with(&format!("it panicked: dropped it in {place:?}")), "{place:?}: {error}");
    say(&store, "b", "others go on").await;
    worker.catch_up().await.unwrap();
    assert_eq!(done(&store).await.last().unwrap(), "others go on", "{place:?}");

    worker.replay(None).await.unwrap();
    assert_eq!(worker.catch_up().await.unwrap().parked, 0, "{place:?}");
    let due = if orders == "forbidden" { "instead" } else { orders };
    assert_eq!(done(&store).await.iter().filter(|done| *done == due).count(), 1, "{place:?}");
}

#[tokio::test]
async fn panics_of_a_policys_code_are_errors_wherever_they_are() {
    for place in [Place::Default, Place::React, Place::Clone, Place::Dispatch, Place::Serialize, Place::Deserialize] {
        drop_it_in(place, "put it away").await;
    }
    drop_it_in(Place::Timeout, "put it away").await;
    drop_it_in(Place::Rejected, "forbidden").await;
}

/// Nobody knows whose business it is: the policy stops, and stands before it.
#[tokio::test]
async fn a_policy_that_cannot_say_whose_business_it_is_stops() {
    let store = MemoryStore::new();
    let worker = PolicyWorker::new(store.clone(), Clumsy, Hands(Desk::new(&store))).unwrap();
    say(&store, "a", "first").await;
    worker.catch_up().await.unwrap();
    let position = say(&store, "b", "whose is it").await;
    CLUMSY_AT.set(Some(Place::Correlate));
    for _ in 0..2 {
        let error = worker.catch_up().await.unwrap_err();
        assert!(matches!(error, PolicyError::Correlate { position: at, .. } if at == position), "{error}");
        assert!(error.to_string().ends_with("it panicked: dropped it in Correlate"), "{error}");
    }
    assert!(store.policies().await.unwrap().remove(0).position < position);
}
