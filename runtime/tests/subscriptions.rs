//! What a subscription promises beside what every store owes.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use factum::store::subscription::{Progress, SubscriptionStore};
use factum::store::view::BoxError;
use factum::store::{BoxFuture, EventStoreExt, Page, Parked};
use factum::subscription::{Delivery, Start};
use factum::{
    DecodeFault, Decoded, Event, EventSet, ExpectedVersion, MemoryStore, NewEvent, RetryPolicy, Subscription, Timestamp,
};
use tokio::sync::Notify;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "toys", version = 2, renamed(2, "Put"))]
struct MarblesPut {
    marbles: u64,
    #[event(added(2), default = false)]
    by_hand: bool,
}

#[derive(Debug, Clone, PartialEq, EventSet)]
enum JarEvent {
    MarblesPut(MarblesPut),
}

/// Appends an event that says something; answers its position.
async fn push_typed(store: &MemoryStore, stream: &str, event: NewEvent) -> u64 {
    let appended = store.append_events(&stream.parse().unwrap(), ExpectedVersion::Any, vec![event]).await.unwrap();
    appended.position.unwrap()
}

async fn push(store: &MemoryStore, stream: &str, text: &str) -> u64 {
    push_typed(store, stream, NewEvent::new("test.Said", 1, format!("{text:?}"))).await
}

fn mails(store: &MemoryStore) -> Subscription<MemoryStore> {
    Subscription::new(store.clone(), "mails").unwrap()
}

/// Runs the subscription until the event at `last` has been handled and whatever was at work then.
async fn run_to(
    subscription: &Subscription<MemoryStore>,
    last: u64,
    handle: impl Fn(&Delivery) -> Result<(), BoxError> + Send + Sync,
) {
    let done = Notify::new();
    let handle = |delivery: Delivery| {
        let answer = handle(&delivery);
        if delivery.event().position == last {
            done.notify_one();
        }
        std::future::ready(answer)
    };
    subscription.run_until(handle, done.notified()).await.unwrap();
}

