//! Views, subscriptions and snapshots in SQLite: beside what SQLite itself does with the same statements, and beside
//! plain reading.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use factum::projection::{Projection, Projector};
use factum::store::{EventStoreExt as _, FeedQuery, ViewResult};
use factum::{ExpectedVersion, ReadError, Recorded, Repository, SnapshotPolicy, Subscription};
use factum_benches::pair::{Rounds, Scale};
use factum_sqlite::{SqliteStore, ViewTx};
use tokio::runtime::Runtime;

use crate::events::room::{Moved, ProjectRoomEvent, Reserved, Room, RoomEvent};
use crate::sqlite::{event, folder, nanoseconds_each, raw_connection, stream};
use crate::{Measured, Outcome};

const APPEND: usize = 10;
const ROOMS: usize = 1_000;
/// The events that a projector applies in one transaction.
const BATCH: usize = 500;

const TABLE: &str = "CREATE TABLE seats_v1 (room TEXT PRIMARY KEY, seats INTEGER NOT NULL) STRICT";
const RESERVE: &str = "INSERT INTO seats_v1 VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seats = seats + excluded.seats";

/// The seats that are reserved in each room.
pub(crate) struct Seats;

impl Projection for Seats {
    type Tx = ViewTx;
    type Events = RoomEvent;
    const NAME: &'static str = "seats";
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        Ok(tx.execute_batch(TABLE)?)
    }
}

impl ProjectRoomEvent for Seats {
    fn on_reserved(&self, tx: &mut ViewTx, event: &Reserved, recorded: &Recorded<'_>) -> ViewResult {
        tx.execute(RESERVE, (recorded.stream, event.quantity))?;
        Ok(())
    }

    fn on_moved(&self, _: &mut ViewTx, _: &Moved, _: &Recorded<'_>) -> ViewResult {
        Ok(())
    }
}

/// Appends so many events, ten at a time, to one room after another.
async fn fill(store: &SqliteStore, events: usize) -> Result<(), Box<dyn Error>> {
    let appends: Vec<usize> = (0..events / APPEND).collect();
    // As many at once as a group may have.
    for group in appends.chunks(256) {
        let append = |append: &usize| {
            let (store, room) = (store.clone(), stream(append % ROOMS)?);
            Ok::<_, Box<dyn Error>>(tokio::spawn(async move {
                store.append_events(&room, ExpectedVersion::Any, (0..APPEND).map(|_| event()).collect()).await
            }))
        };
        for task in group.iter().map(append).collect::<Result<Vec<_>, _>>()? {
            task.await??;
        }
    }
    Ok(())
}

/// The rooms of the events in their order.
fn rooms(store: &SqliteStore, runtime: &Runtime) -> Result<Vec<String>, Box<dyn Error>> {
    let mut rooms = Vec::new();
    let visit = |recorded: &Recorded<'_>| {
        rooms.push(recorded.stream.to_owned());
        Ok::<(), ReadError>(())
    };
    runtime.block_on(store.for_each_in_feed(FeedQuery::default(), visit))?;
    Ok(rooms)
}

pub(crate) fn projection_vs_raw_sql(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let folder = folder()?;
    let events = scale.pick(200_000, 2_000);
    let store = runtime.block_on(SqliteStore::open(folder.path().join("ours.db")))?;
    runtime.block_on(fill(&store, events))?;
    let projector = Projector::new(store.clone(), Seats);
    let ours = || {
        let start = Instant::now();
        let status = runtime.block_on(projector.rebuild(|_| {}))?;
        assert_eq!(status.position, events as u64);
        Ok(nanoseconds_each(start, events as u64))
    };
    let rooms = rooms(&store, &runtime)?;
    let raw = folder.path().join("raw.db");
    let connection = raw_connection(&raw)?;
    connection.execute_batch("CREATE TABLE views (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID")?;
    connection.execute_batch(TABLE)?;
    let theirs = || {
        let start = Instant::now();
        by_hand(&connection, &rooms)?;
        Ok::<_, Box<dyn Error>>(nanoseconds_each(start, events as u64))
    };
    let rounds = Rounds::run(scale.pick(11, 1), "ns an event", ours, theirs)?;
    assert_eq!(seats(&folder.path().join("ours.db"))?, seats(&raw)?);
    Ok(Measured::ratio(&rounds, ("projection", "raw")))
}

/// The statements of a rebuild, by somebody who knows already what is in the events.
fn by_hand(connection: &rusqlite::Connection, rooms: &[String]) -> Result<(), Box<dyn Error>> {
    connection.execute_batch(&format!("BEGIN IMMEDIATE; DROP TABLE seats_v1; {TABLE}; COMMIT"))?;
    for batch in rooms.chunks(BATCH) {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for room in batch {
            connection.prepare_cached(RESERVE)?.execute((room, 4))?;
        }
        connection.prepare_cached("INSERT OR REPLACE INTO views VALUES ('seats', 0)")?.execute([])?;
        connection.prepare_cached("COMMIT")?.execute([])?;
    }
    Ok(())
}

