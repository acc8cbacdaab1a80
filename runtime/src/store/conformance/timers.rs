//! When the timers of policies fire, and what comes before.

use std::thread;

use jiff::{SignedDuration, Timestamp};

use super::clerk::{Clerk, deeds, done, plain, say, worker};
use super::harness::{Bench, Patience, StoreFactory, Violation, ensure, ensure_eq, stream};
use super::tally::Turnstile;
use crate::envelope::NewEvent;
use crate::store::policy::PolicyStore;
use crate::store::{Clock as _, FeedQuery, to_microseconds};

/// A timer is due after its span, whoever runs the policy then; those of all instances in the order of time. One that was
/// replaced or cancelled, or whose instance has ended, does nothing.
///
/// # Errors
/// [`Violation`].
pub fn timers_fire_in_the_order_of_time<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; timer 30 last a; timer 10 first a; timer 20 cancelled a")?;
    say(&bench, "b", "begin; timer 25 third b; timer 15 second b; timer 5 moved b")?;
    say(&bench, "c", "begin; timer 12 never c")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    say(&bench, "a", "cancel cancelled a")?;
    say(&bench, "b", "timer 40 moved b")?;
    say(&bench, "c", "end")?;
    bench.clock.advance(9);
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[]), "what was done before a timer was due");
    bench.clock.advance(21);
    bench.block_on(plain(&bench)?.catch_up())?;
    let due = [("a", "late first a"), ("b", "late second b"), ("b", "late third b"), ("a", "late last a")];
    ensure_eq!(done(&bench)?, deeds(&due), "what was done after 30 seconds");
    bench.clock.advance(60);
    bench.block_on(plain(&bench)?.catch_up())?;
    let due = [&due[..], &[("b", "late moved b")]].concat();
    ensure_eq!(done(&bench)?, deeds(&due), "what was done after 90 seconds");
    Ok(())
}

/// A timeout after the end of its instance does nothing, not even if an instance of its key begins anew; nor does one
/// overtake an event that was recorded before it was due.
///
/// # Errors
/// [`Violation`].
pub fn a_timeout_after_completion_does_nothing<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; timer 60 silence a")?;
    say(&bench, "b", "begin; timer 60 silence b")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    bench.clock.advance(50);
    say(&bench, "a", "end")?;
    say(&bench, "b", "end")?;
    say(&bench, "b", "begin")?;
    // Nobody was there to see it in time.
    bench.clock.advance(1_000);
    say(&bench, "a", "issue too late")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[]), "what was done");
    // And the other way round: what was due before an event was recorded comes before it.
    say(&bench, "c", "begin; timer 60 silence c")?;
    bench.clock.advance(61);
    say(&bench, "c", "issue answer; end")?;
    bench.clock.advance(1_000);
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("c", "late silence c"), ("c", "answer")]), "what was done in the end");
    Ok(())
}

/// Timers that are due do not wait for events that are recorded after that, however many come.
///
/// # Errors
/// [`Violation`].
pub fn a_timer_does_not_wait_for_later_events<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; timer 10 silence a")?;
    bench.block_on(plain(&bench)?.catch_up())?;
    bench.clock.advance(20);
    say(&bench, "b", "begin; issue echo")?;
    // Whatever is done is an event, of which something is done again.
    let (worker, _) = worker(&bench, Clerk { echoes: true, instead: None }, |desk| desk)?;
    bench.block_on(worker.depth_limit(4).catch_up())?;
    let first: Vec<_> = done(&bench)?.into_iter().take(3).collect();
    ensure_eq!(first, deeds(&[("b", "echo"), ("a", "late silence a"), ("b", "echo")]), "what was done first");
    Ok(())
}

/// No timer overtakes an event of its correlation that was recorded before it was due, not even if that stands far behind
/// later ones, as after an import.
///
/// # Errors
/// [`Violation`].
pub fn a_timer_waits_for_older_events_behind_later_ones<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; timer 60 silence a")?;
    let begun = bench.everything()?.first().map_or_else(Timestamp::default, |event| event.recorded_at);
    let imported = |after: i64, key: &str, orders: &str| {
        let event = NewEvent::new("test.Said", 1, format!(r#"{{"key":"{key}","orders":"{orders}"}}"#));
        NewEvent { recorded_at: begun.checked_add(SignedDuration::from_secs(after)).ok(), ..event }
    };
    let later: Vec<_> = (0..600).map(|_| imported(1_000, "b", "too early")).collect();
    bench.push(&stream("b")?, &later)?;
    bench.push(&stream("import")?, &[imported(30, "a", "end")])?;
    bench.clock.advance(2_000);
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[]), "what was done");
    Ok(())
}

/// Whoever has waited for the writers can read whatever was recorded before.
///
/// # Errors
/// [`Violation`].
pub fn nothing_earlier_comes_after_a_wait_for_writers<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    let ended = Turnstile::default();
    let write = |thread: usize| {
        while !ended.is_open() {
            bench.push(&stream(&format!("w{thread}"))?, &super::harness::events(1))?;
        }
        Ok::<(), Violation>(())
    };
    thread::scope(|scope| {
        let end = ended.open_at_the_end();
        let (bench, write) = (&bench, &write);
        let writers: Vec<_> = (0..4).map(|thread| scope.spawn(move || write(thread))).collect();
        let (mut seen, mut due) = (0, Timestamp::MIN);
        let mut look = || {
            let tail = bench.walk_feed(&FeedQuery { from: Some(seen + 1), ..FeedQuery::default() })?;
            let late: Vec<_> =
                tail.iter().filter(|event| event.recorded_at < due).map(|event| event.position).collect();
            ensure!(late.is_empty(), "what could not be read at {due} was recorded before: {late:?}");
            seen = tail.last().map_or(seen, |event| event.position);
            due = to_microseconds(bench.clock.now());
            Ok::<u64, Violation>(seen)
        };
        let (mut rounds, mut patience) = (0, Patience::new());
        while rounds < 20 || look()? < 100 {
            rounds += 1;
            bench.clock.advance(1);
            bench.block_on(bench.store.wait_for_writers())?;
            look()?;
            ensure!(patience.tick(), "hardly anything is written in a long time");
        }
        drop(end);
        let join = |writer: thread::ScopedJoinHandle<'_, _>| writer.join();
        let panicked = |_| Err(Violation::new("a writer panicked"));
        writers.into_iter().try_for_each(|writer| join(writer).unwrap_or_else(panicked))?;
        look().map(drop)
    })
}

/// A timer may set itself anew: each time counts from the time before, and has commands of its own.
///
/// # Errors
/// [`Violation`].
pub fn a_timer_may_set_itself_anew<F>(factory: &F) -> Result<(), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let bench = Bench::new(factory)?;
    say(&bench, "a", "begin; timer 60 again a")?;
    let first = bench.everything()?.remove(0);
    bench.clock.advance(200);
    bench.block_on(plain(&bench)?.catch_up())?;
    ensure_eq!(done(&bench)?, deeds(&[("a", "late again a"); 3]), "what was done in 200 seconds");
    let depths: Vec<_> = bench.everything()?.iter().map(|event| (event.causation_id, event.depth)).collect();
    let because = (Some(first.id), 1);
    ensure_eq!(depths, [(None, 0), because, because, because], "what the events go back to");
    let timers = bench.block_on(plain(&bench)?.instance("a"))?.map(|instance| instance.timers);
    let due =
        timers.as_ref().and_then(|timers| timers.first()).map(|timer| timer.due.duration_since(first.recorded_at));
    ensure_eq!(due, Some(SignedDuration::from_secs(240)), "when it is due next");
    Ok(())
}