/// Lets others go on until `done`, and not for ever.
async fn until(done: impl Fn() -> bool) {
    for _ in 0..10_000 {
        if done() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn events_of_a_set_come_under_their_old_names_and_as_they_are_today() {
    let store = MemoryStore::new();
    let old = push_typed(&store, "toys.Jar-1", NewEvent::new("toys.Put", 1, r#"{"marbles":3}"#)).await;
    push_typed(&store, "toys.Jar-1", NewEvent::new("toys.Unheard", 1, "{}")).await;
    let payload = r#"{"marbles":4,"by_hand":true}"#;
    let new = push_typed(&store, "toys.Jar-1", NewEvent::new("toys.MarblesPut", 2, payload)).await;
    let seen = Mutex::new(Vec::new());
    run_to(&mails(&store).events::<JarEvent>(), new, |delivery| {
        let Decoded::One(event) = delivery.decode::<JarEvent>()? else { return Err("not one".into()) };
        seen.lock().unwrap().push((delivery.event().position, event));
        Ok(())
    })
    .await;
    let event = |marbles, by_hand| JarEvent::MarblesPut(MarblesPut { marbles, by_hand });
    assert_eq!(*seen.lock().unwrap(), [(old, event(3, false)), (new, event(4, true))]);
}

#[tokio::test]
async fn what_cannot_be_read_says_where_it_stands() {
    let store = MemoryStore::new();
    let unheard = push(&store, "toys.Jar-1", "never heard of").await;
    let errors = Mutex::new(Vec::new());
    run_to(&mails(&store), unheard, |delivery| {
        errors.lock().unwrap().extend(delivery.decode::<JarEvent>().err());
        Ok(())
    })
    .await;
    let errors = errors.into_inner().unwrap();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(matches!(error.fault, DecodeFault::UnknownType), "{error}");
    assert_eq!((error.position, &*error.event_type, &*error.stream), (unheard, "test.Said", "toys.Jar-1"));
}

/// As the documentation says: what only a newer release's set knows goes by, and without the filter it is parked.
#[tokio::test]
async fn a_type_that_the_set_does_not_know_goes_by() {
    let store = MemoryStore::new();
    let unheard = push(&store, "toys.Jar-1", "of a newer release").await;
    let last = push_typed(&store, "toys.Jar-2", NewEvent::new("toys.Put", 1, r#"{"marbles":3}"#)).await;
    let decode = |delivery: &Delivery| delivery.decode::<JarEvent>().map(drop).map_err(Into::into);
    for (subscription, parked) in [(mails(&store).events::<JarEvent>(), vec![]), (mails(&store), vec![unheard])] {
        let name = format!("mails-{}", parked.len());
        let subscription = subscription.renamed(&name).unwrap().retry(RetryPolicy::never());
        run_to(&subscription, last, decode).await;
        let seen: Vec<u64> = subscription.parked().await.unwrap().iter().map(|one| one.position).collect();
        assert_eq!((seen, subscription.position().await.unwrap()), (parked, Some(last)));
    }
}

#[tokio::test]
async fn a_new_one_begins_after_the_position_that_it_is_given() {
    let store = MemoryStore::new();
    let mut positions = Vec::new();
    for text in ["one", "two", "three", "four"] {
        positions.push(push(&store, "toys.Jar-1", text).await);
    }
    let seen = Mutex::new(Vec::new());
    let see = |delivery: &Delivery| {
        seen.lock().unwrap().push(delivery.event().position);
        Ok(())
    };
    run_to(&mails(&store).start(Start::After(positions[1])), positions[3], see).await;
    assert_eq!(*seen.lock().unwrap(), positions[2..]);
    // It is known now, and goes on where it was.
    let next = push(&store, "toys.Jar-1", "five").await;
    run_to(&mails(&store).start(Start::After(0)), next, see).await;
    assert_eq!(seen.lock().unwrap().last_chunk(), Some(&[positions[3], next]));
}

/// The key is what the event says, and not its stream.
#[tokio::test]
async fn what_keeps_its_order_is_the_key_that_was_chosen() {
    let store = MemoryStore::new();
    let mut said = Vec::new();
    for round in 0..6 {
        for text in ["x", "y"] {
            said.push((push(&store, ["toys.Jar-1", "toys.Table-1"][round % 2], text).await, text));
        }
    }
    let of =
        |key: &str| said.iter().filter(|(_, text)| *text == key).map(|(position, _)| *position).collect::<Vec<_>>();
    let by_text = mails(&store).order_by(|recorded| recorded.payload.to_owned()).retry(RetryPolicy::never());
    let (log, at_work) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let together = AtomicUsize::new(0);
    let done = Notify::new();
    let handle = async |delivery: Delivery| {
        let position = delivery.event().position;
        if delivery.key() == r#""x""# {
            together.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            until(|| log.lock().unwrap().len() >= 6).await;
            at_work.fetch_sub(1, Ordering::SeqCst);
        }
        log.lock().unwrap().push(position);
        match log.lock().unwrap().len() {
            // The fourth of `x`, and so the last that comes.
            10 => {
                done.notify_one();
                Err("out of paper")
            }
            _ => Ok(()),
        }
    };
    by_text.run_until(|delivery| Box::pin(handle(delivery)), done.notified()).await.unwrap();
    let handled = [of("y"), of("x")[..4].to_vec()].concat();
    assert_eq!(*log.lock().unwrap(), handled, "first what does not wait, then the others in their order");
    assert_eq!(together.into_inner(), 1);
}

/// Whoever rests between two attempts holds up nobody but their key; the pauses double.
#[tokio::test]
async fn an_event_that_fails_rests_and_others_go_on() {
    let store = MemoryStore::new();
    let bad = push(&store, "toys.Jar-bad", "bad").await;
    let behind = push(&store, "toys.Jar-bad", "behind").await;
    for _ in 0..3 {
        push(&store, "toys.Jar-good", "good").await;
    }
    let log = Arc::new(Mutex::new(Vec::new()));
    let rests = Arc::clone(&log);
    // A pause that ends once the others are done.
    let sleep = move |pause: Duration| {
        let log = Arc::clone(&rests);
        async move {
            log.lock().unwrap().push(format!("{} ms", pause.as_millis()));
            until(|| log.lock().unwrap().iter().filter(|line| *line == "good").count() == 3).await;
        }
    };
    let retry = RetryPolicy { attempts: 4, jitter: 0.0, ..RetryPolicy::default() };
    let handle = |delivery: Delivery| {
        let text = delivery.event().payload.trim_matches('"').to_owned();
        log.lock().unwrap().push(text.clone());
        std::future::ready(if text == "bad" { Err("no") } else { Ok(()) })
    };
    let mails = mails(&store).retry(retry).sleeper(sleep);
    let parked = async {
        while mails.parked().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    mails.run_until(handle, parked).await.unwrap();
    let seen = log.lock().unwrap().clone();
    let order = seen.iter().filter(|line| *line != "good").cloned().collect::<Vec<_>>();
    assert_eq!(order, ["bad", "2 ms", "bad", "4 ms", "bad", "8 ms", "bad"]);
    let second = seen.iter().skip(1).position(|line| line == "bad").unwrap() + 1;
    assert_eq!(seen[..second].iter().filter(|line| *line == "good").count(), 3, "{seen:?}");
    let parked: Vec<_> = mails.parked().await.unwrap().iter().map(|one| (one.position, one.attempts)).collect();
    assert_eq!(parked, [(bad, 4), (behind, 0)]);
}

#[tokio::test]
async fn no_more_are_handled_at_once_than_may_be() {
    for most in [1, 3] {
        let store = MemoryStore::new();
        let mut last = 0;
        for stream in 0..12 {
            last = push(&store, &format!("toys.Jar-{stream}"), "x").await;
        }
        let (at_work, seen, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Notify::new());
        let handle = async |_: Delivery| {
            at_work.fetch_add(1, Ordering::SeqCst);
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            let mut seen = seen.lock().unwrap();
            seen.push(at_work.fetch_sub(1, Ordering::SeqCst));
            if seen.len() == 12 {
                done.notify_one();
            }
            Ok::<(), BoxError>(())
        };
        let mails = mails(&store).concurrency(most);
        mails.run_until(|delivery| Box::pin(handle(delivery)), done.notified()).await.unwrap();
        assert_eq!(seen.lock().unwrap().iter().max(), Some(&most));
        assert_eq!(mails.position().await.unwrap(), Some(last));
    }
}

/// Parked events may be more than are listed at once: a key is blocked by each of them.
#[tokio::test]
async fn a_key_is_blocked_however_many_others_are() {
    let store = MemoryStore::new();
    let mails = mails(&store);
    mails.open().await.unwrap().close().await.unwrap();
    let mut park = Vec::new();
    for stream in 0..=Page::MAX_EVENTS {
        let key = format!("toys.Jar-{stream}");
        let position = push(&store, &key, "bad").await;
        let (error, parked_at) = (Some("no".to_owned()), Timestamp::UNIX_EPOCH);
        park.push(Parked { position, key, attempts: 1, error, parked_at, due: false });
    }
    let position = park.last().unwrap().position;
    store.save(Progress { park, ..Progress::to(mails.name().clone(), position) }).await.unwrap();

    let behind = push(&store, &format!("toys.Jar-{}", Page::MAX_EVENTS), "behind").await;
    let free = push(&store, "toys.Jar-free", "free").await;
    let handled = Mutex::new(Vec::new());
    run_to(&mails, free, |delivery| {
        handled.lock().unwrap().push(delivery.event().position);
        Ok(())
    })
    .await;
    assert_eq!(handled.into_inner().unwrap(), [free]);
    assert_eq!(mails.parked().await.unwrap().last().unwrap().position, behind);
}

/// Whoever is woken meanwhile finds it due still.
#[tokio::test]
async fn what_is_being_replayed_is_not_begun_again() {
    let store = MemoryStore::new();
    let bad = push(&store, "toys.Jar-bad", "bad").await;
    let mails = mails(&store).retry(RetryPolicy::never());
    run_to(&mails, bad, |_| Err("no".into())).await;
    mails.replay(None).await.unwrap();

    let (log, others) = (Mutex::new(Vec::new()), Notify::new());
    let handle = async |delivery: Delivery| {
        let position = delivery.event().position;
        log.lock().unwrap().push(position);
        if position == bad {
            for _ in 0..3 {
                push(&store, "toys.Jar-good", "good").await;
                others.notified().await;
            }
        } else {
            others.notify_one();
        }
        Ok::<(), BoxError>(())
    };
    let later = async {
        while !mails.parked().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let later = push(&store, "toys.Jar-bad", "later").await;
        until(|| log.lock().unwrap().last() == Some(&later)).await;
    };
    let handle = |delivery| -> BoxFuture<'_, Result<(), BoxError>> { Box::pin(handle(delivery)) };
    mails.run_until(handle, later).await.unwrap();
    assert_eq!(*log.lock().unwrap(), [bad, bad + 1, bad + 2, bad + 3, bad + 4]);
}

/// A replay goes on with the next of its key, also if the process dies in between.
#[tokio::test]
async fn a_replay_goes_on_after_a_death() {
    let store = MemoryStore::new();
    let first = push(&store, "toys.Jar-bad", "first").await;
    let second = push(&store, "toys.Jar-bad", "second").await;
    let mails = mails(&store).retry(RetryPolicy::never());
    run_to(&mails, first, |_| Err("no".into())).await;
    let parked = async {
        while mails.parked().await.unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    mails.run_until(|_| std::future::ready(Ok::<(), BoxError>(())), parked).await.unwrap();
    mails.replay(None).await.unwrap();

    let dies = Notify::new();
    let handle = async |delivery: Delivery| {
        if delivery.event().position == second {
            dies.notify_one();
            std::future::pending::<()>().await;
        }
        Ok::<(), BoxError>(())
    };
    let handle = |delivery| -> BoxFuture<'_, Result<(), BoxError>> { Box::pin(handle(delivery)) };
    tokio::select! {
        _ = mails.run_until(handle, std::future::pending()) => panic!("it ended by itself"),
        () = dies.notified() => {}
    }
    assert_eq!(mails.parked().await.unwrap().iter().map(|one| one.position).collect::<Vec<_>>(), [second]);
    let replayed = run_to(&mails, second, |_| Ok(()));
    tokio::time::timeout(Duration::from_secs(10), replayed).await.expect("nobody has asked again, and it goes on");
    assert!(mails.parked().await.unwrap().is_empty());
}

/// What was read and had no room in the window comes next time.
#[tokio::test]
async fn a_stop_passes_over_nothing_that_waits_for_room() {
    let store = MemoryStore::new();
    let mut events = Vec::new();
    for stream in 0..4 {
        events.push(push(&store, &format!("toys.Jar-{stream}"), "x").await);
    }
    let mails = mails(&store).window(1);
    let handled = Mutex::new(Vec::new());
    for (at, event) in events.iter().enumerate() {
        run_to(&mails, *event, |delivery| {
            handled.lock().unwrap().push(delivery.event().position);
            Ok(())
        })
        .await;
        assert_eq!(mails.position().await.unwrap(), Some(*event));
        assert_eq!(handled.lock().unwrap()[..], events[..=at]);
    }
}
