//! A store, copied into a new one as what its events are read as now.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Mutex;

use factum::copy::{Copied, CopiedFrom, CopyError, Difference, HEADER, copy, copy_with, translate, verify};
use factum::store::conformance::block_on;
use factum::store::{CommandRecord, FeedQuery, Page, StreamQuery};
use factum::{
    Append, AppendError, Appended, Event, EventSet, EventStore, EventStoreExt, ExpectedVersion, MemoryStore, Metadata,
    NewEvent, ReadError, Upcast, UpcastError, Uuid,
};
use proptest::prelude::*;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 3, renamed(2, "Paid"))]
struct Deposited {
    #[event(renamed(2, "sum"), retyped(3, u32))]
    amount: u64,
    #[event(added(3))]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank")]
struct Opened {}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, retired(2, nothing))]
struct Looked;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "bank", version = 2, becomes(2, [OpenedV1, DepositedV3]))]
struct OpenedWith {
    amount: u64,
}

impl Upcast<OpenedWith> for OpenedV1 {
    fn upcast(_: OpenedWith) -> Result<Self, UpcastError> {
        Ok(Self {})
    }
}

impl Upcast<OpenedWith> for DepositedV3 {
    fn upcast(old: OpenedWith) -> Result<Self, UpcastError> {
        Ok(Self { amount: old.amount, note: None })
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(streams = "bank.Account", ended(Looked, OpenedWith))]
enum AccountEvent {
    Opened(Opened),
    Deposited(Deposited),
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "door")]
struct Unlocked {}

#[derive(Debug, Clone, PartialEq, EventSet)]
enum DoorEvent {
    Unlocked(Unlocked),
}

/// A store that refuses the appends to some streams.
#[derive(Default)]
struct Refusing {
    inner: MemoryStore,
    streams: Mutex<BTreeSet<String>>,
    /// After so many appends all are refused.
    left: Mutex<Option<usize>>,
}

impl Refusing {
    fn refuses(&self, stream: &str) -> bool {
        let mut left = self.left.lock().unwrap();
        let is_last = *left == Some(0);
        *left = left.map(|left| left.saturating_sub(1));
        is_last || self.streams.lock().unwrap().contains(stream)
    }

    fn heal(&self) {
        *self.left.lock().unwrap() = None;
        self.streams.lock().unwrap().clear();
    }
}

impl EventStore for Refusing {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        if self.refuses(append.stream.as_str()) { Err(AppendError::Busy) } else { self.inner.append(append).await }
    }

    fn read_stream(&self, query: StreamQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.inner.read_stream(query)
    }

    fn read_all(&self, query: FeedQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.inner.read_all(query)
    }

    fn find_event(&self, id: Uuid) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.inner.find_event(id)
    }

    fn find_command(&self, id: Uuid) -> impl Future<Output = Result<Option<CommandRecord>, ReadError>> + Send {
        self.inner.find_command(id)
    }

    fn forget_commands(&self, before: factum::Timestamp) -> impl Future<Output = Result<u64, AppendError>> + Send {
        self.inner.forget_commands(before)
    }
}

