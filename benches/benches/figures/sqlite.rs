//! The SQLite store: beside what SQLite itself does with the same file layout, and beside itself.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use factum::store::{EventStoreExt as _, StreamQuery};
use factum::{Decoded, EventSet as _, ExpectedVersion, LoadError, NewEvent, StreamName};
use factum_benches::pair::{Rounds, Scale};
use factum_sqlite::SqliteStore;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::events::RESERVED;
use crate::events::room::RoomEvent;
use crate::{Measured, Outcome};

pub(crate) fn one_writer_vs_raw_commits(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let folder = folder()?;
    let (path, commits) = (folder.path().join("raw.db"), scale.pick(10, 3));
    // The store makes the file and its first event, so the raw commits have its tables, its indexes and its row.
    let made = runtime.block_on(SqliteStore::open(&path))?;
    runtime.block_on(made.append_events(&stream("raw")?, ExpectedVersion::None, vec![event()]))?;
    runtime.block_on(made.close());
    let raw = raw_connection(&path)?;
    let mut raw = RawCommits::like_the_first(&raw)?;
    let store = runtime.block_on(SqliteStore::open(folder.path().join("ours.db")))?;
    let ours_stream = stream("ours")?;
    let ours = || {
        timed(commits, || {
            runtime.block_on(store.append_events(&ours_stream, ExpectedVersion::Any, vec![event()]))?;
            Ok(())
        })
    };
    let theirs = || timed(commits, || raw.commit());
    let rounds = Rounds::run(scale.pick(400, 1), "us a commit", theirs, ours)?;
    assert_eq!(stored(&path)?, stored(&folder.path().join("ours.db"))? + 1);
    Ok(Measured::ratio(&rounds, ("raw", "ours")))
}

/// Microseconds per call.
fn timed(calls: usize, mut call: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..calls {
        call()?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(calls)?))
}

pub(crate) fn folder() -> std::io::Result<tempfile::TempDir> {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))
}

pub(crate) fn stream(key: impl std::fmt::Display) -> Result<StreamName, Box<dyn Error>> {
    Ok(format!("room.Room-{key}").parse()?)
}

pub(crate) fn event() -> NewEvent {
    NewEvent::new("room.Reserved", 3, RESERVED)
}

/// The settings of the store's own connections.
pub(crate) fn raw_connection(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -65536;",
    )?;
    connection.query_row("PRAGMA journal_size_limit = 67108864", [], |_| Ok(()))?;
    Ok(connection)
}

/// What an append comes down to: a transaction with one row, whose stream and version are known beforehand.
struct RawCommits<'c> {
    connection: &'c Connection,
    insert: String,
    /// The first event's row, without its position.
    row: Vec<Value>,
    /// Where in it stand what differs from event to event: version, id and time.
    places: [usize; 3],
}

impl<'c> RawCommits<'c> {
    fn like_the_first(connection: &'c Connection) -> Result<Self, Box<dyn Error>> {
        let mut first = connection.prepare("SELECT * FROM events WHERE position = 1")?;
        let columns: Vec<String> = first.column_names().skip(1).map(str::to_owned).collect();
        let row = first.query_row([], |row| (1..=columns.len()).map(|index| row.get(index)).collect())?;
        let place = |name| columns.iter().position(|column| column == name).ok_or("a column is missing");
        let places = [place("version")?, place("id")?, place("recorded_at")?];
        let marks = vec!["?"; columns.len()].join(", ");
        let insert = format!("INSERT INTO events ({}) VALUES ({marks})", columns.join(", "));
        Ok(Self { connection, insert, row, places })
    }

    fn commit(&mut self) -> Result<(), Box<dyn Error>> {
        let [version, id, time] = self.places;
        if let Value::Integer(version) = &mut self.row[version] {
            *version += 1;
        }
        self.row[id] = Value::Blob(Uuid::now_v7().into_bytes().to_vec());
        self.row[time] = Value::Integer(factum::Timestamp::now().as_microsecond());
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.connection.prepare_cached(&self.insert)?.execute(params_from_iter(&self.row))?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

fn stored(path: &Path) -> rusqlite::Result<i64> {
    Connection::open(path)?.query_row("SELECT count(*) FROM events", [], |row| row.get(0))
}

pub(crate) fn writers_64_vs_one(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let folder = folder()?;
    let store = runtime.block_on(SqliteStore::open(folder.path().join("empty.db")))?;
    writers(scale, &runtime, &store, |writer, _| writer)
}

pub(crate) fn writers_64_vs_one_3m(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let large = Large::open(scale, &runtime)?;
    let streams = large.streams;
    // Any of the streams that there are, far apart in the index from one append to the next.
    let any = move |writer, append| (writer * 7919 + append * 104_729) % streams;
    let result = writers(scale, &runtime, &large.store, any);
    runtime.block_on(large.store.close());
    result
}

/// Writers who each append one event at a time, and wait for it. `stream_of` says to which stream.
fn writers(
    scale: Scale,
    runtime: &Runtime,
    store: &SqliteStore,
    stream_of: impl Fn(usize, usize) -> usize + Copy + Send + 'static,
) -> Outcome {
    let mut before = 0;
    let mut run = |writers: usize, appends: usize| -> Result<f64, Box<dyn Error>> {
        let start = Instant::now();
        let writer = |writer| {
            let store = store.clone();
            runtime.spawn(async move {
                for append in before..before + appends {
                    let stream = format!("room.Room-{}", stream_of(writer, append)).parse().expect("a stream's name");
                    store.append_events(&stream, ExpectedVersion::Any, vec![event()]).await.expect("stored");
                }
            })
        };
        let tasks: Vec<_> = (0..writers).map(writer).collect();
        for task in tasks {
            runtime.block_on(task)?;
        }
        before += appends;
        Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(writers * appends)?))
    };
    let (one, many) = (scale.pick(200, 3), scale.pick(30, 2));
    let mut costs = Vec::new();
    for _ in 0..scale.pick(21, 1) {
        costs.push((run(1, one)?, run(64, many)?));
    }
    Ok(Measured::ratio(&Rounds::of(costs, "us an event"), ("one writer", "64 writers")))
}

