//! What a policy's worker promises about its timers, and about when it stops.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use factum::policy::{Correlation, DispatchError, Dispatcher, PolicyWorker, Reactions};
use factum::store::conformance::{Clerk, Desk, Forbidden, Said, TestClock};
use factum::store::policy::{ParkedStep, PolicyStep, PolicyStore};
use factum::store::{BoxFuture, EventStoreExt, FeedQuery, ViewResult};
use factum::{Appended, ExpectedVersion, MemoryStore, NewEvent, Policy, Recorded, Timestamp};

/// A store, and its clock.
fn store() -> (MemoryStore, TestClock) {
    let clock = TestClock::new();
    (MemoryStore::with_clock(clock.clone()), clock)
}

fn clerk(store: &MemoryStore, clock: &TestClock) -> PolicyWorker<Clerk, MemoryStore, Desk<MemoryStore>> {
    PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(store)).unwrap().clock(clock.clone())
}

/// Says something to somebody.
async fn say(store: &MemoryStore, key: &str, orders: &str) -> Appended {
    let said = Said { key: key.to_owned(), orders: orders.to_owned() };
    let event = NewEvent::new("test.Said", 1, serde_json::to_string(&said).unwrap());
    store.append_events(&format!("test.Thing-{key}").parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap()
}

/// What was done.
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

/// Runs the clerk until it has had a first deed done.
async fn run_until_something_is_done(store: &MemoryStore, clock: &TestClock) {
    let told = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&told);
    let desk = Desk::new(store).after(move |_| {
        tell.store(true, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    });
    let worker = PolicyWorker::new(store.clone(), Clerk::default(), desk).unwrap().clock(clock.clone());
    let stop = poll_fn(|_| if told.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending });
    worker.run_until(stop).await.unwrap();
}

/// The event stays to be reacted to, once the timers have been fired.
#[tokio::test]
async fn whoever_is_to_stop_fires_no_more_timers() {
    let (store, clock) = store();
    let begun = say(&store, "a", "begin; timer 60 again a").await;
    clerk(&store, &clock).catch_up().await.unwrap();
    clock.advance(200);
    say(&store, "a", "issue after them; cancel again a").await;
    run_until_something_is_done(&store, &clock).await;
    assert_eq!(done(&store).await, ["late again a"]);
    assert_eq!(clerk(&store, &clock).status().await.unwrap().unwrap().position, begun.position.unwrap());
    clerk(&store, &clock).catch_up().await.unwrap();
    assert_eq!(done(&store).await, ["late again a", "late again a", "late again a", "after them"]);
}

/// Whoever reads on as long as there are full pages never comes to the timers.
#[tokio::test]
async fn a_timer_has_its_turn_while_events_come_as_fast_as_they_are_reacted_to() {
    let (store, clock) = store();
    say(&store, "a", "begin; timer 10 silence a").await;
    clock.advance(20);
    for other in 0..1_200 {
        say(&store, &format!("b{other}"), "begin; issue echo").await;
    }
    let echoing = Clerk { echoes: true, ..Clerk::default() };
    let worker = PolicyWorker::new(store.clone(), echoing, Desk::new(&store)).unwrap().clock(clock);
    worker.depth_limit(8).catch_up().await.unwrap();
    let done = done(&store).await;
    let turn = done.iter().position(|deed| deed == "late silence a");
    assert!(turn.is_some_and(|turn| turn < 5_000) && done.len() > 9_000, "{turn:?} of {}", done.len());
}

/// A step that is to be taken again, as somebody has asked for it.
fn due(correlation: &str, position: u64) -> ParkedStep {
    let (correlation, parked_at) = (correlation.to_owned(), Timestamp::UNIX_EPOCH);
    ParkedStep { correlation, position, timer: None, attempts: 1, error: None, parked_at, due: true }
}

async fn park(store: &MemoryStore, after: u64, park: Vec<ParkedStep>) {
    let position = store.last_position().await.unwrap().unwrap();
    let step = PolicyStep::to(Clerk::NAME.parse().unwrap(), after, position);
    store.keep_step(PolicyStep { park, ..step }).await.unwrap();
}

#[tokio::test]
async fn whoever_is_to_stop_replays_no_more() {
    let (store, clock) = store();
    clerk(&store, &clock).catch_up().await.unwrap();
    let (a, b) = (say(&store, "a", "begin; issue a").await, say(&store, "b", "begin; issue b").await);
    let (a, b) = (due("a", a.position.unwrap()), due("b", b.position.unwrap()));
    park(&store, 0, vec![a, b.clone()]).await;
    run_until_something_is_done(&store, &clock).await;
    assert_eq!((done(&store).await, clerk(&store, &clock).parked().await.unwrap()), (vec!["a".to_owned()], vec![b]));
    clerk(&store, &clock).catch_up().await.unwrap();
    assert_eq!(done(&store).await, ["a", "b"]);
}