/// One of everything that may be stored.
fn stored(kind: u8) -> NewEvent {
    let (event_type, version, payload) = match kind % 7 {
        0 => ("bank.Paid", 1, r#"{"sum":7}"#),
        1 => ("bank.Deposited", 2, r#"{"amount":8}"#),
        2 => ("bank.Deposited", 3, r#"{ "note":null, "amount":9 }"#),
        3 => ("bank.Opened", 1, "{}"),
        4 => ("bank.Looked", 1, "{}"),
        5 => ("bank.OpenedWith", 1, r#"{"amount":10}"#),
        _ => ("bank.Deposited", 4, r#"{"amount":11,"more":true}"#),
    };
    let newer = version == 4;
    let event = NewEvent::new(event_type, version, payload);
    NewEvent { readable_from: if newer { 3 } else { version }, ..event }
}

/// A store of these kinds of events in these streams; each event is caused by the one before it.
fn filled(events: &[(u8, u8)]) -> MemoryStore {
    let store = MemoryStore::new();
    let mut cause = None;
    for (stream, kind) in events {
        let event = stored(*kind);
        let headers = [("till".to_owned(), stream.to_string())].into();
        let metadata = Metadata { causation_id: cause, actor: Some("Ada".to_owned()), headers, ..Metadata::default() };
        cause = Some(event.id);
        let event = NewEvent { metadata, ..event };
        block_on(store.append_events(&name(*stream), ExpectedVersion::Any, vec![event])).unwrap();
    }
    store
}

fn name(stream: u8) -> factum::StreamName {
    format!("bank.Account-{stream}").parse().unwrap()
}

fn made<S: EventStore>(store: &S, target: &impl EventStore) -> Result<Copied, CopyError> {
    let mut seen = Vec::new();
    let copied = block_on(copy::<AccountEvent, _, _>(store, target, |copied| seen.push(copied.position)));
    assert!(seen.is_sorted());
    copied
}

/// What every stream is read as.
fn folded(store: &impl EventStore) -> BTreeMap<String, Vec<AccountEvent>> {
    let mut streams: BTreeMap<String, Vec<AccountEvent>> = BTreeMap::new();
    let visited = store.for_each_in_feed(FeedQuery::default(), |recorded| {
        let read = AccountEvent::decode(recorded).unwrap();
        streams.entry(recorded.stream.to_owned()).or_default().extend(read);
        Ok::<(), ReadError>(())
    });
    block_on(visited).unwrap();
    streams.retain(|_, events| !events.is_empty());
    streams
}

/// Each event's place, id, type, version, payload and causation.
type Seen = (String, u64, Uuid, String, u32, String, Option<Uuid>);

fn all(store: &impl EventStore) -> Vec<Seen> {
    let mut all = Vec::new();
    let visited = store.for_each_in_feed(FeedQuery::default(), |event| {
        let (stream, event_type, payload) = (event.stream.into(), event.event_type.into(), event.payload.into());
        all.push((stream, event.version, event.id, event_type, event.schema_version, payload, event.causation_id));
        Ok::<(), ReadError>(())
    });
    block_on(visited).unwrap();
    all
}

#[test]
fn old_events_become_current_ones_and_current_ones_stay() {
    let old = filled(&[(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6)]);
    let before = all(&old);
    let new = MemoryStore::new();
    let copied = made(&old, &new).unwrap();
    assert_eq!((copied.read, copied.written, copied.left_out, copied.repeated), (7, 7, 1, 0));
    assert_eq!(all(&old), before, "the old store is only read");
    let stored: Vec<_> =
        all(&new).into_iter().map(|(_, _, _, name, version, payload, _)| (name, version, payload)).collect();
    let due = [
        ("bank.Deposited", 3, r#"{"amount":7,"note":null}"#),
        ("bank.Deposited", 3, r#"{"amount":8,"note":null}"#),
        ("bank.Deposited", 3, r#"{ "note":null, "amount":9 }"#),
        ("bank.Opened", 1, "{}"),
        ("bank.Opened", 1, "{}"),
        ("bank.Deposited", 3, r#"{"amount":10,"note":null}"#),
        ("bank.Deposited", 4, r#"{"amount":11,"more":true}"#),
    ];
    assert_eq!(stored, due.map(|(name, version, payload)| (name.to_owned(), version, payload.to_owned())));
    assert_eq!(block_on(verify::<AccountEvent, _, _>(&old, &new, u64::MAX)).unwrap(), 7);
}

#[test]
fn every_copy_says_where_it_came_from_and_causes_stay_true() {
    let old = filled(&[(1, 4), (1, 5), (2, 0), (1, 1)]);
    let new = MemoryStore::new();
    made(&old, &new).unwrap();
    let page = block_on(new.read_all(FeedQuery::default())).unwrap();
    let from: Vec<_> = page.iter().map(|event| CopiedFrom::of(&event).unwrap().unwrap().to_string()).collect();
    assert_eq!(from, ["2/2/0", "2/2/1", "3/1/0", "4/3/0"]);
    let old_ids: Vec<Uuid> = all(&old).into_iter().map(|(_, _, id, ..)| id).collect();
    let ids: Vec<Uuid> = page.iter().map(|event| event.id).collect();
    assert_eq!((ids[0], ids[2], ids[3]), (old_ids[1], old_ids[2], old_ids[3]));
    assert_eq!(page.get(2).unwrap().causation_id, Some(ids[0]), "the first of several stands for all");
    assert_eq!(ids[1].get_timestamp(), ids[0].get_timestamp());
    let headers = page.get(2).unwrap().headers().unwrap();
    assert_eq!(headers["till"], "2");
    for (position, due) in [(0, 0), (1, 0), (2, 2), (3, 3), (4, 4), (99, 4)] {
        assert_eq!(block_on(translate(&new, position)).unwrap(), due, "{position}");
    }
    // A copy of a copy still knows what the first one said.
    let third = MemoryStore::new();
    made(&new, &third).unwrap();
    let last = block_on(third.last_event(&name(1))).unwrap();
    assert_eq!(last.iter().next().unwrap().headers().unwrap()[HEADER], "4/3/0 4/3/0");
}

#[test]
fn several_sets_are_a_tuple() {
    let old = filled(&[(1, 0)]);
    let door = NewEvent::new("door.Unlocked", 1, "{}");
    block_on(old.append_events(&"door.Door-1".parse().unwrap(), ExpectedVersion::None, vec![door])).unwrap();
    let error = made(&old, &MemoryStore::new()).unwrap_err();
    assert!(matches!(&error, CopyError::Rewrite { position: 2, .. }), "{error}");
    let new = MemoryStore::new();
    let copied = block_on(copy::<(AccountEvent, DoorEvent), _, _>(&old, &new, |_| ())).unwrap();
    assert_eq!(copied.written, 2);
}

#[test]
fn what_is_no_copy_is_not_copied_into() {
    let (old, other) = (filled(&[(1, 0), (1, 1)]), filled(&[(1, 0), (1, 1)]));
    assert!(matches!(made(&old, &other), Err(CopyError::NotEmpty { position: 2 })));
    assert!(matches!(made(&old, &old), Err(CopyError::NotEmpty { position: 2 })), "a store is no copy of itself");
    let new = MemoryStore::new();
    made(&old, &new).unwrap();
    assert!(matches!(made(&other, &new), Err(CopyError::AnotherSource { position: 2 })));
    assert!(matches!(made(&MemoryStore::new(), &new), Err(CopyError::AnotherSource { position: 2 })));
    assert_eq!(all(&new).len(), 2);
}

#[test]
fn a_difference_is_found_at_its_place() {
    let old = filled(&[(1, 0), (1, 1), (1, 0)]);
    let differs = |new: &MemoryStore| match block_on(verify::<AccountEvent, _, _>(&old, new, u64::MAX)) {
        Err(CopyError::Differs { position, difference }) => (position, difference),
        other => panic!("{other:?}"),
    };
    assert_eq!(differs(&MemoryStore::new()), (1, Difference::Missing));
    let new = MemoryStore::new();
    let wrong = |recorded: &factum::Recorded<'_>| {
        let mut one = factum::copy::Rewritten::as_stored(recorded);
        if recorded.position < 3 {
            (one.event_type, one.schema_version) = ("bank.Deposited".into(), 3);
            one.readable_from = 3;
            one.payload = format!(r#"{{"amount":{},"note":null}}"#, 6 + recorded.position);
        }
        Ok(vec![one])
    };
    block_on(copy_with(&old, &new, wrong, |_| ())).unwrap();
    assert_eq!(differs(&new), (3, Difference::Other { position: 3, what: "type" }));
}

#[test]
fn what_came_after_a_copy_is_no_part_of_it() {
    let old = filled(&[(1, 0), (2, 1)]);
    let new = MemoryStore::new();
    let copied = made(&old, &new).unwrap();
    block_on(old.append_events(&name(1), ExpectedVersion::Exact(1), vec![stored(0)])).unwrap();
    assert_eq!(block_on(verify::<AccountEvent, _, _>(&old, &new, copied.position)).unwrap(), 2);
    let error = block_on(verify::<AccountEvent, _, _>(&old, &new, u64::MAX)).unwrap_err();
    assert!(matches!(error, CopyError::Differs { position: 3, difference: Difference::Missing }), "{error}");
}

/// What a run before made of an event that is left out now.
#[test]
fn a_copy_of_what_is_left_out_now_is_found() {
    let old = filled(&[(1, 0), (1, 1), (1, 2), (2, 1)]);
    let as_stored = |recorded: &factum::Recorded<'_>| Ok(vec![factum::copy::Rewritten::as_stored(recorded)]);
    for left_out in 1..=4 {
        let new = MemoryStore::new();
        block_on(copy_with(&old, &new, as_stored, |_| ())).unwrap();
        let now = |recorded: &factum::Recorded<'_>| {
            if recorded.position == left_out { Ok(Vec::new()) } else { as_stored(recorded) }
        };
        let error = block_on(factum::copy::verify_with(&old, &new, 4, now)).unwrap_err();
        let due = Difference::NotDue { position: left_out };
        assert!(
            matches!(&error, CopyError::Differs { position, difference } if *position == left_out && *difference == due),
            "{left_out}: {error}"
        );
    }
}

/// A command may have the id of an event, and its events are none of the copies of that one.
#[test]
fn the_ids_of_copies_are_none_of_a_commands() {
    let old = filled(&[(1, 5)]);
    let new = MemoryStore::new();
    assert_eq!(made(&old, &new).unwrap().written, 2);
    let (_, _, id, ..) = all(&new).remove(0);
    let events = (0..3).map(|index| NewEvent { id: factum::event_id(id, index), ..stored(3) }).collect();
    block_on(new.append_events(&name(2), ExpectedVersion::None, events)).unwrap();
}

/// What another run has made otherwise is told, and not passed over.
#[test]
fn what_is_there_already_must_be_the_copy() {
    let old = filled(&[(1, 0), (1, 1), (1, 2)]);
    let new = MemoryStore::new();
    let moved = |recorded: &factum::Recorded<'_>| {
        let one = factum::copy::Rewritten::as_stored(recorded);
        Ok(vec![factum::copy::Rewritten { readable_from: 1, ..one }])
    };
    block_on(copy_with(&old, &new, moved, |_| ())).unwrap();
    let same = |recorded: &factum::Recorded<'_>| Ok(vec![factum::copy::Rewritten::as_stored(recorded)]);
    let error = block_on(copy_with(&old, &new, same, |_| ())).unwrap_err();
    let due = Difference::Other { position: 2, what: "lowest version that reads it" };
    assert!(matches!(&error, CopyError::Differs { position: 2, difference } if *difference == due), "{error}");
}

/// More than may be under way at once, and streams whose versions are no longer remembered.
#[test]
fn a_long_copy_is_whole() {
    let events: Vec<(u8, u8)> = (0..9_000_u32).map(|index| ((index % 5) as u8, (index % 6) as u8)).collect();
    let old = filled(&events);
    let new = Refusing { left: Mutex::new(Some(6_500)), ..Refusing::default() };
    assert!(made(&old, &new).is_err());
    let there = all(&new).len();
    assert!(there > 5_000);
    new.heal();
    let copied = made(&old, &new).unwrap();
    assert!(copied.read < 9_000, "what lies far behind is not read again: {copied:?}");
    assert_eq!(usize::try_from(copied.repeated), Ok(there));
    assert_eq!(folded(&new), folded(&old));
    block_on(verify::<AccountEvent, _, _>(&old, &new, u64::MAX)).unwrap();
    assert_eq!(made(&old, &new).unwrap().written, 0);
}

/// One of the two streams is let in, and is then the last event of the copy; others behind it are there.
#[test]
fn streams_that_were_refused_may_be_let_in_one_after_the_other() {
    let events: Vec<(u8, u8)> = (0..40_u8).map(|index| (index % 4, 0)).collect();
    let old = filled(&events);
    let new = Refusing::default();
    new.streams.lock().unwrap().extend([name(0).to_string(), name(1).to_string()]);
    assert!(made(&old, &new).is_err());
    new.streams.lock().unwrap().remove(name(0).as_str());
    assert!(made(&old, &new).is_err());
    new.heal();
    made(&old, &new).unwrap();
    assert_eq!(folded(&new), folded(&old));
    assert_eq!(made(&old, &new).unwrap().written, 0);
}

proptest! {
    #[test]
    fn a_copy_is_read_as_what_it_was_copied_from(
        events in proptest::collection::vec((0..4_u8, 0..7_u8), 0..60),
        cut in 0..40_usize,
        refused in proptest::option::of(0..4_u8),
    ) {
        let old = filled(&events);
        let new = Refusing::default();
        *new.left.lock().unwrap() = Some(cut);
        new.streams.lock().unwrap().extend(refused.map(|stream| name(stream).to_string()));
        let first = made(&old, &new);
        new.heal();
        let second = made(&old, &new);
        prop_assert!(second.is_ok(), "{first:?} {second:?}");
        prop_assert_eq!(folded(&new), folded(&old));
        let ids: BTreeSet<Uuid> = all(&new).into_iter().map(|(_, _, id, ..)| id).collect();
        prop_assert_eq!(ids.len(), all(&new).len());
        // Whoever has seen the old store up to somewhere has everything of later to come in the copy.
        for position in 0..=events.len() as u64 {
            let seen = block_on(translate(&new, position)).unwrap();
            prop_assert!(origins(&new).iter().all(|&(at, from)| (at <= seen) <= (from <= position)), "{position}: {seen}");
        }
        let verified = block_on(verify::<AccountEvent, _, _>(&old, &new, u64::MAX));
        prop_assert_eq!(verified.ok(), Some(ids.len() as u64));
    }
}

/// The position of each copy, and that of what it was copied from.
fn origins(copy: &impl EventStore) -> Vec<(u64, u64)> {
    let mut origins = Vec::new();
    let visited = copy.for_each_in_feed(FeedQuery::default(), |event| {
        origins.push((event.position, CopiedFrom::of(event).unwrap().unwrap().position));
        Ok::<(), ReadError>(())
    });
    block_on(visited).unwrap();
    origins
}
