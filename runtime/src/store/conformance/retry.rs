//! The same append again: ids are looked up first, and a retry is safe.

use std::thread;

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, event, events, ids, new_ids, stream};
use crate::envelope::{ExpectedVersion, NewEvent, StreamName};
use crate::error::AppendError;
use crate::store::Appended;

/// The same ids, consecutive, with the same types, versions and payloads, in the same stream: the first result once
/// more, whatever version is expected, whatever happened since; nothing is written.
///
/// # Errors
/// [`Violation`].
pub fn a_repeat_answers_the_first_result<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    use ExpectedVersion::{Any, Exact, Exists, None};
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    bench.push(&stream, &events(2))?;
    for batch in [events(1), events(3)] {
        let first = bench.push(&stream, &batch)?;
        bench.push(&stream, &events(2))?;
        let before = bench.everything()?;
        for expected in [Any, None, Exists, Exact(0), Exact(2), Exact(first.version), Exact(u64::MAX)] {
            let due = Appended { repeated: true, ..first };
            ensure_eq!(bench.append(&stream, expected, &batch)?, due, "the answer to a repeat that expects {expected}");
        }
        ensure_eq!(bench.everything()?, before, "the feed after repeats");
    }
    Ok(())
}

/// A retry may bring another time, other metadata: the first ones stay.
///
/// # Errors
/// [`Violation`].
pub fn a_repeat_keeps_the_first_envelope<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let mut once = event(1);
    bench.push(&stream, std::slice::from_ref(&once))?;
    let before = bench.everything()?;
    bench.clock.advance(60);
    once.metadata.actor = Some("somebody else".to_owned());
    once.metadata.depth = 3;
    once.recorded_at = Some(jiff::Timestamp::UNIX_EPOCH);
    ensure!(bench.push(&stream, &[once])?.repeated, "a retry with another envelope is not a repeat");
    ensure_eq!(bench.everything()?, before, "the feed after the repeat");
    Ok(())
}

/// Any other overlap with what is stored is `IdReused`, and nothing is written: another stream, another order, some
/// new among the old, a gap, another payload, type or schema version.
///
/// # Errors
/// [`Violation`].
pub fn any_other_overlap_is_id_reused<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream, other) = (Bench::new(factory)?, stream("a")?, stream("b")?);
    let held = events(3);
    bench.push(&stream, &held)?;
    let before = bench.everything()?;
    for (case, target, batch) in overlaps(&held, &stream, &other) {
        for expected in [ExpectedVersion::Any, ExpectedVersion::Exact(3), ExpectedVersion::Exact(0)] {
            let answer = bench.append(target, expected, &batch);
            ensure!(matches!(answer, Err(AppendError::IdReused { .. })), "{case}: `IdReused` is due, got {answer:?}");
            ensure_eq!(bench.everything()?, before, "the feed after {case}");
        }
    }
    Ok(())
}

fn overlaps<'a>(
    held: &[NewEvent],
    stream: &'a StreamName,
    other: &'a StreamName,
) -> Vec<(&'static str, &'a StreamName, Vec<NewEvent>)> {
    let pick = |places: &[usize]| -> Vec<NewEvent> { places.iter().map(|&place| held[place].clone()).collect() };
    let and_new = |places: &[usize], at: usize| {
        let mut batch = pick(places);
        batch.insert(at, event(9));
        batch
    };
    let but = |change: fn(&mut NewEvent)| {
        let mut batch = held.to_vec();
        change(&mut batch[1]);
        batch
    };
    vec![
        ("another stream", other, held.to_vec()),
        ("one of them in another stream", other, pick(&[1])),
        ("another order", stream, pick(&[1, 0, 2])),
        ("reversed", stream, pick(&[2, 1, 0])),
        ("a gap", stream, pick(&[0, 2])),
        ("all and a new one after them", stream, and_new(&[0, 1, 2], 3)),
        ("all and a new one before them", stream, and_new(&[0, 1, 2], 0)),
        ("all and a new one among them", stream, and_new(&[0, 1, 2], 1)),
        ("the first and a new one", stream, and_new(&[0], 1)),
        ("a new one and the last", stream, and_new(&[2], 0)),
        ("another payload", stream, but(|event| event.payload = event.payload.replace(":1", ":77"))),
        ("the same payload spaced differently", stream, but(|event| event.payload.push(' '))),
        ("another type", stream, but(|event| event.event_type = "test.Other".into())),
        ("another schema version", stream, but(|event| event.schema_version = 2)),
    ]
}

/// `IdReused` names the id, and the stream and version that hold it.
///
/// # Errors
/// [`Violation`].
pub fn id_reused_names_the_holder<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, holder) = (Bench::new(factory)?, stream("holder")?);
    let held = events(3);
    bench.push(&holder, &held)?;
    match bench.push(&stream("b")?, &[event(0), held[1].clone()]) {
        Err(AppendError::IdReused { id, stream, version }) => {
            ensure_eq!((id, stream.as_str(), version), (held[1].id, holder.as_str(), 2), "the holder");
            Ok(())
        }
        answer => Err(Violation::new(format!("`IdReused` is due, got {answer:?}"))),
    }
}

/// An append that both reuses an id and expects the wrong version is `IdReused`: a retry with other content is a
/// mistake that a caller must not mistake for a conflict.
///
/// # Errors
/// [`Violation`].
pub fn ids_are_looked_up_before_the_version<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let held = events(2);
    bench.push(&stream, &held)?;
    let answer = bench.append(&stream, ExpectedVersion::None, &[held[1].clone(), event(5)]);
    ensure!(matches!(answer, Err(AppendError::IdReused { .. })), "`IdReused` is due, got {answer:?}");
    Ok(())
}

/// The ids of an append that failed (a conflict, an invalid event) are not used: the same append may succeed later.
///
/// # Errors
/// [`Violation`].
pub fn ids_of_a_failed_append_are_free<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let batch = events(2);
    ensure!(bench.append(&stream, ExpectedVersion::Exact(1), &batch).is_err(), "a conflict is due");
    let mut malformed = batch.clone();
    malformed[1].payload.clear();
    ensure!(bench.push(&stream, &malformed).is_err(), "`Invalid` is due");
    let appended = bench.append(&stream, ExpectedVersion::None, &batch)?;
    ensure_eq!((appended.version, appended.repeated), (2, false), "the first append that succeeds");
    Ok(())
}

/// The same append from eight threads at once: one is the first, seven are told its result.
///
/// # Errors
/// [`Violation`].
pub fn of_equal_appends_at_once_one_is_the_first<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    for round in 1..=20 {
        let batch = events(3);
        let answers: Vec<Result<Appended, AppendError>> = thread::scope(|scope| {
            let append = || bench.append(&stream, ExpectedVersion::Exact(3 * (round - 1)), &batch);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(append)).collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        ensure_eq!(answers.len(), 8, "threads that ended well");
        let mut first = 0;
        for answer in answers {
            let appended = answer?;
            ensure_eq!(appended.version, 3 * round, "the version that each is told");
            first += usize::from(!appended.repeated);
        }
        ensure_eq!(first, 1, "appends that were the first");
        let stored = ids(&bench.stream(&stream)?);
        ensure_eq!(stored.len() as u64, 3 * round, "the events that are stored");
        ensure!(stored.ends_with(&new_ids(&batch)), "the last events are not those of the append");
    }
    Ok(())
}
