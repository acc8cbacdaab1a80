//! When an event was recorded.

use jiff::{SignedDuration, Timestamp};

use super::harness::{Bench, Kept, StoreFactory, Violation, ensure, ensure_eq, event, stream};
use crate::envelope::NewEvent;
use crate::error::AppendError;
use crate::store::{Clock, StreamQuery, to_microseconds};

fn times(events: &[Kept]) -> Vec<Timestamp> {
    events.iter().map(|event| event.recorded_at).collect()
}

fn at(time: Timestamp) -> NewEvent {
    NewEvent { recorded_at: Some(time), ..event(0) }
}

fn second(second: i64) -> Result<Timestamp, Violation> {
    Ok(Timestamp::from_second(1_700_000_000 + second)?)
}

/// An event is recorded at the time that the store's clock shows, to the microsecond (finer digits are cut off).
///
/// # Errors
/// [`Violation`].
pub fn events_are_recorded_at_the_clocks_time<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let mut due = Vec::new();
    for _ in 0..3 {
        bench.clock.advance(7);
        due.push(to_microseconds(bench.clock.now()));
        bench.push(&stream, &[event(0)])?;
    }
    ensure_eq!(times(&bench.stream(&stream)?), due, "the times");
    Ok(())
}

/// If the clock goes back, a stream's times stay; a stream that begins then has the clock's time.
///
/// # Errors
/// [`Violation`].
pub fn recorded_at_never_goes_back<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, old, new) = (Bench::new(factory)?, stream("old")?, stream("new")?);
    let late = to_microseconds(bench.clock.now());
    bench.push(&old, &[event(0)])?;
    bench.clock.advance(-3600);
    let early = to_microseconds(bench.clock.now());
    bench.push(&old, &[event(1), event(2)])?;
    bench.push(&new, &[event(3)])?;
    ensure_eq!(times(&bench.stream(&old)?), vec![late; 3], "the times of the stream that was there before");
    ensure_eq!(times(&bench.stream(&new)?), vec![early], "the time of the stream that began then");
    Ok(())
}

/// A time that is given (an import) is kept, to the microsecond, however far it is from now; what is then recorded
/// without one is not earlier.
///
/// # Errors
/// [`Violation`].
pub fn a_given_time_is_kept<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let given: Vec<Timestamp> =
        ["-009999-01-03T00:00:00.000001Z", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z"]
            .into_iter()
            .chain(["2020-02-29T12:00:00.1234567Z", "9999-12-30T22:00:00.999999999Z"])
            .map(str::parse)
            .collect::<Result<_, _>>()?;
    let batch: Vec<NewEvent> = given.iter().map(|&time| at(time)).chain([event(9)]).collect();
    bench.push(&stream, &batch)?;
    let mut due: Vec<Timestamp> = given.into_iter().map(to_microseconds).collect();
    due.extend(due.last().copied());
    ensure_eq!(times(&bench.stream(&stream)?), due, "the times");
    Ok(())
}

/// A given time before that of the event ahead of it is `Invalid`, with the event's index; an equal one is fine.
///
/// # Errors
/// [`Violation`].
pub fn a_given_time_may_not_go_back<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    bench.push(&stream, &[at(second(5)?), at(second(5)?)])?;
    bench.push(&stream, &[at(second(5)?)])?;
    let before = bench.everything()?;
    let almost = second(5)?.checked_sub(SignedDuration::from_micros(1))?;
    for (index, batch) in
        [(0, vec![at(almost)]), (1, vec![at(second(9)?), at(second(8)?)]), (1, vec![event(0), at(second(6)?)])]
    {
        let answer = bench.push(&stream, &batch);
        let refused = matches!(answer, Err(AppendError::Invalid { index: said, .. }) if said == index);
        ensure!(refused, "`Invalid` at index {index} is due, got {answer:?}");
    }
    ensure_eq!(bench.everything()?, before, "the feed afterwards");
    Ok(())
}

/// "As of a time" is the longest prefix whose events were recorded at or before it: of several at one time all.
///
/// # Errors
/// [`Violation`].
pub fn as_of_is_the_longest_prefix<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let batch = [1, 2, 2, 2, 4].map(|number| second(number).map(at));
    bench.push(&stream, &batch.into_iter().collect::<Result<Vec<_>, _>>()?)?;
    for (time, due) in [(0, 0), (1, 1), (2, 4), (3, 4), (4, 5), (9, 5)] {
        let query = StreamQuery { as_of: Some(second(time)?), ..StreamQuery::new(stream.clone()) };
        ensure_eq!(bench.walk(&query)?.len(), due, "the events as of second {time}");
        ensure_eq!(bench.page(&query)?.stream_version(), Some(5), "the stream's version, whatever is asked of it");
    }
    let just_before = second(2)?.checked_sub(SignedDuration::from_nanos(1))?;
    let query = StreamQuery { as_of: Some(just_before), ..StreamQuery::new(stream) };
    ensure_eq!(bench.walk(&query)?.len(), 1, "the events as of a nanosecond before second 2");
    Ok(())
}
