//! What a query should answer, said as simply as possible: the whole, filtered.

use super::harness::{Bench, Kept, StoreFactory, Violation, ensure_eq, stream, typed};
use crate::envelope::{NewEvent, StreamName};
use crate::store::{Direction, FeedQuery, StreamQuery};

/// The events of the stream that [`filled`] fills.
pub(super) const LENGTH: u64 = 12;

/// Where a query may begin or end: nowhere, at both edges, within, beyond, and at the largest number there is.
pub(super) const NUMBERS: [Option<u64>; 9] = [
    None,
    Some(0),
    Some(1),
    Some(2),
    Some(7),
    Some(LENGTH),
    Some(LENGTH + 1),
    Some(i64::MAX as u64 + 1),
    Some(u64::MAX),
];

/// The sizes of pages by which each answer is put together.
const LIMITS: [usize; 4] = [1, 2, 5, usize::MAX];

/// A store with a stream of [`LENGTH`] events of three types, two at each second, and other streams among it.
pub(super) fn filled<F: StoreFactory>(factory: &F) -> Result<(Bench<'_, F>, StreamName), Violation> {
    let (bench, stream) = (Bench::new(factory)?, stream("subject")?);
    let others = [self::stream("other")?, self::stream("subject-2")?];
    for second in 0..LENGTH / 2 {
        bench.clock.advance(1);
        for number in [2 * second, 2 * second + 1] {
            bench.push(&stream, &[numbered(number)])?;
            bench.push(&others[usize::from(number % 4 == 0)], &[numbered(number + 1)])?;
        }
    }
    Ok((bench, stream))
}

fn numbered(number: u64) -> NewEvent {
    const TYPES: [&str; 3] = ["test.Happened", "test.Renamed", "test.Happened2"];
    let number = usize::try_from(number).unwrap_or(0);
    typed(TYPES[number % TYPES.len()], number)
}

/// Filters by type: none, each alone, old and new name of one, one that nothing has, and none at all.
pub(super) fn type_filters() -> Vec<Option<Vec<String>>> {
    let filters: [&[&str]; 6] = [
        &["test.Happened"],
        &["test.Renamed", "test.Happened"],
        &["test.Happened2", "test.Never", "test.Happened2"],
        &["test.Never"],
        &["test.happened", "test.Happened%", "TEST.HAPPENED"],
        &[],
    ];
    let owned = |names: &&[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    std::iter::once(None).chain(filters.iter().map(owned)).collect()
}

/// Asks each query, in pages of several sizes, and compares with what the whole stream, filtered, says.
pub(super) fn check_stream<F: StoreFactory>(
    bench: &Bench<'_, F>,
    queries: impl IntoIterator<Item = StreamQuery>,
) -> Result<(), Violation> {
    for query in queries {
        let whole = bench.stream(&query.stream)?;
        ensure_eq!(whole.len() as u64, LENGTH, "the length of the whole stream");
        let due = due_of_stream(&whole, &query);
        for limit in LIMITS {
            let query = StreamQuery { limit, ..query.clone() };
            ensure_eq!(numbers(&bench.walk(&query)?), due, "the versions and positions that answer {query:?}");
        }
    }
    Ok(())
}

/// As [`check_stream`], of the feed.
pub(super) fn check_feed<F: StoreFactory>(
    bench: &Bench<'_, F>,
    queries: impl IntoIterator<Item = FeedQuery>,
) -> Result<(), Violation> {
    let whole = bench.everything()?;
    for query in queries {
        let due = due_of_feed(&whole, &query);
        for limit in LIMITS {
            let query = FeedQuery { limit, ..query.clone() };
            ensure_eq!(numbers(&bench.walk_feed(&query)?), due, "the versions and positions that answer {query:?}");
        }
    }
    Ok(())
}

fn numbers(events: &[Kept]) -> Vec<(u64, u64)> {
    events.iter().map(|event| (event.version, event.position)).collect()
}

fn due_of_stream(whole: &[Kept], query: &StreamQuery) -> Vec<(u64, u64)> {
    let prefix = whole.iter().take_while(|event| query.as_of.is_none_or(|time| event.recorded_at <= time));
    let asked = prefix
        .filter(|event| query.up_to_version.is_none_or(|version| event.version <= version))
        .filter(|event| begins(query.direction, query.from, event.version))
        .filter(|event| fits(query.types.as_deref(), event));
    directed(asked, query.direction)
}

fn due_of_feed(whole: &[Kept], query: &FeedQuery) -> Vec<(u64, u64)> {
    let asked = whole
        .iter()
        .filter(|event| begins(query.direction, query.from, event.position))
        .filter(|event| fits(query.types.as_deref(), event));
    directed(asked, query.direction)
}

fn begins(direction: Direction, from: Option<u64>, number: u64) -> bool {
    from.is_none_or(|from| match direction {
        Direction::Forward => number >= from,
        Direction::Backward => number <= from,
    })
}

fn fits(types: Option<&[String]>, event: &Kept) -> bool {
    types.is_none_or(|types| types.contains(&event.event_type))
}

fn directed<'a>(events: impl Iterator<Item = &'a Kept>, direction: Direction) -> Vec<(u64, u64)> {
    let mut numbers: Vec<(u64, u64)> = events.map(|event| (event.version, event.position)).collect();
    match direction {
        Direction::Forward => {}
        Direction::Backward => numbers.reverse(),
    }
    numbers
}
