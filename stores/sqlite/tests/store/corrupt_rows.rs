//! Rows that this store did not write.

use factum::store::conformance::block_on;
use factum::store::{Direction, EventStore, EventStoreExt as _, FeedQuery, StreamQuery};
use factum::{ExpectedVersion, NewEvent, ReadError};
use factum_sqlite::{Gap, Scan};
use rusqlite::Connection;

use crate::support::{Folder, open, stream};

/// Ten events, the fifth of which `change` has damaged.
fn damaged(change: &str) -> Folder {
    let folder = Folder::filled(10);
    let raw = Connection::open(folder.database()).unwrap();
    raw.pragma_update(None, "ignore_check_constraints", true).unwrap();
    raw.execute_batch("DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed;").unwrap();
    raw.execute_batch(change).unwrap();
    folder
}

#[test]
fn a_damaged_row_is_an_error_with_its_position() {
    for (column, value) in [
        ("payload", "CAST(x'7bff7d' AS TEXT)"),
        ("actor", "CAST(x'ff' AS TEXT)"),
        ("headers", "CAST(x'c328' AS TEXT)"),
        ("id", "x'00'"),
        ("correlation_id", "x'0011'"),
        ("causation_id", "zeroblob(17)"),
        ("depth", "-1"),
        ("depth", "4294967296"),
        ("recorded_at", "9223372036854775807"),
        ("recorded_at", "-9223372036854775808"),
        ("kind_id", "99"),
    ] {
        the_fifth_is_corrupt(&damaged(&format!("UPDATE events SET {column} = {value} WHERE position = 5")));
    }
}

#[test]
fn a_damaged_kind_is_an_error_with_the_position_of_its_event() {
    for kind in ["'test.Happened', -1, 1", "'test.Happened', 1, 9223372036854775807", "CAST(x'ff' AS TEXT), 1, 1"] {
        let insert = format!("INSERT INTO kinds VALUES (2, {kind})");
        the_fifth_is_corrupt(&damaged(&format!("{insert}; UPDATE events SET kind_id = 2 WHERE position = 5")));
    }
}

fn the_fifth_is_corrupt(folder: &Folder) {
    let store = open(&folder.database());
    let all = block_on(store.read_all(FeedQuery::default()));
    let one = block_on(store.read_stream(StreamQuery::new(stream("a"))));
    for read in [all, one] {
        let error = read.unwrap_err();
        assert!(matches!(error, ReadError::Corrupt { position: 5, .. }), "{error:?}");
    }
    // Those before it can still be read.
    assert_eq!(block_on(store.read_all(FeedQuery { limit: 4, ..FeedQuery::default() })).unwrap().len(), 4);
    let mut scan = Scan::open(folder.database()).unwrap();
    for from in 1..5 {
        let page = scan.page(from).unwrap();
        assert_eq!((page.len() as u64, page.next()), (5 - from, Some(5)));
    }
    assert!(matches!(scan.page(5), Err(ReadError::Corrupt { position: 5, .. })));
    assert_eq!((scan.page(6).unwrap().len(), scan.page(6).unwrap().next()), (5, None));
}

/// By stream, with what is due and what is there; nothing of a store that is whole.
#[test]
fn gaps_are_found_in_every_stream() {
    let folder = Folder::filled(10);
    assert_eq!(Scan::open(folder.database()).unwrap().gaps().unwrap(), []);
    let store = open(&folder.database());
    for name in ["b", "c"] {
        let events = (0..4).map(|_| NewEvent::new("test.Happened", 1, "{}")).collect();
        block_on(store.append_events(&stream(name), ExpectedVersion::None, events)).unwrap();
    }
    block_on(store.close());
    let raw = Connection::open(folder.database()).unwrap();
    raw.execute_batch("DROP TRIGGER events_are_never_removed").unwrap();
    // The first of one, two times two of another; the last one of the third leaves no gap.
    raw.execute_batch("DELETE FROM events WHERE position IN (2, 3, 6, 7, 11, 18)").unwrap();
    drop(raw);
    let gap = |id, due, found, position| Gap { stream: stream(id).to_string(), due, found, position };
    let gaps = Scan::open(folder.database()).unwrap().gaps().unwrap();
    assert_eq!(gaps, [gap("a", 2, 4, 4), gap("a", 6, 8, 8), gap("b", 1, 2, 12)]);
    let told = format!("stream {} goes on with version 4, due is 2: events are missing", stream("a"));
    assert_eq!(gaps[0].to_string(), told);
    let mut scan = Scan::open(folder.database()).unwrap();
    assert_eq!(scan.page(1).unwrap().len(), 12);
}

#[test]
fn a_stream_without_a_name_is_an_error() {
    let store = damaged("UPDATE events SET stream_id = 99 WHERE position = 5");
    let error = block_on(open(&store.database()).read_all(FeedQuery::default())).unwrap_err();
    assert!(matches!(error, ReadError::Corrupt { position: 5, .. }), "{error:?}");
}

#[test]
fn a_missing_row_is_not_passed_over() {
    let folder = damaged("DELETE FROM events WHERE position = 5");
    let store = open(&folder.database());
    for (direction, position) in [(Direction::Forward, 6), (Direction::Backward, 4)] {
        let error =
            block_on(store.read_stream(StreamQuery { direction, ..StreamQuery::new(stream("a")) })).unwrap_err();
        assert!(matches!(error, ReadError::Corrupt { position: at, .. } if at == position), "{error:?}");
    }
    for (direction, from, up_to) in
        [(Direction::Forward, 3, Some(5)), (Direction::Forward, 5, Some(5)), (Direction::Backward, 5, None)]
    {
        let query = StreamQuery { direction, from: Some(from), up_to_version: up_to, ..StreamQuery::new(stream("a")) };
        assert!(matches!(block_on(store.read_stream(query)), Err(ReadError::Corrupt { .. })));
    }
}
