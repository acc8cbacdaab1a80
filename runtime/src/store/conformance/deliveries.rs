//! How the events of a subscription are delivered.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use super::harness::{Bench, Patience, StoreFactory, Violation, ensure, ensure_eq, event, events, stream, typed};
use super::tally::{Turnstile, drop_a_vase};
use crate::repository::RetryPolicy;
use crate::store::subscription::SubscriptionStore;
use crate::subscription::{Delivery, Start, SubscribeError, Subscription};

/// A subscription to all events.
pub(super) fn subscription<F>(bench: &Bench<'_, F>) -> Result<Subscription<F::Store>, Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let retry = RetryPolicy { attempts: 3, max_delay: Duration::from_millis(1), ..RetryPolicy::default() };
    Ok(Subscription::new(bench.store.clone(), "mailer")?.retry(retry))
}

/// What was acknowledged is not delivered again, not even after the subscription was closed; what was not, is.
///
/// # Errors
/// [`Violation`].
pub fn what_is_acknowledged_is_not_delivered_again<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    bench.push(&stream("a")?, &events(10))?;
    let feed = positions(&bench)?;
    let subscription = subscription(&bench)?.batch(4);
    let mut delivered = Vec::new();
    bench.block_on(async {
        for (acknowledged, batches) in [(None, 2), (Some(1), 1), (Some(3), 1), (Some(3), 1)] {
            let mut consumer = subscription.open().await?;
            for _ in 0..batches {
                let batch = consumer.next().await?;
                delivered.push(batch.iter().map(|event| event.position).collect::<Vec<_>>());
                if let Some(event) = acknowledged.and_then(|last| batch.iter().nth(last)) {
                    consumer.acknowledge(event.position);
                }
            }
            consumer.close().await?;
        }
        Ok::<(), SubscribeError>(())
    })?;
    let due = [&feed[..4], &feed[4..8], &feed[..4], &feed[2..6], &feed[6..]];
    ensure_eq!(delivered, due, "what was delivered");
    ensure_eq!(bench.block_on(subscription.position())?, feed.last().copied(), "where it stands");
    Ok(())
}

/// Filters by type, stream and context; an event that is not wanted advances the position all the same.
///
/// # Errors
/// [`Violation`].
pub fn what_is_not_wanted_still_advances<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let mut wanted = BTreeMap::new();
    for round in 0..30 {
        let id = ["a", "b", "c"][round % 3];
        let event_type = ["test.Happened", "test.Renamed", "shop.Sold", "shop.Renamed"][round % 4];
        let appended = bench.push(&stream(id)?, &[typed(event_type, round)])?;
        wanted.insert(appended.position.unwrap_or(0), (id, event_type));
    }
    let last = bench.push(&stream("end")?, &[typed("test.End", 0)])?.position;
    let all = || subscription(&bench);
    let cases = [
        (
            "types",
            all()?.types(["test.Renamed", "shop.Renamed"]),
            (|_, ty| ty.ends_with("Renamed")) as fn(&str, &str) -> bool,
        ),
        ("streams", all()?.streams(["test.Thing-a", "test.Thing-none"]), |id, _| id == "a"),
        ("contexts", all()?.contexts(["shop"]), |_, ty| ty.starts_with("shop.")),
        ("all at once", all()?.contexts(["shop"]).streams(["test.Thing-b"]).types(["shop.Sold"]), |id, ty| {
            id == "b" && ty == "shop.Sold"
        }),
        ("nothing", all()?.types(["test.Never"]), |_, _| false),
    ];
    for (number, (case, subscription, fits)) in cases.into_iter().enumerate() {
        let subscription = subscription.renamed(&format!("case-{number}"))?.batch(3);
        let due: Vec<u64> = wanted.iter().filter(|(_, (id, ty))| fits(id, ty)).map(|(position, _)| *position).collect();
        let seen = Mutex::new(Vec::new());
        run_to(&bench, &subscription, last, |delivery| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(delivery.event().position);
            Ok(())
        })?;
        let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen.sort_unstable();
        ensure_eq!(seen, due, "what is delivered by {case}");
    }
    Ok(())
}

/// Runs the subscription on this thread until it has come to the position `last`.
fn run_to<F>(
    bench: &Bench<'_, F>,
    subscription: &Subscription<F::Store>,
    last: Option<u64>,
    handle: impl Fn(Delivery) -> Result<(), String> + Send + Sync,
) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    run_while(bench, subscription, handle, || Ok(bench.block_on(subscription.position())? < last))?;
    let position = bench.block_on(subscription.position())?;
    ensure!(position >= last, "the subscription stands at {position:?}, and not at {last:?}");
    Ok(())
}

/// More deliveries than any check asks for: a store that gives the same events for ever does not get on.
const MANY: usize = 10_000;

