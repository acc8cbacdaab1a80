//! Reading one stream.

use super::harness::{Bench, StoreFactory, Violation, ensure, ensure_eq, event, events, ids, new_ids, stream};
use super::model::{LENGTH, NUMBERS, check_stream, filled, type_filters};
use crate::envelope::NewEvent;
use crate::store::{Clock, Direction, Page, StreamQuery};

const DIRECTIONS: [Direction; 2] = [Direction::Forward, Direction::Backward];

/// An unknown stream has no version; a stream of which nothing fits the query has one. Neither is an error.
///
/// # Errors
/// [`Violation`].
pub fn an_unknown_stream_is_told_from_an_empty_answer<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, known) = (Bench::new(factory)?, stream("known")?);
    bench.push(&known, &events(3))?;
    for (name, version) in [(stream("unknown")?, None), (known, Some(3))] {
        let whole = StreamQuery::new(name);
        let empty_answers = [
            StreamQuery { from: Some(4), ..whole.clone() },
            StreamQuery { from: Some(0), direction: Direction::Backward, ..whole.clone() },
            StreamQuery { up_to_version: Some(0), ..whole.clone() },
            StreamQuery { as_of: Some(jiff::Timestamp::MIN), ..whole.clone() },
            StreamQuery { types: Some(vec!["test.Never".to_owned()]), ..whole.clone() },
            StreamQuery { limit: 0, ..whole.clone() },
        ];
        for query in empty_answers {
            let page = bench.page(&query)?;
            ensure!(page.is_empty(), "{} events answer {query:?}", page.len());
            ensure_eq!(page.stream_version(), version, "the stream's version in the answer to {query:?}");
        }
    }
    Ok(())
}

/// Forward from any version: that one and all after it, oldest first; beyond the end nothing; put together from pages
/// of any size.
///
/// # Errors
/// [`Violation`].
pub fn forward_from_anywhere<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    check_stream(&bench, NUMBERS.map(|from| StreamQuery { from, ..StreamQuery::new(stream.clone()) }))
}

/// Backward from any version: that one and all before it, newest first; from beyond the end all.
///
/// # Errors
/// [`Violation`].
pub fn backward_from_anywhere<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    let backward = StreamQuery { direction: Direction::Backward, ..StreamQuery::new(stream) };
    check_stream(&bench, NUMBERS.map(|from| StreamQuery { from, ..backward.clone() }))
}

/// Up to a version: none above it, whatever the direction.
///
/// # Errors
/// [`Violation`].
pub fn up_to_a_version<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    for direction in DIRECTIONS {
        let whole = StreamQuery { direction, ..StreamQuery::new(stream.clone()) };
        check_stream(&bench, NUMBERS.map(|up_to_version| StreamQuery { up_to_version, ..whole.clone() }))?;
    }
    Ok(())
}

/// By types: exactly those, of several all (an event's old names beside its new one), no pattern, no other case; of
/// none nothing.
///
/// # Errors
/// [`Violation`].
pub fn by_types<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    for direction in DIRECTIONS {
        let whole = StreamQuery { direction, ..StreamQuery::new(stream.clone()) };
        check_stream(&bench, type_filters().into_iter().map(|types| StreamQuery { types, ..whole.clone() }))?;
    }
    Ok(())
}

/// As of a time, in both directions.
///
/// # Errors
/// [`Violation`].
pub fn as_of_a_time<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    let times: Vec<jiff::Timestamp> = bench.stream(&stream)?.iter().map(|event| event.recorded_at).collect();
    for as_of in times.into_iter().chain([jiff::Timestamp::MIN, jiff::Timestamp::MAX, bench.clock.now()]) {
        let query = |direction| StreamQuery { direction, as_of: Some(as_of), ..StreamQuery::new(stream.clone()) };
        check_stream(&bench, DIRECTIONS.map(query))?;
    }
    Ok(())
}