/// A file with three million events, made once and kept: a stream of a million, one of ten thousand, and many short
/// ones. Measured appends are added to it.
pub(crate) struct Large {
    pub(crate) store: SqliteStore,
    pub(crate) path: PathBuf,
    /// How many short streams there are.
    streams: usize,
    _folder: Option<tempfile::TempDir>,
}

/// The stream of a million events.
pub(crate) const LONG: &str = "long";
/// The stream of ten thousand.
pub(crate) const SHORT: &str = "short";

const APPEND: usize = 1000;

impl Large {
    pub(crate) fn open(scale: Scale, runtime: &Runtime) -> Result<Self, Box<dyn Error>> {
        let (path, folder) = match scale {
            Scale::Full => (Path::new(env!("CARGO_TARGET_TMPDIR")).join("three_million.db"), None),
            Scale::Smoke => {
                let folder = folder()?;
                (folder.path().join("large.db"), Some(folder))
            }
        };
        if path.exists() && layout(&path)? != layout_of_new(runtime)? {
            std::fs::remove_file(&path)?;
        }
        let store = runtime.block_on(SqliteStore::open(&path))?;
        let streams = scale.pick(19_900, 3);
        let large = Self { store, path, streams, _folder: folder };
        runtime.block_on(large.fill(scale))?;
        Ok(large)
    }

    async fn fill(&self, scale: Scale) -> Result<(), Box<dyn Error>> {
        // What is written last tells whether it is all there.
        let last = stream("filled")?;
        if self.store.contains_stream(&last).await? {
            return Ok(());
        }
        self.fill_stream(LONG, scale.pick(1_000_000, 3000)).await?;
        self.fill_stream(SHORT, scale.pick(10_000, 30)).await?;
        for key in 0..self.streams {
            self.fill_stream(key, scale.pick(100, 1)).await?;
        }
        self.store.append_events(&last, ExpectedVersion::None, vec![event()]).await?;
        Ok(())
    }

    async fn fill_stream(&self, key: impl std::fmt::Display, events: usize) -> Result<(), Box<dyn Error>> {
        let name = stream(key)?;
        let mut version = self.store.stream_version(&name).await?.unwrap_or(0);
        while version < events as u64 {
            let rest = usize::try_from(events as u64 - version)?;
            let append = (0..rest.min(APPEND)).map(|_| event()).collect();
            version = self.store.append_events(&name, ExpectedVersion::Exact(version), append).await?.version;
        }
        Ok(())
    }
}

/// The statements that make a file's tables.
fn layout(path: &Path) -> rusqlite::Result<Vec<String>> {
    let connection = Connection::open(path)?;
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn layout_of_new(runtime: &Runtime) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = folder()?;
    let path = folder.path().join("new.db");
    let store = runtime.block_on(SqliteStore::open(&path))?;
    runtime.block_on(store.close());
    Ok(layout(&path)?)
}

const RAW_ROWS: &str = "SELECT * FROM events WHERE stream_id = (SELECT id FROM streams WHERE name = ?1) \
     AND version <= ?2 ORDER BY version";

pub(crate) fn read_vs_raw_rows(scale: Scale) -> Outcome {
    let runtime = Runtime::new()?;
    let large = Large::open(scale, &runtime)?;
    let events = scale.pick(200_000, 3000) as u64;
    let name = stream(LONG)?;
    // With SQLite's own settings: a cache of 2 MB, as the store's readers have.
    let raw = Connection::open(&large.path)?;
    let ours = || {
        let start = Instant::now();
        let query = StreamQuery { up_to_version: Some(events), ..StreamQuery::new(name.clone()) };
        let mut read = 0;
        let visit = |recorded: &factum::Recorded<'_>| {
            read += u64::from(matches!(RoomEvent::decode(recorded)?, Decoded::One(RoomEvent::Reserved(_))));
            Ok::<(), LoadError>(())
        };
        runtime.block_on(large.store.for_each_in_stream(query, visit))?;
        assert_eq!(read, events);
        Ok::<_, Box<dyn Error>>(nanoseconds_each(start, events))
    };
    let theirs = || {
        let start = Instant::now();
        let mut statement = raw.prepare_cached(RAW_ROWS)?;
        let mut rows = statement.query(params![name.as_str(), events.cast_signed()])?;
        let mut stepped = 0;
        while rows.next()?.is_some() {
            stepped += 1;
        }
        assert_eq!(stepped, events);
        Ok(nanoseconds_each(start, events))
    };
    let rounds = Rounds::run(scale.pick(15, 1), "ns a row", theirs, ours)?;
    Ok(Measured::ratio(&rounds, ("raw", "ours")))
}

#[allow(clippy::cast_precision_loss, reason = "a count of events is far below 2^52")]
pub(crate) fn nanoseconds_each(start: Instant, events: u64) -> f64 {
    start.elapsed().as_secs_f64() * 1e9 / events as f64
}
