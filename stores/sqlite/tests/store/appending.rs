//! What only a store in a file can get wrong about appends and reads.

use factum::store::conformance::block_on;
use factum::store::{Append, Direction, EventStore, FeedQuery, StreamQuery};
use factum::{AppendError, ExpectedVersion, Timestamp};
use factum_sqlite::Options;
use futures_util::future::join_all;

use crate::support::{Folder, append, event, feed, open, stream, to};

#[test]
fn in_one_group_each_append_fares_as_if_alone() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let (first, twice) = (event(), event());
    append(&store, "a", vec![first.clone()]).unwrap();
    let exactly = |version, events| Append { expected: ExpectedVersion::Exact(version), ..to("a", events) };
    let answers = block_on(join_all(
        [
            exactly(1, vec![event()]),
            exactly(1, vec![event()]),
            exactly(7, vec![first.clone()]),
            to("b", vec![twice.clone()]),
            to("b", vec![twice.clone()]),
            to("c", vec![twice.clone()]),
            to("d", vec![event(), first.clone()]),
            to("e", vec![event()]),
        ]
        .map(|append| store.append(append)),
    ));
    let seen: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Ok(appended) => format!("{} {}", appended.version, appended.repeated),
            Err(AppendError::Conflict { actual, .. }) => format!("conflict at {actual}"),
            Err(AppendError::IdReused { stream, version, .. }) => format!("reused from {stream} {version}"),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        seen,
        ["2 false", "conflict at 2", "1 true", "1 false", "1 true", "reused from b 1", "reused from a 1", "1 false"]
    );
    assert_eq!(feed(&store).len(), 4);
}

#[test]
fn positions_stay_when_the_file_is_opened_again() {
    let folder = Folder::new();
    for expected in 1..=5 {
        let appended = append(&open(&folder.database()), "a", vec![event()]).unwrap();
        assert_eq!((appended.version, appended.position), (expected, Some(expected)));
    }
}

#[test]
fn a_repeat_is_known_after_the_file_is_opened_again() {
    let folder = Folder::new();
    let events = vec![event(), event()];
    let first = append(&open(&folder.database()), "a", events.clone()).unwrap();
    let again = append(&open(&folder.database()), "a", events).unwrap();
    assert_eq!((again.version, again.position, again.repeated), (first.version, first.position, true));
}

#[test]
fn the_largest_numbers_are_only_large() {
    let folder = Folder::filled(3);
    let store = open(&folder.database());
    let largest = [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1];
    for from in largest.map(Some) {
        let forward = FeedQuery { from, ..FeedQuery::default() };
        let backward = FeedQuery { direction: Direction::Backward, ..forward.clone() };
        assert_eq!(block_on(store.read_all(forward)).unwrap().len(), 0);
        assert_eq!(block_on(store.read_all(backward)).unwrap().len(), 3);
        let forward = StreamQuery { from, up_to_version: from, ..StreamQuery::new(stream("a")) };
        let backward = StreamQuery { direction: Direction::Backward, ..forward.clone() };
        assert_eq!(block_on(store.read_stream(forward)).unwrap().len(), 0);
        assert_eq!(block_on(store.read_stream(backward)).unwrap().len(), 3);
    }
    for expected in largest.map(ExpectedVersion::Exact) {
        let answer = block_on(store.append(Append { expected, ..to("a", vec![event()]) }));
        assert!(matches!(answer, Err(AppendError::Conflict { actual: 3, .. })));
    }
}

/// Whoever opens the file next may have another clock; a stream's times never go back for all that.
#[test]
fn times_do_not_go_back_when_another_opens_the_file_whose_clock_is_behind() {
    let folder = Folder::new();
    let at = |clock: &'static str| {
        let options = Options::new().clock(move || clock.parse::<Timestamp>().unwrap());
        block_on(options.open(folder.database())).unwrap()
    };
    let ahead = at("2026-06-01T12:00:00Z");
    append(&ahead, "a", vec![event()]).unwrap();
    for behind in [at("2026-06-01T11:00:00Z"), at("2026-06-01T11:30:00Z")] {
        append(&behind, "a", vec![event()]).unwrap();
        append(&behind, "b", vec![event()]).unwrap();
    }
    drop(ahead);
    append(&at("1990-01-01T00:00:00Z"), "a", vec![event()]).unwrap();
    let page = block_on(open(&folder.database()).read_all(FeedQuery::default())).unwrap();
    let times: Vec<_> = page.iter().map(|event| (event.stream.to_owned(), event.recorded_at.to_string())).collect();
    let due = [("a", "12:00"), ("a", "12:00"), ("b", "11:00"), ("a", "12:00"), ("b", "11:30"), ("a", "12:00")];
    assert_eq!(times, due.map(|(stream, time)| (stream.to_owned(), format!("2026-06-01T{time}:00Z"))));
}
