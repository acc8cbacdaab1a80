//! Reading everything, in the order of positions.

use uuid::Uuid;

use super::harness::{Bench, Kept, StoreFactory, Violation, ensure, ensure_eq, events, ids, new_ids, stream};
use super::model::{NUMBERS, check_feed, filled, type_filters};
use crate::envelope::ExpectedVersion;
use crate::store::{Direction, EventStore, FeedQuery, Page};

const DIRECTIONS: [Direction; 2] = [Direction::Forward, Direction::Backward];

/// The feed holds every event of every stream once, in the order of appends; positions rise and begin at 1 or later.
///
/// # Errors
/// [`Violation`].
pub fn the_feed_is_every_append_in_order<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    ensure!(bench.everything()?.is_empty(), "a new store holds events");
    let mut due = Vec::new();
    for id in ["a", "b", "a", "c", "b"] {
        let batch = events(3);
        bench.push(&stream(id)?, &batch)?;
        due.extend(new_ids(&batch));
    }
    let feed = bench.everything()?;
    ensure_eq!(ids(&feed), due, "the ids of the feed");
    ensure!(feed.iter().all(|event| event.position >= 1), "a position is 0");
    ensure!(feed.is_sorted_by(|one, next| one.position < next.position), "positions do not rise");
    for id in ["a", "b", "c"] {
        let of_stream: Vec<_> = feed.iter().filter(|event| event.stream.ends_with(id)).cloned().collect();
        ensure_eq!(bench.stream(&stream(id)?)?, of_stream, "the stream {id}, and its part of the feed");
    }
    Ok(())
}

/// From any position, in both directions, put together from pages of any size; beyond the end nothing.
///
/// # Errors
/// [`Violation`].
pub fn forward_and_backward_from_anywhere<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, _) = filled(factory)?;
    for direction in DIRECTIONS {
        check_feed(&bench, NUMBERS.map(|from| FeedQuery { direction, from, ..FeedQuery::default() }))?;
    }
    Ok(())
}

/// By types, from anywhere, in both directions.
///
/// # Errors
/// [`Violation`].
pub fn the_feed_by_types<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let (bench, _) = filled(factory)?;
    for direction in DIRECTIONS {
        for from in [None, Some(7)] {
            let query = FeedQuery { direction, from, ..FeedQuery::default() };
            check_feed(&bench, type_filters().into_iter().map(|types| FeedQuery { types, ..query.clone() }))?;
        }
    }
    Ok(())
}

/// A page of the feed keeps to the limits of a page; with a limit of 0 it is empty and has no next one. It has no
/// stream's version.
///
/// # Errors
/// [`Violation`].
pub fn a_page_of_the_feed_keeps_to_its_limits<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    bench.push(&stream("a")?, &events(Page::MAX_EVENTS))?;
    bench.push(&stream("b")?, &events(3))?;
    for direction in DIRECTIONS {
        for limit in [0, 1, 7, Page::MAX_EVENTS, usize::MAX] {
            let page = bench.feed_page(&FeedQuery { direction, limit, ..FeedQuery::default() })?;
            ensure_eq!(page.len(), limit.min(Page::MAX_EVENTS), "the events of a page of at most {limit}");
            ensure_eq!(page.next().is_some(), limit > 0, "whether a page of {limit} has a next one");
            ensure_eq!(page.stream_version(), None, "a stream's version in the feed");
        }
    }
    Ok(())
}

/// At the end there is no next page; whoever asks again from the last position on gets what is new, and only that.
///
/// # Errors
/// [`Violation`].
pub fn whoever_follows_reads_on_from_the_last_position<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    let mut last = 0;
    for round in 0..5 {
        let batch = events(round);
        bench.push(&stream("a")?, &batch)?;
        let new = bench.walk_feed(&FeedQuery { from: Some(last + 1), limit: 2, ..FeedQuery::default() })?;
        ensure_eq!(ids(&new), new_ids(&batch), "what is new in round {round}");
        last = new.last().map_or(last, |event| event.position);
    }
    Ok(())
}

/// An event is found by its id: it alone, as the feed has it. An id that no event has, or that an append had which was
/// refused, finds nothing.
///
/// # Errors
/// [`Violation`].
pub fn an_event_is_found_by_its_id<F: StoreFactory>(factory: &F) -> Result<(), Violation> {
    let bench = Bench::new(factory)?;
    let find = |id| Ok::<_, Violation>(bench.block_on(bench.store.find_event(id))?);
    let refused = events(1);
    ensure!(bench.append(&stream("a")?, ExpectedVersion::Exact(3), &refused).is_err(), "a conflict is due");
    for id in ["a", "b", "a"] {
        bench.push(&stream(id)?, &events(3))?;
    }
    for due in bench.everything()? {
        let page = find(due.id)?;
        let found: Vec<Kept> = page.iter().map(|recorded| Kept::from(&recorded)).collect();
        ensure_eq!(found, [due], "what is found");
        ensure_eq!(page.next(), None, "the next page");
    }
    for id in [refused[0].id, Uuid::now_v7(), Uuid::nil(), Uuid::max()] {
        ensure_eq!(find(id)?.len(), 0, "what is found of {id}");
    }
    Ok(())
}
