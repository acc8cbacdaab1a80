//! Appending: the expected version, all or nothing, what is well-formed.

use uuid::Uuid;

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, event, events, ids, new_ids, stream, typed};
use crate::envelope::{ExpectedVersion, NewEvent, StreamName};
use crate::error::AppendError;
use crate::store::Appended;
use crate::store::validate::LIMITS;

/// A stream's first event has version 1, every further one the next version, across appends.
///
/// # Errors
/// [`Violation`].
pub fn versions_are_consecutive_from_one<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    for (count, version) in [(1, 1), (3, 4), (2, 6)] {
        ensure_eq!(bench.push(&stream, &events(count))?.version, version, "the version after an append");
        ensure_eq!(bench.version(&stream)?, Some(version), "the stream's version after it");
    }
    let versions: Vec<u64> = bench.stream(&stream)?.iter().map(|event| event.version).collect();
    ensure_eq!(versions, vec![1, 2, 3, 4, 5, 6], "the versions of the events");
    Ok(())
}

/// An append answers the version and position of its last event, as they are read afterwards.
///
/// # Errors
/// [`Violation`].
pub fn the_answer_is_the_last_events_place<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    for id in ["a", "b", "a"] {
        let appended = bench.push(&stream(id)?, &events(3))?;
        ensure!(!appended.repeated, "a new append is said to be a repeat");
        let stored = bench.stream(&stream(id)?)?;
        let last = stored.last().map(|event| (event.version, Some(event.position)));
        ensure_eq!(Some((appended.version, appended.position)), last, "the place of the last event");
    }
    Ok(())
}

/// `Any` always holds, `None` on a missing stream, `Exists` on an existing one, `Exact` at exactly that version; what
/// does not hold is a conflict that carries the actual version, and nothing is written.
///
/// # Errors
/// [`Violation`].
pub fn the_expected_version_must_hold<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    use ExpectedVersion::{Any, Exact, Exists, None};
    for expected in [Any, None, Exists, Exact(0), Exact(1), Exact(2), Exact(3), Exact(u64::MAX)] {
        for (actual, holds) in
            [(0, matches!(expected, Any | None | Exact(0))), (2, matches!(expected, Any | Exists | Exact(2)))]
        {
            let (bench, stream) = (Bench::new(factory)?, stream("a")?);
            if actual > 0 {
                bench.push(&stream, &events(2))?;
            }
            let answer = bench.append(&stream, expected, &[event(9)]);
            match answer {
                Ok(appended) => {
                    ensure!(holds, "expected {expected}, the stream was at {actual}, and the append succeeded");
                    ensure_eq!(appended.version, actual + 1, "the version after an append at {actual}");
                }
                Err(AppendError::Conflict { stream: conflicting, expected: said, actual: reported }) => {
                    ensure!(!holds, "expected {expected}, the stream was at {actual}, and there was a conflict");
                    ensure_eq!((conflicting, said, reported), (stream.clone(), expected, actual), "the conflict");
                    ensure_eq!(bench.version(&stream)?.unwrap_or(0), actual, "the version after a conflict");
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// A conflict leaves no trace: the feed is as it was, the stream's ids are free, and the next append gets the next
/// position.
///
/// # Errors
/// [`Violation`].
pub fn a_conflict_writes_nothing_and_burns_no_position<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let first = bench.push(&stream, &events(1))?;
    let before = bench.everything()?;
    for _ in 0..3 {
        conflict(&bench, &stream)?;
    }
    ensure_eq!(bench.everything()?, before, "the feed after conflicts");
    let next = bench.push(&stream, &[event(7)])?;
    ensure_eq!(next.position, first.position.map(|position| position + 1), "the position after conflicts");
    Ok(())
}

fn conflict<F: StoreFactory>(bench: &Bench<'_, F>, stream: &StreamName) -> Result<(), Violation> {
    let answer = bench.append(stream, ExpectedVersion::None, &events(2));
    ensure!(matches!(answer, Err(AppendError::Conflict { actual: 1, .. })), "a conflict is due, got {answer:?}");
    Ok(())
}

/// An append of no events writes nothing, expects nothing, creates no stream, and answers the current version.
///
/// # Errors
/// [`Violation`].
pub fn an_append_of_nothing_writes_nothing<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    for version in [0, 2] {
        for expected in
            [ExpectedVersion::Any, ExpectedVersion::None, ExpectedVersion::Exists, ExpectedVersion::Exact(7)]
        {
            let due = Appended { version, position: None, repeated: false };
            ensure_eq!(bench.append(&stream, expected, &[])?, due, "the answer to an empty append");
        }
        ensure_eq!(bench.version(&stream)?, (version > 0).then_some(version), "the version after empty appends");
        if version == 0 {
            bench.push(&stream, &events(2))?;
        }
    }
    Ok(())
}

/// If one event of an append cannot be stored, whichever it is, none is: and the store goes on.
///
/// # Errors
/// [`Violation`].
pub fn all_or_nothing_whichever_event_fails<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let taken = event(0);
    bench.push(&stream, std::slice::from_ref(&taken))?;
    let before = bench.everything()?;
    let malformed = NewEvent { payload: "{".to_owned(), ..event(1) };
    for failing in [malformed, taken] {
        for place in 0..5 {
            let mut batch = events(5);
            batch[place] = failing.clone();
            ensure!(
                bench.push(&stream, &batch).is_err(),
                "event {place} of 5 cannot be stored, and the append succeeded"
            );
            ensure_eq!(bench.everything()?, before, "the feed after event {place} of 5 failed");
        }
    }
    ensure_eq!(bench.push(&stream, &events(1))?.version, 2, "the version after appends that failed");
    Ok(())
}

/// An event that is not well-formed is refused as `Invalid`, with its index, and nothing is written.
///
/// # Errors
/// [`Violation`].
pub fn what_is_malformed_is_invalid<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let payload = |payload: &str| NewEvent { payload: payload.to_owned(), ..event(0) };
    let long_type = NewEvent { event_type: "x".repeat(LIMITS.event_type + 1).into(), ..event(0) };
    let mut long_actor = event(0);
    long_actor.metadata.actor = Some("x".repeat(LIMITS.actor + 1));
    let mut long_headers = event(0);
    long_headers.metadata.headers.insert("name".to_owned(), "x".repeat(LIMITS.headers));
    let malformed = [
        NewEvent { id: Uuid::nil(), ..event(0) },
        typed("", 0),
        typed("test.Line\nbreak", 0),
        long_type,
        NewEvent { schema_version: 0, readable_from: 0, ..event(0) },
        NewEvent { readable_from: 0, ..event(0) },
        NewEvent { schema_version: 2, readable_from: 3, ..event(0) },
        payload(""),
        payload("{"),
        payload("{} {}"),
        payload("{'a':1}"),
        payload("NaN"),
        payload("[1,]"),
        payload(&format!("{}{}", "[".repeat(LIMITS.nesting + 1), "]".repeat(LIMITS.nesting + 1))),
        payload(&format!("\"{}\"", "x".repeat(LIMITS.payload))),
        long_actor,
        long_headers,
    ];
    for (case, event_) in malformed.iter().enumerate() {
        let answer = bench.push(&stream, &[event(0), event_.clone()]);
        let refused = matches!(answer, Err(AppendError::Invalid { index: 1, .. }));
        ensure!(refused, "malformed event {case}: `Invalid` at index 1 is due, got {answer:?}");
    }
    ensure_eq!(bench.version(&stream)?, None, "the version after nothing but malformed events");
    Ok(())
}

