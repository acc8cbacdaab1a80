//! Several at once.

use std::collections::HashMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::harness::{Bench, Kept, StoreFactory, Violation, ensure, ensure_eq, event, events, ids, stream};
use crate::envelope::{ExpectedVersion, NewEvent};
use crate::error::AppendError;
use crate::store::{Append, Appended, EventStore, FeedQuery};

/// Runs `work` for each number on a thread of its own, and answers in the order of numbers.
pub(super) fn on_threads<T: Send>(
    count: u64,
    work: impl Fn(u64) -> Result<T, Violation> + Sync,
) -> Result<Vec<T>, Violation> {
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Result<T, Violation>>| {
            thread.join().unwrap_or_else(|_| Err(Violation::new("a thread panicked")))
        };
        threads.into_iter().map(join).collect()
    })
}

/// Of two writers that expect the same version exactly one wins, 1,000 times over; the other is told the version that
/// the winner made.
///
/// # Errors
/// [`Violation`].
pub fn of_two_writers_at_one_version_one_wins<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    const ROUNDS: u64 = 1000;
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let barrier = Barrier::new(2);
    let write = |_| {
        // Whatever happens, every round is gone through: the other thread waits at the barrier.
        let round = |version| {
            barrier.wait();
            bench.append(&stream, ExpectedVersion::Exact(version), &[event(0)])
        };
        Ok((0..ROUNDS).map(round).collect::<Vec<_>>())
    };
    let answers = on_threads(2, write)?;
    for (version, (one, other)) in (0..).zip(answers[0].iter().zip(&answers[1])) {
        let (winner, loser) = if one.is_ok() { (one, other) } else { (other, one) };
        let won = matches!(winner, Ok(Appended { version: new, repeated: false, .. }) if *new == version + 1);
        let lost = matches!(loser, Err(AppendError::Conflict { actual, .. }) if *actual == version + 1);
        ensure!(won && lost, "at version {version} one is to win and one to lose, got {one:?} and {other:?}");
    }
    ensure_eq!(bench.version(&stream)?, Some(ROUNDS), "the version in the end");
    Ok(())
}

/// Writers of different streams never conflict, however many there are.
///
/// # Errors
/// [`Violation`].
pub fn disjoint_streams_never_conflict<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    let write = |number: u64| {
        let stream = stream(&number.to_string())?;
        for version in 0..25 {
            bench.append(&stream, ExpectedVersion::Exact(version), &events(1))?;
        }
        Ok(())
    };
    on_threads(16, write)?;
    ensure_eq!(bench.everything()?.len(), 16 * 25, "the events in the end");
    Ok(())
}

/// While 16 writers append to eight streams, one event beside several at a time, a follower of the feed sees every
/// event once: positions rise, the events of one stream come in its order, those of one append together.
///
/// # Errors
/// [`Violation`].
pub fn a_follower_misses_nothing_and_sees_nothing_twice<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    const WRITERS: u64 = 16;
    const APPENDS: usize = 25;
    let (bench, done) = (Bench::new(factory)?, AtomicBool::new(false));
    let write = |number: u64| {
        let stream = stream(&(number % 8).to_string())?;
        // Every fourth writer is a slow one among fast ones.
        let size = if number.is_multiple_of(4) { 20 } else { 1 };
        let appends: Result<Vec<Appended>, AppendError> =
            (0..APPENDS).map(|_| bench.push(&stream, &events(size))).collect();
        Ok(appends?.len() * size)
    };
    let (written, seen) = thread::scope(|scope| {
        let follower = scope.spawn(|| follow(&bench, &done, |_| Ok(())));
        let written = on_threads(WRITERS, write);
        done.store(true, Ordering::SeqCst);
        let seen = follower.join().unwrap_or_else(|_| Err(Violation::new("the follower panicked")));
        Ok::<_, Violation>((written?, seen?))
    })?;
    ensure_eq!(seen.len(), written.iter().sum::<usize>(), "the events that the follower saw");
    ensure!(seen.is_sorted_by(|one, next| one.position < next.position), "the follower saw positions that do not rise");
    let mut versions: HashMap<&str, u64> = HashMap::new();
    for event in &seen {
        let version = versions.entry(&event.stream).or_default();
        *version += 1;
        ensure_eq!(event.version, *version, "the next version of {} that the follower saw", event.stream);
    }
    ensure!(seen == bench.everything()?, "what the follower saw is not what is stored");
    Ok(())
}

