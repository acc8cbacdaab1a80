//! A repository with snapshots and a cache, and others who write to the same file.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::Path;

use factum::event::Reader;
use factum::projection::{Project, Projection, Projector};
use factum::store::conformance::block_on;
use factum::store::{EventStoreExt as _, SnapshotQuery, SnapshotStore, ViewResult};
use factum::{
    Aggregate, Decision, Decoded, EncodeError, Encoded, EventSet, ExpectedVersion, NewEvent, Recorded, Repository,
    Snapshot, SnapshotPolicy, Timestamp, emit, snapshot,
};
use factum_sqlite::{SqliteStore, ViewTx};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::child;
use crate::support::{Folder, open};

/// Counts its events, and remembers who sent them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    count: u64,
    senders: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Counted(String);

impl EventSet for Counted {
    const TYPES: &'static [&'static str] = &["test.Counted"];
    const READERS: &'static [Reader<Self>] = &[Reader {
        event_type: "test.Counted",
        versions: &[(1, u32::MAX)],
        newest: 1,
        read: |_, _, payload| Ok(Decoded::One(Self(payload.trim_matches('"').to_owned()))),
    }];

    fn encode(&self) -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            event_type: "test.Counted",
            schema_version: 1,
            readable_from: 1,
            payload: format!("\"{}\"", self.0),
        })
    }
}

impl Aggregate for Count {
    const CONTEXT: &'static str = "test";
    const NAME: &'static str = "Count";
    type Id = u32;
    type Event = Counted;
    type Command = String;
    type Rejection = Infallible;

    fn handle(&self, sender: String) -> Decision<Self> {
        emit(Counted(sender))
    }

    fn apply(&mut self, event: &Counted) {
        self.count += 1;
        self.senders.insert(event.0.clone());
    }
}

impl Snapshot for Count {
    const REVISION: u32 = 1;
}

type Counts = Repository<Count, SqliteStore>;

fn counts(path: &Path) -> Counts {
    Repository::new(open(path)).snapshots(SnapshotPolicy::every(10)).cache(8)
}

fn count_up(counts: &Counts, sender: &str, times: u64) {
    let mut last = 0;
    for _ in 0..times {
        let counted = block_on(counts.execute(7, sender.to_owned())).unwrap();
        // Each is decided on all that is stored before it.
        assert_eq!(counted.state.count, counted.version);
        assert!(counted.version > last);
        last = counted.version;
        let loaded = block_on(counts.load(7)).unwrap();
        assert!(loaded.version >= last && loaded.state.count == loaded.version, "{loaded:?} after {last}");
    }
}

/// What the other process does.
pub(crate) fn play(path: &Path) {
    count_up(&counts(path), "child", 150);
}

#[test]
fn two_processes_with_caches_and_snapshots_lose_nothing() {
    let folder = Folder::new();
    let ours = counts(&folder.database());
    count_up(&ours, "parent", 5);
    let mut other = child::command("count up", &folder.database()).spawn().unwrap();
    count_up(&ours, "parent", 150);
    assert!(other.wait().unwrap().success());
    let loaded = block_on(ours.load(7)).unwrap();
    assert_eq!((loaded.version, loaded.state.count, loaded.state.senders.len()), (305, 305, 2));
    let replayed = block_on(Repository::<Count, _>::new(open(&folder.database())).load(7)).unwrap();
    assert_eq!(loaded, replayed);
}

#[test]
fn a_second_handle_of_one_file_is_seen() {
    let folder = Folder::new();
    let (ours, theirs) = (counts(&folder.database()), counts(&folder.database()));
    for _ in 0..20 {
        count_up(&ours, "ours", 1);
        count_up(&theirs, "theirs", 2);
    }
    assert_eq!(block_on(ours.load(7)).unwrap().version, 60);
    assert_eq!(block_on(ours.load(7)).unwrap(), block_on(theirs.load(7)).unwrap());
}

/// How many events each sender has sent; takes no more than eleven of one.
struct Senders;

impl Projection for Senders {
    type Tx = ViewTx;
    type Events = Counted;
    const NAME: &'static str = "senders";
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        Ok(tx.execute_batch("CREATE TABLE senders_v1 (name TEXT PRIMARY KEY, sent INTEGER CHECK (sent < 12)) STRICT")?)
    }
}

impl Project<Senders> for Counted {
    fn project(_: &Senders, tx: &mut ViewTx, Counted(sender): &Counted, _: &Recorded<'_>) -> ViewResult {
        tx.execute("INSERT INTO senders_v1 VALUES (?1, 1) ON CONFLICT DO UPDATE SET sent = sent + 1", (sender,))?;
        Ok(())
    }
}

