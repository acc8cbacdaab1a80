//! Walks through a store that answers late: pages are asked for ahead, and every event is visited once, in order.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[macro_use]
#[path = "support/forward.rs"]
mod forward;

use std::future::poll_fn;
use std::sync::Mutex;
use std::task::Poll;

use factum::store::conformance::block_on;
use factum::store::{Direction, EventStore, EventStoreExt, FeedQuery, MemoryStore, Page, StreamQuery};
use factum::{ExpectedVersion, NewEvent, ReadError};

/// A store that lets go of the caller's thread before it answers, and keeps what it was asked for.
struct Late {
    inner: MemoryStore,
    asked: Mutex<Vec<Option<u64>>>,
}

impl Late {
    async fn later(&self, from: Option<u64>) {
        self.asked.lock().unwrap().push(from);
        let mut polled = false;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn asked(&self) -> Vec<Option<u64>> {
        self.asked.lock().unwrap().clone()
    }
}

impl EventStore for Late {
    forwarded!(append, find_event, find_command, forget_commands);

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        self.later(query.from).await;
        self.inner.read_stream(query).await
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        self.later(query.from).await;
        self.inner.read_all(query).await
    }
}

/// Two streams of 40 events of two types each, in turns; some fill a page alone.
fn filled() -> Late {
    let inner = MemoryStore::new();
    for number in 0..80_usize {
        let stream = ["a", "b"][number % 2].parse().unwrap();
        let event_type = if number % 7 < 3 { "test.One" } else { "test.Other" };
        let bytes = if number % 13 == 5 { Page::MAX_BYTES } else { 1 };
        let event = NewEvent::new(event_type, 1, format!(r#"{{"text":"{}"}}"#, "x".repeat(bytes)));
        block_on(inner.append_events(&stream, ExpectedVersion::Any, vec![event])).unwrap();
    }
    Late { inner, asked: Mutex::default() }
}

fn stream_positions(store: &impl EventStore, query: StreamQuery) -> Vec<u64> {
    let mut positions = Vec::new();
    let walk = store.for_each_in_stream(query, |recorded| {
        positions.push(recorded.position);
        Ok::<(), ReadError>(())
    });
    assert_eq!(block_on(walk).unwrap(), positions.len() as u64);
    positions
}

fn feed_positions(store: &impl EventStore, query: FeedQuery) -> Vec<u64> {
    let mut positions = Vec::new();
    let walk = store.for_each_in_feed(query, |recorded| {
        positions.push(recorded.position);
        Ok::<(), ReadError>(())
    });
    assert_eq!(block_on(walk).unwrap(), positions.len() as u64);
    positions
}

/// The memory store answers at once: it is read page after page.
#[test]
fn every_event_is_visited_once_and_in_order_whatever_was_guessed() {
    let store = filled();
    for direction in [Direction::Forward, Direction::Backward] {
        for types in [None, Some(vec!["test.One".to_owned()]), Some(vec!["test.None".to_owned()])] {
            for (limit, from) in [(1, None), (2, Some(7)), (3, None), (7, Some(33)), (39, None), (40, None), (90, None)]
            {
                let query = FeedQuery { direction, from, types: types.clone(), limit };
                assert_eq!(feed_positions(&store, query.clone()), feed_positions(&store.inner, query));
                let stream = StreamQuery::new("b".parse().unwrap());
                let query = StreamQuery { direction, from, types: types.clone(), limit, ..stream };
                assert_eq!(stream_positions(&store, query.clone()), stream_positions(&store.inner, query));
            }
        }
    }
    assert_eq!(feed_positions(&store, FeedQuery::default()), (1..=80).collect::<Vec<_>>());
}

#[test]
fn two_pages_are_asked_for_before_one_is_visited() {
    let store = filled();
    let mut asked = Vec::new();
    let query = StreamQuery { limit: 2, up_to_version: Some(6), ..StreamQuery::new("a".parse().unwrap()) };
    let walk = store.for_each_in_stream(query, |recorded| {
        asked.push((recorded.version, store.asked().len()));
        Ok::<(), ReadError>(())
    });
    block_on(walk).unwrap();
    assert_eq!(asked.first(), Some(&(1, 3)), "{asked:?}");
    assert_eq!(store.asked().get(..3), Some(&[None, Some(3), Some(5)][..]));
}

#[test]
fn nothing_is_asked_for_beyond_the_end_of_a_stream() {
    let store = filled();
    let query = StreamQuery { limit: 30, ..StreamQuery::new("b".parse().unwrap()) };
    let visited = stream_positions(&store, query.clone());
    assert_eq!(visited.len(), 40);
    assert!(store.asked().iter().all(|from| from.is_none_or(|from| from <= 40)), "{:?}", store.asked());
    let one_page = Late { inner: store.inner.clone(), asked: Mutex::default() };
    stream_positions(&one_page, StreamQuery { from: Some(39), ..query });
    assert_eq!(one_page.asked(), [Some(39)]);
}

#[test]
fn a_walk_ends_where_its_visitor_fails() {
    let store = filled();
    let mut visited = 0;
    let walk = store.for_each_in_feed(FeedQuery { limit: 3, ..FeedQuery::default() }, |_| {
        visited += 1;
        if visited == 5 { Err(ReadError::Storage("enough".into())) } else { Ok(()) }
    });
    assert!(matches!(block_on(walk), Err(ReadError::Storage(_))));
    assert_eq!(visited, 5);
}