/// Runs the subscription on this thread as long as `more` says so. Where that does not change, it ends once nothing has
/// been delivered for a long time.
fn run_while<F>(
    bench: &Bench<'_, F>,
    subscription: &Subscription<F::Store>,
    handle: impl Fn(Delivery) -> Result<(), String> + Send + Sync,
    more: impl Fn() -> Result<bool, Violation> + Send + Sync,
) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let (stop, delivered) = (Turnstile::default(), AtomicUsize::new(0));
    let watch = || {
        let (mut patience, mut seen) = (Patience::new(), 0);
        while more()? {
            let now = delivered.load(Ordering::SeqCst).min(MANY);
            if now != seen {
                (patience, seen) = (Patience::new(), now);
            }
            if !patience.tick() {
                break;
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let _end = stop.open_at_the_end();
            watch()
        });
        let handle = |delivery| {
            delivered.fetch_add(1, Ordering::SeqCst);
            std::future::ready(handle(delivery))
        };
        let ended = bench.block_on(subscription.run_until(handle, stop.wait()));
        watch.join().unwrap_or_else(|_| Err(Violation::new("the watcher panicked")))?;
        Ok::<(), Violation>(ended?)
    })
}

/// The positions of all events.
fn positions<F: StoreFactory>(bench: &Bench<'_, F>) -> Result<Vec<u64>, Violation> {
    Ok(bench.everything()?.iter().map(|event| event.position).collect())
}

/// The events of each stream in the order in which they were delivered, by version.
#[derive(Default)]
struct Seen(Mutex<HashMap<String, Vec<u64>>>);

impl Seen {
    fn add(&self, delivery: &Delivery) {
        let event = delivery.event();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(event.stream.to_owned()).or_default().push(event.version);
    }

    fn of(&self, stream: &str) -> Vec<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(stream).cloned().unwrap_or_default()
    }
}

/// Whoever follows while others append is handed every event once: those that were, and those that come, without a gap
/// between. One that begins at the end is handed what comes.
///
/// # Errors
/// [`Violation`].
pub fn no_gap_between_what_was_and_what_comes<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    bench.push(&stream("old")?, &events(300))?;
    let late = subscription(&bench)?.renamed("late")?.start(Start::End);
    let mut late = bench.block_on(late.open())?;
    let mut consumer = bench.block_on(subscription(&bench)?.batch(7).open())?;
    let mut seen = Vec::new();
    thread::scope(|scope| {
        for writer in 0..4 {
            let bench = &bench;
            scope.spawn(move || {
                (0..50).try_for_each(|_| {
                    bench.push(&stream(&format!("w{writer}"))?, &events(2)).map(drop).map_err(Violation::from)
                })
            });
        }
        while seen.len() < 700 {
            let batch = bench.soon("the next batch comes", consumer.next())??;
            seen.extend(batch.iter().map(|event| event.position));
            consumer.acknowledge(batch.position());
        }
        Ok::<(), Violation>(())
    })?;
    let feed = positions(&bench)?;
    ensure_eq!(seen, feed, "what was delivered");
    let mut came = Vec::new();
    while came.len() < 400 {
        came.extend(bench.soon("the next batch comes", late.next())??.iter().map(|event| event.position));
    }
    ensure_eq!(came, feed[300..], "what came after the end");
    Ok(())
}

/// The events of one key are handled one after the other, in their order; those of different keys at the same time.
///
/// # Errors
/// [`Violation`].
pub fn each_key_keeps_its_order<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    for round in 0..60 {
        bench.push(&stream(["a", "b", "c"][round % 3])?, &events(2))?;
    }
    let last = bench.everything()?.last().map_or(0, |event| event.position);
    let (seen, at_work, most) = (Seen::default(), Mutex::new(BTreeSet::new()), AtomicUsize::new(0));
    let overlaps = AtomicUsize::new(0);
    let done = Turnstile::default();
    let handle = async |delivery: Delivery| {
        let key = delivery.key().to_owned();
        {
            let mut at_work = at_work.lock().unwrap_or_else(PoisonError::into_inner);
            overlaps.fetch_add(usize::from(!at_work.insert(key.clone())), Ordering::SeqCst);
            most.fetch_max(at_work.len(), Ordering::SeqCst);
        }
        let mut polls = delivery.event().position % 3;
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            polls = polls.saturating_sub(1);
            if polls == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        seen.add(&delivery);
        at_work.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        if delivery.event().position == last {
            done.open();
        }
        Ok::<(), String>(())
    };
    bench.block_on(subscription(&bench)?.run_until(|delivery| Box::pin(handle(delivery)), done.wait()))?;
    ensure_eq!(overlaps.into_inner(), 0, "events of a key that were handled at the same time");
    ensure!(most.into_inner() > 1, "no two keys were handled at the same time");
    for id in ["a", "b", "c"] {
        let delivered = seen.of(stream(id)?.as_str());
        let due: Vec<u64> = (1..=40).take(delivered.len()).collect();
        ensure_eq!(delivered, due, "the order of {id}");
    }
    Ok(())
}