/// Earlier states are the same from a snapshot, from the first event, and from the history in memory.
#[test]
fn earlier_states_are_loaded_by_version_and_by_time() {
    let folder = Folder::new();
    let counts = counts(&folder.database());
    let second = |second: u64| Timestamp::from_second(1_800_000_000 + second.cast_signed()).unwrap();
    // Three in each second, from second 1 on.
    let event = |number: u64| NewEvent {
        recorded_at: Some(second(1 + number / 3)),
        ..NewEvent::new("test.Counted", 1, format!("\"{number}\""))
    };
    let stream = Counts::stream_of(1).unwrap();
    for batch in 0..3 {
        let events = (batch * 15..batch * 15 + 15).map(event).collect();
        block_on(counts.store().append_events(&stream, ExpectedVersion::Any, events)).unwrap();
        block_on(counts.take_snapshot(1)).unwrap();
    }
    let history = block_on(counts.history(1)).unwrap();
    assert_eq!(history.version(), 45);
    for version in [0, 1, 14, 15, 16, 30, 44, 45, 46, u64::MAX] {
        let loaded = block_on(counts.load_at_version(1, version)).unwrap();
        assert_eq!((loaded.version, loaded.state.count), (version.min(45), version.min(45)));
        assert_eq!(history.state_at_version(version), loaded.state);
    }
    let just_before = |time: Timestamp| time.checked_sub(factum::Duration::from_micros(1)).unwrap();
    for (time, count) in (0..=16).flat_map(|at| {
        let before = 3 * at.clamp(1, 16) - 3;
        [(second(at), 3 * at.min(15)), (just_before(second(at)), before)]
    }) {
        let loaded = block_on(counts.load_as_of(1, time)).unwrap();
        assert_eq!((loaded.version, loaded.state.count), (count, count), "as of {time}");
        assert_eq!(history.state_as_of(time), loaded.state);
    }
    let mut branch = history.branch();
    branch.back_to_version(2);
    branch.push(Counted("nobody".to_owned()));
    assert_eq!((branch.state().count, block_on(counts.load(1)).unwrap().state.count), (3, 45));
}

#[test]
fn commands_change_an_inline_view_or_nothing() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let sent = || -> Vec<(String, i64)> {
        block_on(store.query("SELECT name, sent FROM senders", (), |row| Ok((row.get(0)?, row.get(1)?)))).unwrap()
    };
    let with_views = block_on(Projector::new(store.clone(), Senders).into_inline()).unwrap();
    let counts = Repository::<Count, _>::new(with_views).snapshots(SnapshotPolicy::every(5)).cache(8);
    for count in 1..=11 {
        assert_eq!(block_on(counts.execute(7, "a".to_owned())).unwrap().version, count);
        assert_eq!(sent(), [("a".to_owned(), i64::try_from(count).unwrap())]);
    }
    for _ in 0..2 {
        let refused = block_on(counts.execute(7, "a".to_owned())).unwrap_err();
        let reason = "senders cannot take in test.Counted at version 12 of stream test.Count-7 (position 12)";
        assert!(refused.to_string().contains(reason), "{refused}");
        assert_eq!(block_on(counts.load(7)).unwrap().version, 11);
    }
    assert_eq!(block_on(counts.execute(7, "b".to_owned())).unwrap().version, 12);
    assert_eq!(sent().len(), 2);
    let query = SnapshotQuery::new(Counts::stream_of(7).unwrap(), snapshot::key::<Count>());
    assert_eq!(block_on(store.find_snapshot(query)).unwrap().map(|found| found.version), Some(10));
}

#[test]
fn snapshots_outlive_the_process_and_damaged_rows_are_passed_over() {
    let folder = Folder::new();
    count_up(&counts(&folder.database()), "a", 45);
    let query = || SnapshotQuery::new(Counts::stream_of(7).unwrap(), snapshot::key::<Count>());
    let newest = || block_on(open(&folder.database()).find_snapshot(query())).unwrap().map(|found| found.version);
    // With a cache, one is taken whenever ten more were found.
    assert_eq!(newest(), Some(40));
    for damage in [
        "UPDATE snapshots SET last_event = x'00'",
        "UPDATE snapshots SET recorded_at = -9223372036854775808",
        "UPDATE snapshots SET digest = x''",
        "UPDATE snapshots SET state = CAST(x'ff' AS TEXT)",
    ] {
        let raw = Connection::open(folder.database()).unwrap();
        raw.execute_batch(damage).unwrap();
        assert_eq!(newest(), None, "{damage}");
        let loaded = block_on(counts(&folder.database()).load(7)).unwrap();
        assert_eq!((loaded.version, loaded.state.count), (45, 45), "{damage}");
        block_on(counts(&folder.database()).take_snapshot(7)).unwrap();
        assert_eq!(newest(), Some(45));
    }
    // Well-formed, and still not what was saved.
    for damage in [
        "UPDATE snapshots SET state = replace(state, '45', '46')",
        "UPDATE snapshots SET version = 44",
        "UPDATE snapshots SET skipped = 1",
    ] {
        Connection::open(folder.database()).unwrap().execute_batch(damage).unwrap();
        let loaded = block_on(counts(&folder.database()).load(7)).unwrap();
        assert_eq!((loaded.version, loaded.state.count, loaded.skipped), (45, 45, 0), "{damage}");
        block_on(counts(&folder.database()).take_snapshot(7)).unwrap();
    }
}