/// Reads on until the writers are done and nothing is new, and has a look at each event when it is seen.
pub(super) fn follow<F: StoreFactory>(
    bench: &Bench<'_, F>,
    done: &AtomicBool,
    look: impl Fn(&Kept) -> Result<(), Violation>,
) -> Result<Vec<Kept>, Violation> {
    let mut seen: Vec<Kept> = Vec::new();
    loop {
        let last_round = done.load(Ordering::SeqCst);
        let from = seen.last().map(|event| event.position.saturating_add(1));
        let new = bench.walk_feed(&FeedQuery { from, limit: 10, ..FeedQuery::default() })?;
        ensure!(new.iter().all(|event| Some(event.position) >= from), "the feed goes back behind {from:?}");
        new.iter().try_for_each(&look)?;
        if new.is_empty() && last_round {
            return Ok(seen);
        }
        seen.extend(new);
        thread::yield_now();
    }
}

/// What one of the appends at once does, by its number.
enum Part {
    Good,
    Conflicting,
    Repeating,
    Malformed,
    Reusing,
}

impl Part {
    const fn of(number: u64) -> Self {
        match number % 8 {
            1 => Self::Conflicting,
            3 => Self::Repeating,
            5 => Self::Malformed,
            7 => Self::Reusing,
            _ => Self::Good,
        }
    }
}

/// Of many appends at once (a store may commit them as a group), one that conflicts, repeats, is malformed or reuses an
/// id gets its own answer and changes nothing for the others.
///
/// # Errors
/// [`Violation`].
pub fn appends_at_once_leave_each_other_alone<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, first) = (Bench::new(factory)?, events(2));
    let base = stream("base")?;
    let first_result = bench.push(&base, &first)?;
    let part = |number: u64| {
        let own = stream(&number.to_string())?;
        for version in 0..10 {
            let good = bench.append(&own, ExpectedVersion::Exact(version), &events(1));
            ensure!(good.as_ref().is_ok_and(|appended| appended.version == version + 1), "a good append got {good:?}");
            let malformed = NewEvent { payload: "?".to_owned(), ..event(0) };
            let (answer, right) = match Part::of(number) {
                Part::Good => continue,
                Part::Conflicting => {
                    let answer = bench.append(&base, ExpectedVersion::Exact(1), &events(3));
                    let right = matches!(answer, Err(AppendError::Conflict { actual: 2, .. }));
                    (answer, right)
                }
                Part::Repeating => {
                    let answer = bench.append(&base, ExpectedVersion::None, &first);
                    let right =
                        matches!(answer, Ok(appended) if appended == Appended { repeated: true, ..first_result });
                    (answer, right)
                }
                Part::Malformed => {
                    let answer = bench.push(&own, &[event(0), malformed]);
                    let right = matches!(answer, Err(AppendError::Invalid { index: 1, .. }));
                    (answer, right)
                }
                Part::Reusing => {
                    let answer = bench.push(&own, &[event(0), first[0].clone()]);
                    let right = matches!(answer, Err(AppendError::IdReused { .. }));
                    (answer, right)
                }
            };
            ensure!(right, "an append that is to fail or repeat among others got {answer:?}");
        }
        Ok(())
    };
    on_threads(16, part)?;
    ensure_eq!(bench.everything()?.len(), 2 + 16 * 10, "the events in the end");
    Ok(())
}

/// An append whose future is dropped after its first poll is stored as a whole or not at all; the store goes on, and
/// the same append again is safe.
///
/// # Errors
/// [`Violation`].
pub fn a_dropped_append_is_all_or_nothing<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for round in 0..50 {
        let (stream, batch) = (stream(&round.to_string())?, events(5));
        let (stream, events) = (stream.clone(), batch.clone());
        let append = Append { stream: stream.clone(), expected: ExpectedVersion::None, events, command: None };
        bench.poll_and_drop(bench.store.append(append));
        let stored = bench.version(&stream)?.unwrap_or(0);
        ensure!(stored == 0 || stored == 5, "{stored} of 5 events of a dropped append are stored");
        let again = bench.append(&stream, ExpectedVersion::None, &batch)?;
        ensure_eq!(again.version, 5, "the version after the same append again");
        ensure_eq!(ids(&bench.stream(&stream)?).len(), 5, "the events in the end");
    }
    Ok(())
}