/// All conditions at once hold at once.
///
/// # Errors
/// [`Violation`].
pub fn all_conditions_together<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    let as_of = bench.stream(&stream)?.get(8).map(|event| event.recorded_at);
    for direction in DIRECTIONS {
        for from in [None, Some(3), Some(9), Some(u64::MAX)] {
            for up_to_version in [Some(2), Some(8), Some(LENGTH)] {
                let query = StreamQuery { direction, from, up_to_version, as_of, ..StreamQuery::new(stream.clone()) };
                check_stream(&bench, type_filters().into_iter().map(|types| StreamQuery { types, ..query.clone() }))?;
            }
        }
    }
    Ok(())
}

/// A limit of 0 gives an empty page, the stream's version, and no next page.
///
/// # Errors
/// [`Violation`].
pub fn a_limit_of_nothing_reads_nothing<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = filled(factory)?;
    for direction in DIRECTIONS {
        let page = bench.page(&StreamQuery { limit: 0, direction, ..StreamQuery::new(stream.clone()) })?;
        ensure_eq!((page.len(), page.next(), page.stream_version()), (0, None, Some(LENGTH)), "the page");
    }
    Ok(())
}

/// A page holds at most as many events as were asked for, and never more than [`Page::MAX_EVENTS`]; the pages together
/// are the whole.
///
/// # Errors
/// [`Violation`].
pub fn a_page_keeps_to_its_limits<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let batch = events(2 * Page::MAX_EVENTS + 1);
    bench.push(&stream, &batch)?;
    for limit in [1, 7, Page::MAX_EVENTS, Page::MAX_EVENTS + 1, usize::MAX] {
        let page = bench.page(&StreamQuery { limit, ..StreamQuery::new(stream.clone()) })?;
        ensure_eq!(page.len(), limit.min(Page::MAX_EVENTS), "the events of a page of at most {limit}");
        ensure!(page.next().is_some(), "a page of {limit} events of a longer stream has no next one");
    }
    for limit in [999, usize::MAX] {
        let query = StreamQuery { limit, ..StreamQuery::new(stream.clone()) };
        ensure!(ids(&bench.walk(&query)?) == new_ids(&batch), "pages of {limit} do not make up the stream");
    }
    Ok(())
}

/// A page takes no further event once it holds [`Page::MAX_BYTES`], but always one where there is one: large events
/// come one by one, none is left out.
///
/// # Errors
/// [`Violation`].
pub fn a_page_ends_after_its_bytes<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    let large = |tenths: usize| {
        let payload = format!("\"{}\"", "x".repeat(Page::MAX_BYTES / 10 * tenths));
        NewEvent { payload, ..event(0) }
    };
    let batch: Vec<NewEvent> = [6, 6, 6, 25, 1, 1, 25].into_iter().map(large).collect();
    bench.push(&stream, &batch)?;
    for direction in DIRECTIONS {
        let query = StreamQuery { direction, ..StreamQuery::new(stream.clone()) };
        let (mut from, mut seen) = (None, 0);
        loop {
            let page = bench.page(&StreamQuery { from, ..query.clone() })?;
            let bytes: usize = page.iter().rev().skip(1).map(|event| event.payload.len()).sum();
            ensure!(bytes < Page::MAX_BYTES, "a page holds {bytes} bytes before its last event");
            ensure!(!page.is_empty(), "a page is empty though there are events");
            seen += page.len();
            let Some(next) = page.next() else { break };
            from = Some(next);
        }
        ensure_eq!(seen, batch.len(), "the events of all pages");
    }
    Ok(())
}

/// A reader that stays between two pages holds up no writer, and then reads what was appended meanwhile.
///
/// # Errors
/// [`Violation`].
pub fn a_reader_between_pages_holds_up_nobody<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("a")?);
    bench.push(&stream, &events(3))?;
    let first = bench.page(&StreamQuery { limit: 2, ..StreamQuery::new(stream.clone()) })?;
    bench.push(&stream, &events(3))?;
    ensure_eq!((first.len(), first.stream_version(), first.next()), (2, Some(3), Some(3)), "the first page");
    let rest = bench.walk(&StreamQuery { from: first.next(), ..StreamQuery::new(stream) })?;
    ensure_eq!(rest.iter().map(|event| event.version).collect::<Vec<_>>(), vec![3, 4, 5, 6], "the rest");
    Ok(())
}