/// An event that is not acknowledged holds the position before it, whatever of other keys is done behind it; after a stop
/// it comes again, and what was behind it too.
///
/// # Errors
/// [`Violation`].
pub fn an_open_event_holds_the_position<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    for id in ["b", "a", "b", "c", "b"] {
        bench.push(&stream(id)?, &[event(1)])?;
    }
    let feed = positions(&bench)?;
    let subscription = subscription(&bench)?;
    let (done, others, stop) = (AtomicUsize::new(0), Turnstile::default(), Turnstile::default());
    let handle = async |delivery: Delivery| {
        if delivery.event().position == feed[1] {
            others.wait().await;
            stop.open();
            return Err("not today".to_owned());
        }
        if done.fetch_add(1, Ordering::SeqCst) + 1 == 4 {
            others.open();
        }
        Ok(())
    };
    bench.block_on(subscription.run_until(|delivery| Box::pin(handle(delivery)), stop.wait()))?;
    ensure_eq!(bench.block_on(subscription.position())?, feed.first().copied(), "where it stands");
    ensure!(bench.block_on(subscription.parked())?.is_empty(), "something is parked");
    let again = Mutex::new(BTreeSet::new());
    run_to(&bench, &subscription, feed.last().copied(), |delivery| {
        again.lock().unwrap_or_else(PoisonError::into_inner).insert(delivery.event().position);
        Ok(())
    })?;
    let again: Vec<u64> = again.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect();
    ensure_eq!(again, feed[1..], "what came again");
    Ok(())
}

/// A poison event is tried as often as it may be, by error or by panic, and then parked with its error, and the later
/// events of its key behind it; those of other keys go on. What is parked stays so when the subscription begins again.
///
/// # Errors
/// [`Violation`].
pub fn a_poison_event_is_parked_and_the_others_go_on<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    for id in ["bad", "good", "bad", "good", "bad"] {
        bench.push(&stream(id)?, &[event(1)])?;
    }
    let feed = positions(&bench)?;
    let subscription = subscription(&bench)?;
    let (seen, attempts) = (Seen::default(), AtomicUsize::new(0));
    let handle = |delivery: Delivery| {
        if delivery.key().ends_with("bad") && delivery.event().version == 2 {
            let attempt = attempts.fetch_add(1, Ordering::SeqCst) + 1;
            if attempt == 2 {
                drop_a_vase();
            }
            return Err(format!("attempt {attempt} of {}", delivery.attempt()));
        }
        seen.add(&delivery);
        Ok(())
    };
    run_to(&bench, &subscription, Some(feed[4]), handle)?;
    for restart in ["first", "second"] {
        let parked = bench.block_on(subscription.parked())?;
        let parked: Vec<_> =
            parked.iter().map(|one| (one.position, one.attempts, one.error.as_deref(), one.due)).collect();
        let due = [(feed[2], 3, Some("attempt 3 of 3"), false), (feed[4], 0, None, false)];
        ensure_eq!(parked, due, "what is parked");
        ensure_eq!(seen.of(stream("bad")?.as_str()), [1], "what was delivered of the bad key");
        ensure_eq!(seen.of(stream("good")?.as_str()), [1, 2], "what was delivered of the good key");
        // Without something new it would have come to the end before it began.
        let last = bench.push(&stream(restart)?, &[event(1)])?.position;
        run_to(&bench, &subscription, last, |delivery| {
            seen.add(&delivery);
            Ok::<(), String>(())
        })?;
        ensure_eq!(seen.of(stream(restart)?.as_str()), [1], "what came since");
    }
    ensure_eq!(seen.of(stream("good")?.as_str()), [1, 2], "what was delivered of the good key after all");
    Ok(())
}