/// The timers that were due before a parked event are not all fired: it stays due.
#[tokio::test]
async fn whoever_is_to_stop_leaves_a_replay_for_later() {
    let (store, clock) = store();
    say(&store, "a", "begin; timer 60 again a").await;
    clerk(&store, &clock).catch_up().await.unwrap();
    clock.advance(130);
    let parked = due("a", say(&store, "a", "issue after them; end").await.position.unwrap());
    park(&store, 1, vec![parked.clone()]).await;
    run_until_something_is_done(&store, &clock).await;
    let left = clerk(&store, &clock).parked().await.unwrap();
    assert_eq!((done(&store).await, left), (vec!["late again a".to_owned()], vec![parked]));
    clerk(&store, &clock).catch_up().await.unwrap();
    assert_eq!(done(&store).await, ["late again a", "late again a", "after them"]);
}

#[tokio::test]
async fn a_replay_does_not_wait_for_the_last_event() {
    let (store, clock) = store();
    clerk(&store, &clock).catch_up().await.unwrap();
    let parked =
        ParkedStep { due: false, ..due("a", say(&store, "a", "begin; issue replayed").await.position.unwrap()) };
    park(&store, 0, vec![parked]).await;
    say(&store, "b", "begin; issue first").await;
    for _ in 0..600 {
        say(&store, "c", "too early").await;
    }
    say(&store, "b", "issue last").await;
    let asked = store.clone();
    let desk = Desk::new(&store).after(move |command| -> BoxFuture<'static, ()> {
        let (store, is_first) = (asked.clone(), command.orders == "first");
        Box::pin(async move {
            if is_first {
                store.replay_steps(Clerk::NAME.parse().unwrap(), None).await.unwrap();
            }
        })
    });
    PolicyWorker::new(store.clone(), Clerk::default(), desk).unwrap().catch_up().await.unwrap();
    assert_eq!(done(&store).await, ["first", "replayed", "last"]);
}

#[tokio::test]
async fn a_timer_that_is_always_due_at_once_is_parked_and_others_go_on() {
    let (store, clock) = store();
    say(&store, "a", "begin; timer 0 restless a").await;
    say(&store, "b", "begin; timer 10 silence b").await;
    clock.advance(20);
    let worker = clerk(&store, &clock);
    assert_eq!(worker.catch_up().await.unwrap().parked, 1);
    let parked = worker.parked().await.unwrap().remove(0);
    assert_eq!((parked.correlation.as_str(), parked.timer.as_deref()), ("a", Some("restless a")));
    assert!(parked.error.as_ref().unwrap().contains("due at once 1000 times"), "{parked:?}");
    assert_eq!(done(&store).await, ["late silence b"]);
    // Before an event, too.
    say(&store, "c", "begin; timer 0 restless c").await;
    say(&store, "c", "end").await;
    assert_eq!(worker.catch_up().await.unwrap().parked, 3);
}

/// Has something done a second after whatever was said or done.
struct Relay;

impl Policy for Relay {
    type Events = Said;
    type State = String;
    type Command = Said;
    type Rejection = Forbidden;
    const NAME: &'static str = Clerk::NAME;

    fn correlate(&self, event: &Said, _: &Recorded<'_>) -> Option<Correlation> {
        Some(Correlation::Starts(event.key.clone()))
    }

    fn react(&self, key: &mut String, event: &Said, _: &Recorded<'_>, reactions: &mut Reactions<Said>) -> ViewResult {
        key.clone_from(&event.key);
        reactions.set_timer_after("go", factum::Duration::from_secs(1));
        Ok(())
    }

    fn timeout(&self, key: &mut String, _: &str, reactions: &mut Reactions<Said>) -> ViewResult {
        reactions.issue(Said { key: key.clone(), orders: "go".to_owned() });
        Ok(())
    }
}

impl Dispatcher<Relay> for Desk<MemoryStore> {
    async fn dispatch(&self, command: Said, context: factum::Context) -> Result<(), DispatchError<Forbidden>> {
        Dispatcher::<Clerk>::dispatch(self, command, context).await
    }
}

#[tokio::test]
async fn a_circle_that_goes_through_timers_ends_too() {
    let (store, clock) = store();
    say(&store, "a", "go").await;
    let worker = PolicyWorker::new(store.clone(), Relay, Desk::new(&store)).unwrap();
    let worker = worker.clock(clock.clone()).depth_limit(4);
    for _ in 0..9 {
        worker.catch_up().await.unwrap();
        clock.advance(1);
    }
    let error = worker.parked().await.unwrap().remove(0).error.unwrap();
    assert!(error.starts_with("the chain of causation has come to 5 events"), "{error}");
    assert_eq!(done(&store).await.len(), 4);
}
