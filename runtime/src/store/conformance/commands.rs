//! Commands that came to nothing, and come again.

use std::thread;

use jiff::Timestamp;
use uuid::Uuid;

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, events, stream};
use crate::envelope::{ExpectedVersion, NewEvent};
use crate::error::AppendError;
use crate::store::{Append, Appended, Clock as _, CommandRecord, EventStore, to_microseconds};

/// Appends what came of a command.
fn execute<F: StoreFactory>(
    bench: &Bench<'_, F>,
    command: Uuid,
    id: &str,
    expected: ExpectedVersion,
    events: &[NewEvent],
) -> Result<Result<Appended, AppendError>, Violation> {
    let append = Append { stream: stream(id)?, expected, events: events.to_vec(), command: Some(command) };
    Ok(bench.block_on(bench.store.append(append)))
}

/// A command that came to nothing does so again, at the same version, whatever is expected and whatever would come of it now;
/// in another stream its id is taken. Where the stream does not exist, it is not made.
///
/// # Errors
/// [`Violation`].
pub fn what_came_to_nothing_comes_to_nothing_again<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    use ExpectedVersion::{Any, Exact, None};
    let bench = Bench::new(factory)?;
    bench.push(&stream("a")?, &events(2))?;
    for (id, version) in [("a", 2), ("b", 0)] {
        let command = Uuid::now_v7();
        let find = || bench.block_on(bench.store.find_command(command));
        ensure_eq!(find()?, Option::None, "what is remembered of a command that never came");
        let nothing = Appended { version, position: Option::None, repeated: false };
        ensure_eq!(execute(&bench, command, id, Exact(version), &[])??, nothing, "the first answer in {id}");
        let record = CommandRecord { stream: stream(id)?.to_string(), version };
        ensure_eq!(find()?, Some(record), "what is remembered of the command in {id}");
        ensure_eq!(bench.version(&stream("b")?)?, Option::None, "the version of a stream to which nothing happened");
        bench.push(&stream("a")?, &events(3))?;
        let before = bench.everything()?;
        for expected in [Any, None, Exact(version), Exact(5), Exact(u64::MAX)] {
            for events in [events(0), events(1), events(3)] {
                let again = Appended { repeated: true, ..nothing };
                ensure_eq!(execute(&bench, command, id, expected, &events)??, again, "the answer once more in {id}");
            }
        }
        for events in [events(0), events(1)] {
            let answer = execute(&bench, command, "c", Any, &events)?;
            let AppendError::IdReused { id: taken, stream: holder, version: at } = (match answer {
                Err(error) => error,
                Ok(appended) => return Err(Violation::new(format!("`IdReused` is due, got {appended:?}"))),
            }) else {
                return Err(Violation::new("`IdReused` is due"));
            };
            ensure_eq!((taken, holder, at), (command, stream(id)?.to_string(), version), "the holder");
        }
        ensure_eq!(bench.everything()?, before, "the feed after a command that came to nothing");
    }
    Ok(())
}

/// A command that comes to nothing expects a version, as one does that comes to something: if it does not hold, nothing is
/// remembered. What comes to something is remembered by its events alone. A nil id is none.
///
/// # Errors
/// [`Violation`].
pub fn a_command_of_nothing_expects_a_version<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    let command = Uuid::now_v7();
    let batch = events(2);
    let appended = execute(&bench, command, "a", ExpectedVersion::None, &batch)??;
    ensure_eq!((appended.version, appended.repeated), (2, false), "the answer to a command with events");
    ensure_eq!(bench.block_on(bench.store.find_command(command))?, None, "what is remembered of it");
    let again = execute(&bench, command, "a", ExpectedVersion::None, &batch)??;
    ensure_eq!(again, Appended { repeated: true, ..appended }, "the answer to the same");
    let nothing = Uuid::now_v7();
    for expected in [ExpectedVersion::None, ExpectedVersion::Exact(1), ExpectedVersion::Exact(3)] {
        let answer = execute(&bench, nothing, "a", expected, &[])?;
        ensure!(matches!(answer, Err(AppendError::Conflict { actual: 2, .. })), "a conflict is due, got {answer:?}");
    }
    ensure_eq!(bench.block_on(bench.store.find_command(nothing))?, None, "what is remembered after a conflict");
    let appended = execute(&bench, nothing, "a", ExpectedVersion::Exact(2), &events(1))??;
    ensure_eq!((appended.version, appended.repeated), (3, false), "the answer after a conflict");
    let answer = execute(&bench, Uuid::nil(), "a", ExpectedVersion::Any, &[])?;
    ensure!(matches!(answer, Err(AppendError::Invalid { .. })), "`Invalid` is due, got {answer:?}");
    Ok(())
}

/// Of executions of one command at once, of which some come to something and some to nothing, one counts.
///
/// # Errors
/// [`Violation`].
pub fn of_a_command_at_once_one_execution_counts<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for round in 0..20 {
        let (command, id, batch) = (Uuid::now_v7(), format!("s{round}"), events(2));
        let answers = thread::scope(|scope| {
            let execute = |thread: usize| {
                let events = if thread.is_multiple_of(2) { &batch[..] } else { &[] };
                execute(&bench, command, &id, ExpectedVersion::None, events)
            };
            let threads: Vec<_> = (0..8).map(|thread| scope.spawn(move || execute(thread))).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect::<Result<Vec<_>, _>>()
        })?;
        let version = bench.version(&stream(&id)?)?;
        let first = answers.iter().filter(|answer| answer.as_ref().is_ok_and(|appended| !appended.repeated)).count();
        ensure_eq!((answers.len(), first), (8, 1), "executions, and those that counted");
        for answer in answers {
            match answer {
                Ok(appended) => ensure_eq!(appended.version, version.unwrap_or(0), "the version that each is told"),
                Err(AppendError::Conflict { .. }) => ensure_eq!(version, Some(2), "the version after a conflict"),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Commands that came to nothing are forgotten by time, and executed when they come again; what is younger comes to nothing
/// again. No event is touched.
///
/// # Errors
/// [`Violation`].
pub fn what_is_forgotten_is_executed_again<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    let (batch, with_events) = (events(2), Uuid::now_v7());
    execute(&bench, with_events, "a", ExpectedVersion::None, &batch)??;
    let mut nothing = Vec::new();
    for _ in 0..3 {
        let command = Uuid::now_v7();
        execute(&bench, command, "a", ExpectedVersion::Exact(2), &[])??;
        nothing.push((command, bench.clock.now()));
        bench.clock.advance(10);
    }
    let forget = |before| bench.block_on(bench.store.forget_commands(before));
    ensure_eq!(forget(Timestamp::UNIX_EPOCH)?, 0, "what came before any");
    // The clock is finer than what is kept.
    ensure_eq!(forget(to_microseconds(nothing[1].1))?, 1, "what came before the second");
    for (index, (command, _)) in nothing.iter().enumerate() {
        let is_kept = bench.block_on(bench.store.find_command(*command))?.is_some();
        ensure_eq!(is_kept, index > 0, "whether command {index} is remembered");
        let appended = execute(&bench, *command, "a", ExpectedVersion::Any, &events(1))??;
        ensure_eq!(appended.repeated, index > 0, "whether command {index} comes to nothing again");
    }
    ensure_eq!(forget(Timestamp::MAX)?, 2, "what is left");
    let again = execute(&bench, with_events, "a", ExpectedVersion::None, &batch)??;
    ensure_eq!((again.version, again.repeated), (2, true), "the answer to a command with events");
    ensure_eq!(bench.everything()?.len(), 3, "the events in the end");
    Ok(())
}