fn seats(path: &Path) -> Result<i64, Box<dyn Error>> {
    let connection = rusqlite::Connection::open(path)?;
    Ok(connection.query_row("SELECT sum(seats) FROM seats_v1", [], |row| row.get(0))?)
}

pub(crate) fn subscription_catch_up_vs_read(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let folder = folder()?;
    let events = scale.pick(200_000, 2_000) as u64;
    let store = runtime.block_on(SqliteStore::open(folder.path().join("events.db")))?;
    runtime.block_on(fill(&store, usize::try_from(events)?))?;
    let mut names = 0;
    let ours = || {
        names += 1;
        let start = Instant::now();
        let met = runtime.block_on(catch_up(&store, &format!("reader-{names}"), events))?;
        assert_eq!(met, events);
        Ok::<_, Box<dyn Error>>(nanoseconds_each(start, events))
    };
    let theirs = || {
        let start = Instant::now();
        let mut read = 0;
        let visit = |_: &Recorded<'_>| {
            read += 1;
            Ok::<(), ReadError>(())
        };
        runtime.block_on(store.for_each_in_feed(FeedQuery::default(), visit))?;
        assert_eq!(read, events);
        Ok(nanoseconds_each(start, events))
    };
    let rounds = Rounds::run(scale.pick(21, 1), "ns an event", ours, theirs)?;
    Ok(Measured::ratio(&rounds, ("subscription", "read")))
}

/// Follows the feed from its beginning; answers how many events were met.
async fn catch_up(store: &SqliteStore, name: &str, events: u64) -> Result<u64, Box<dyn Error>> {
    let mut consumer = Subscription::new(store.clone(), name)?.open().await?;
    let mut met = 0;
    while met < events {
        let batch = consumer.next().await?;
        met += batch.iter().count() as u64;
        consumer.acknowledge(batch.position());
    }
    consumer.close().await?;
    Ok(met)
}

/// A file of so many events of few rooms, made once and kept where that takes long.
pub(crate) fn file_of(scale: Scale, runtime: &Runtime, events: usize) -> Result<PathBuf, Box<dyn Error>> {
    let name = match scale {
        Scale::Full => format!("events_{events}.db"),
        Scale::Smoke => format!("few_events_{events}.db"),
    };
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_file(&path)?;
    }
    let store = runtime.block_on(SqliteStore::open(&path))?;
    runtime.block_on(fill(&store, events))?;
    runtime.block_on(store.close());
    Ok(path)
}

/// Builds the view anew; answers how many seats are reserved.
pub(crate) fn rebuild(path: &str) -> Result<i64, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let store = runtime.block_on(SqliteStore::open(path))?;
    runtime.block_on(Projector::new(store.clone(), Seats).rebuild(|_| {}))?;
    runtime.block_on(store.close());
    seats(Path::new(path))
}

pub(crate) fn snapshot_load(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let folder = folder()?;
    let store = runtime.block_on(SqliteStore::open(folder.path().join("events.db")))?;
    // None is due while this is measured.
    let rooms = Repository::<Room, _>::new(store.clone()).snapshots(SnapshotPolicy::every(1_000_000));
    let (events, since) = (scale.pick(100_000, 2_000), 50);
    let append = |room: &str, events: usize| {
        let room = stream(room)?;
        runtime.block_on(store.append_events(&room, ExpectedVersion::Any, (0..events).map(|_| event()).collect()))?;
        Ok::<(), Box<dyn Error>>(())
    };
    for _ in 0..(events - since) / since {
        append("long", since)?;
    }
    runtime.block_on(rooms.take_snapshot("long".to_owned()))?;
    append("long", since)?;
    append("short", 100)?;
    let loads = scale.pick(200, 2);
    let load = |room: &'static str, events: usize| {
        let (runtime, rooms) = (&runtime, &rooms);
        move || {
            let start = Instant::now();
            for _ in 0..loads {
                let loaded = runtime.block_on(rooms.load(room.to_owned()))?;
                assert_eq!(loaded.state.seats, 4 * events as u64);
            }
            Ok::<_, Box<dyn Error>>(nanoseconds_each(start, loads as u64) / 1e3)
        }
    };
    let rounds = Rounds::run(scale.pick(51, 1), "us a load", load("long", events), load("short", 100))?;
    Ok(Measured::ratio(&rounds, ("100,000 events and a snapshot", "100 events")))
}
