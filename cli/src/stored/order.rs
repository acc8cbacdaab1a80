//! What an import asks of lines beyond what each of them says: ids that are new, and streams that go on.

use std::fmt;
use std::path::Path;

use factum::cloudevents::Line;
use factum::store::{Direction, StreamQuery, from_microseconds, to_microseconds};
use factum::{StreamName, Uuid};
use factum_sqlite::Scan;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// What the lines so far have named, in a file of SQLite's that nobody else sees: however many they are, few are in memory.
const MET: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE ids (id BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE streams (name TEXT PRIMARY KEY, version INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
    BEGIN;
";
const MEET: &str = "INSERT OR IGNORE INTO ids (id, line) VALUES (?1, ?2)";
const MET_AT: &str = "SELECT line FROM ids WHERE id = ?1";
const HEAD: &str = "SELECT version, last FROM streams WHERE name = ?1";
const MOVE: &str = "INSERT OR REPLACE INTO streams (name, version, last) VALUES (?1, ?2, ?3)";

/// Whether lines can be imported one after the other into a store, as it is now.
pub struct Order {
    met: Connection,
    /// `None`: there is none yet.
    store: Option<Scan>,
}

/// Where a stream stands.
#[derive(Clone, Copy)]
struct Head {
    version: u64,
    /// In microseconds.
    last: i64,
}

impl Order {
    /// Of an import into the store in the file at `path`, which is only read.
    ///
    /// # Errors
    /// A message, if what is there is not a store.
    pub fn of(path: &Path) -> Result<Self, String> {
        let is_there = path.metadata().is_ok_and(|metadata| metadata.len() > 0);
        let store = is_there.then(|| Scan::open(path)).transpose().map_err(|error| error.to_string())?;
        let met = Connection::open("").map_err(|error| error.to_string())?;
        met.execute_batch(MET).map_err(|error| error.to_string())?;
        Ok(Self { met, store })
    }

    /// Why an import would refuse the next line, if it would.
    ///
    /// # Errors
    /// A message, if the store cannot be read.
    pub fn check(&mut self, line: &Line) -> Result<Option<String>, String> {
        let event = &line.event;
        if let Some(first) = self.meet(event.event.id, line.number).map_err(|error| error.to_string())? {
            return Ok(Some(format!("line {first} has an event of this id already")));
        }
        if let Some(store) = &mut self.store {
            let page = store.find_event(event.event.id).map_err(|error| error.to_string())?;
            if let Some(found) = page.iter().next() {
                let position = found.position;
                let differs = |what| {
                    format!("the store has an event of this id already, at position {position}, with another {what}")
                };
                return Ok(event.difference(&found).map(differs));
            }
        }
        self.follow(line)
    }

    /// The line that has had the id before.
    fn meet(&self, id: Uuid, line: u64) -> Result<Option<u64>, rusqlite::Error> {
        let is_new = self.met.prepare_cached(MEET)?.execute(params![id.as_bytes(), line.cast_signed()])? > 0;
        if is_new {
            return Ok(None);
        }
        let first: i64 = self.met.prepare_cached(MET_AT)?.query_row([id.as_bytes()], |row| row.get(0))?;
        Ok(Some(first.cast_unsigned()))
    }

    /// Whether the line is its stream's next event.
    fn follow(&mut self, line: &Line) -> Result<Option<String>, String> {
        let event = &line.event;
        let head = self.head(&event.stream)?;
        let due = head.version + 1;
        let found = event.stream_version.unwrap_or(due);
        let time = event.event.recorded_at.map(to_microseconds);
        let refused = match time {
            _ if found != due => {
                Some(format!("stream {} goes on with version {found}, due is {due}", event.stream.as_str()))
            }
            Some(time) if time.as_microsecond() < head.last => {
                let ahead = from_microseconds(head.last).unwrap_or(Timestamp::MAX);
                Some(format!("it was recorded at {time}, before the event ahead of it ({ahead})"))
            }
            Some(_) | None => None,
        };
        // Of an event without a time an import says that it is recorded now.
        let time = time.unwrap_or_else(|| to_microseconds(Timestamp::now())).as_microsecond();
        let head = Head { version: found.max(head.version), last: time.max(head.last) };
        self.advance(&event.stream, head).map_err(|error| error.to_string())?;
        Ok(refused)
    }

    /// Where a stream stands after the lines so far.
    fn head(&mut self, stream: &StreamName) -> Result<Head, String> {
        let met = self.met.prepare_cached(HEAD).and_then(|mut statement| {
            let head = |row: &rusqlite::Row<'_>| {
                Ok(Head { version: row.get::<_, i64>(0)?.cast_unsigned(), last: row.get(1)? })
            };
            statement.query_row([stream.as_str()], head).optional()
        });
        match (met.map_err(|error| error.to_string())?, &mut self.store) {
            (Some(head), _) => Ok(head),
            (None, None) => Ok(Head { version: 0, last: i64::MIN }),
            (None, Some(store)) => {
                let last = StreamQuery { direction: Direction::Backward, limit: 1, ..StreamQuery::new(stream.clone()) };
                let page = store.stream_page(&last).map_err(|error| error.to_string())?;
                let last = page.iter().next().map_or(i64::MIN, |last| last.recorded_at.as_microsecond());
                Ok(Head { version: page.stream_version().unwrap_or(0), last })
            }
        }
    }

    fn advance(&self, stream: &StreamName, head: Head) -> Result<(), rusqlite::Error> {
        let row = params![stream.as_str(), head.version.cast_signed(), head.last];
        self.met.prepare_cached(MOVE)?.execute(row).map(drop)
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").field("store", &self.store).finish_non_exhaustive()
    }
}