/// An append that names an id twice is refused: `IdReused`, version 0, since nothing holds the id yet.
///
/// # Errors
/// [`Violation`].
pub fn an_id_named_twice_is_reused<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let twice = event(0);
    let answer = bench.push(&stream, &[twice.clone(), event(1), twice.clone()]);
    let refused = matches!(&answer, Err(AppendError::IdReused { id, version: 0, .. }) if *id == twice.id);
    ensure!(refused, "`IdReused` with version 0 is due, got {answer:?}");
    ensure_eq!(bench.version(&stream)?, None, "the version after it");
    Ok(())
}

/// An append of as many events as one may hold is stored; of one more it is `Invalid`.
///
/// # Errors
/// [`Violation`].
pub fn the_largest_append_is_stored_and_one_more_is_not<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let mut batch = events(LIMITS.events + 1);
    let answer = bench.push(&stream, &batch);
    ensure!(matches!(answer, Err(AppendError::Invalid { .. })), "`Invalid` is due, got {answer:?}");
    batch.pop();
    bench.push(&stream, &batch)?;
    ensure!(
        ids(&bench.stream(&stream)?) == new_ids(&batch),
        "the events of a large append are not all there, in order"
    );
    Ok(())
}

/// Names that differ in case, in unicode normalisation, by a blank or in length are different streams.
///
/// # Errors
/// [`Violation`].
pub fn streams_are_told_apart_by_every_byte<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    // The two forms of e acute, and of a name that LIKE or GLOB would take for a pattern.
    let names = ["a", "A", "a ", " a", "aa", "\u{e9}", "e\u{301}", "ß", "ss", "%", "_", "*", "a'", "a\"", "\u{1F600}"];
    for (index, name) in names.iter().enumerate() {
        let appended = bench.append(&stream(name)?, ExpectedVersion::None, &events(index + 1))?;
        ensure_eq!(appended.version, index as u64 + 1, "the version of {name:?}");
    }
    for (index, name) in names.iter().enumerate() {
        let stored = bench.stream(&stream(name)?)?;
        ensure_eq!(stored.len(), index + 1, "the events of {name:?}");
        ensure!(
            stored.iter().all(|event| event.stream == format!("test.Thing-{name}")),
            "{name:?} has another's events"
        );
    }
    Ok(())
}

/// A name of 1,024 bytes is a stream like any other, told apart from one that differs in its last byte.
///
/// # Errors
/// [`Violation`].
pub fn the_longest_stream_name_is_a_stream<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    let stem = "é".repeat((StreamName::MAX_BYTES - 2) / 2);
    let (one, other): (StreamName, StreamName) = (format!("{stem}-1").parse()?, format!("{stem}-2").parse()?);
    bench.push(&one, &events(2))?;
    ensure_eq!(bench.version(&other)?, None, "the version of the other stream");
    bench.push(&other, &events(1))?;
    ensure_eq!(
        bench.stream(&one)?.iter().map(|event| &*event.stream).collect::<Vec<_>>(),
        vec![one.as_str(); 2],
        "names"
    );
    Ok(())
}