/// A replay delivers the parked events of a key in their order, then those parked behind them and those that came
/// since; one that fails again stays, with all of its attempts.
///
/// # Errors
/// [`Violation`].
pub fn parked_events_are_replayed_in_order<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let last = bench.push(&stream("bad")?, &events(4))?.position;
    let feed = positions(&bench)?;
    let subscription = subscription(&bench)?;
    let fail_until = |version: u64| {
        move |delivery: Delivery| if delivery.event().version >= version { Err("no".to_owned()) } else { Ok(()) }
    };
    run_to(&bench, &subscription, last, fail_until(2))?;
    ensure_eq!(bench.block_on(subscription.replay(Some("test.Thing-bad")))?, 1, "keys to be replayed");
    // Version 2 succeeds now, 3 does not.
    let kept = || Ok::<_, Violation>(bench.block_on(subscription.parked())?);
    run_while(&bench, &subscription, fail_until(3), || {
        Ok(kept()?.first().is_none_or(|first| first.attempts < 3 || first.position != feed[2]))
    })?;
    let parked: Vec<_> = kept()?.iter().map(|one| (one.position, one.attempts)).collect();
    ensure_eq!(parked, [(feed[2], 3), (feed[3], 0)], "what is parked after a replay that failed half-way");

    let seen = Seen::default();
    ensure_eq!(bench.block_on(subscription.replay(None))?, 1, "keys to be replayed");
    bench.push(&stream("bad")?, &events(2))?;
    let see = |delivery: Delivery| {
        seen.add(&delivery);
        Ok(())
    };
    run_while(&bench, &subscription, see, || Ok(!kept()?.is_empty() || seen.of("test.Thing-bad").len() < 4))?;
    ensure_eq!(seen.of(stream("bad")?.as_str()), [3, 4, 5, 6], "what was delivered by the replay");
    ensure!(kept()?.is_empty(), "something is still parked");
    let last = bench.push(&stream("bad")?, &events(1))?.position;
    run_to(&bench, &subscription, last, |delivery| {
        seen.add(&delivery);
        if delivery.is_replayed() { Err("the key is not free".to_owned()) } else { Ok(()) }
    })?;
    ensure_eq!(seen.of(stream("bad")?.as_str()), [3, 4, 5, 6, 7], "what was delivered after it");
    Ok(())
}

/// No more events are read than may be unacknowledged: whoever is slow is not overrun.
///
/// # Errors
/// [`Violation`].
pub fn no_more_is_read_than_the_window<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    for round in 0..40 {
        bench.push(&stream(&format!("s{round}"))?, &events(1))?;
    }
    let subscription = subscription(&bench)?.window(5).concurrency(100);
    let (begun, done, hold) = (AtomicUsize::new(0), Turnstile::default(), Turnstile::default());
    let handle = |_: Delivery| {
        if begun.fetch_add(1, Ordering::SeqCst) + 1 == 40 {
            done.open();
        }
        async {
            hold.wait().await;
            Ok::<(), String>(())
        }
    };
    let mut run = std::pin::pin!(subscription.run_until(handle, done.wait()));
    let mut poll = || {
        let polled = bench.block_on(std::future::poll_fn(|context| Poll::Ready(run.as_mut().poll(context))));
        if polled.is_ready() { Err(Violation::new("the subscription has ended")) } else { Ok(()) }
    };
    let mut patience = Patience::new();
    while begun.load(Ordering::SeqCst) < 5 && patience.tick() {
        poll()?;
    }
    // What more it would take up, it has time for.
    for _ in 0..50 {
        poll()?;
        patience.tick();
    }
    ensure_eq!(begun.load(Ordering::SeqCst), 5, "the events that were handed out where the window is 5");
    hold.open();
    bench.block_on(run)?;
    ensure_eq!(begun.load(Ordering::SeqCst), 40, "the events that were handed out in the end");
    let last = bench.everything()?.last().map(|event| event.position);
    ensure_eq!(bench.block_on(subscription.position())?, last, "where it stands in the end");
    Ok(())
}

/// Asked to stop, it finishes what is at work, keeps what was acknowledged and begins nothing new; what it left is
/// delivered next time.
///
/// # Errors
/// [`Violation`].
pub fn a_stop_finishes_what_is_at_work<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: SubscriptionStore + Clone>,
{
    let bench = Bench::new(factory)?;
    bench.push(&stream("a")?, &events(20))?;
    let feed = positions(&bench)?;
    let subscription = subscription(&bench)?;
    let (seen, stop) = (Seen::default(), Turnstile::default());
    let handle = async |delivery: Delivery| {
        if delivery.event().version == 5 {
            stop.open();
        }
        let mut polls = 0;
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            polls += 1;
            if polls > 5 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        seen.add(&delivery);
        Ok::<(), String>(())
    };
    bench.block_on(subscription.run_until(|delivery| Box::pin(handle(delivery)), stop.wait()))?;
    ensure_eq!(seen.of(stream("a")?.as_str()), [1, 2, 3, 4, 5], "what was handled before the stop");
    ensure_eq!(bench.block_on(subscription.position())?, feed.get(4).copied(), "where it stands");
    run_to(&bench, &subscription, feed.last().copied(), |delivery| {
        seen.add(&delivery);
        Ok(())
    })?;
    ensure_eq!(seen.of(stream("a")?.as_str()), (1..=20).collect::<Vec<u64>>(), "what was handled in the end");
    Ok(())
}
