//! A store's events, read without being able to change anything: for tools that look at a file which others own.

use std::fmt;
use std::path::{Path, PathBuf};

use factum::store::{FeedQuery, Page, StreamQuery};
use factum::{ReadError, Uuid};
use rusqlite::Connection;

use crate::file::{self, Signs};
use crate::reader::{self, Gap, Names, gaps};
use crate::{OpenError, sql};

/// A store's file that is only read, without threads: each page blocks the thread that asks for it.
///
/// Nothing in the file is changed, also where it lies in a folder that cannot be written, and others may go on writing
/// meanwhile. Beside a file that has a WAL SQLite may make the WAL's index (`-shm`) anew; beside one that has none
/// nothing is made.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("notes.db");
/// # use factum::store::EventStoreExt;
/// let store = factum_sqlite::SqliteStore::open(&path).await?;
/// # let event = factum::NewEvent::new("notes.Written", 1, r#"{"text":"hello"}"#);
/// store.append_events(&"notes.Page-1".parse()?, factum::ExpectedVersion::None, vec![event]).await?;
/// store.close().await;
///
/// let mut scan = factum_sqlite::Scan::open(&path)?;
/// assert_eq!(scan.last_position()?, 1);
/// assert_eq!(scan.event_types()?, ["notes.Written"]);
/// let page = scan.page(1)?;
/// assert_eq!(page.iter().next().map(|event| event.event_type), Some("notes.Written"));
/// assert_eq!(page.next(), None);
/// let page = scan.stream_page(&factum::store::StreamQuery::new("notes.Page-1".parse()?))?;
/// assert_eq!((page.len(), page.stream_version()), (1, Some(1)));
/// # Ok(())
/// # })
/// # }
/// ```
pub struct Scan {
    path: PathBuf,
    connection: Connection,
    names: Names,
    /// What the file looked like when it was opened as one that nobody writes; `None`: SQLite's locks are taken.
    still: Option<Signs>,
}

impl Scan {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// [`OpenError`] if it is not there, not a store's, or of a newer release.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = file::resolve(path.as_ref())?;
        file::look_to_read(&path)?;
        // To take its locks SQLite needs files beside it. Where there are none yet nobody writes, and none are needed.
        let signs = Signs::of(&path);
        let still = (!signs.in_use()).then_some(signs);
        let connection = file::connect_scan(&path, still.is_some())?;
        Ok(Self { path, connection, names: Names::default(), still })
    }

    /// The position of the last event; 0: there is none.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn last_position(&mut self) -> Result<u64, ReadError> {
        self.read(|connection, _| {
            let last: i64 = connection
                .query_row(sql::LAST_POSITION, [], |row| row.get(0))
                .map_err(|error| reader::storage(&error))?;
            Ok(last.unsigned_abs())
        })
    }

    /// The wire types under which events were ever stored, in their order.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn event_types(&mut self) -> Result<Vec<String>, ReadError> {
        self.read(|connection, _| {
            let types = connection.prepare(sql::EVENT_TYPES).and_then(|mut statement| {
                let types = statement.query_map([], |row| row.get(0))?;
                types.collect()
            });
            types.map_err(|error| reader::storage(&error))
        })
    }

    /// The events from a position on, as many as fit in a page. [`Page::next`] says from where to go on.
    ///
    /// A page ends before a row that is corrupt, so that what is whole before it is read. Whoever wants what is behind it
    /// goes on from the position after it.
    ///
    /// # Errors
    /// [`ReadError`]; [`ReadError::Corrupt`] if the page would begin with that row.
    pub fn page(&mut self, from: u64) -> Result<Page, ReadError> {
        let query = FeedQuery { from: Some(from), ..FeedQuery::default() };
        self.read(|connection, names| match reader::feed(connection, names, &query) {
            Err(ReadError::Corrupt { position, reason }) => {
                match gaps::rows(connection, from, position).map_err(|error| reader::storage(&error))? {
                    0 => Err(ReadError::Corrupt { position, reason }),
                    limit => reader::feed(connection, names, &FeedQuery { limit, ..query.clone() }),
                }
            }
            page => page,
        })
    }

    /// Where versions of streams are missing, in the order of streams and versions: rows that somebody removed. What was
    /// last in a stream leaves no gap.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn gaps(&mut self) -> Result<Vec<Gap>, ReadError> {
        self.read(|connection, _| gaps::all(connection).map_err(|error| reader::storage(&error)))
    }

    /// The event of an id: a page of it alone, or of none if there is no such event.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn find_event(&mut self, id: Uuid) -> Result<Page, ReadError> {
        self.read(|connection, names| reader::event(connection, names, id))
    }

    /// A page of one stream, as [`EventStore::read_stream`](factum::EventStore::read_stream) answers it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn stream_page(&mut self, query: &StreamQuery) -> Result<Page, ReadError> {
        self.read(|connection, names| reader::stream(connection, names, query))
    }

    /// What is read while somebody begins to write does not count: it is read again, with locks. No event ever changes
    /// its position, so reading can go on where it was.
    fn read<T>(&mut self, read: impl Fn(&Connection, &mut Names) -> Result<T, ReadError>) -> Result<T, ReadError> {
        let found = read(&self.connection, &mut self.names);
        if self.still.as_ref().is_none_or(|signs| *signs == Signs::of(&self.path)) {
            return found;
        }
        let opened = file::connect_scan(&self.path, false);
        self.connection = opened.map_err(|error| ReadError::Storage(Box::new(error)))?;
        self.still = None;
        read(&self.connection, &mut self.names)
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("path", &self.path).finish_non_exhaustive()
    }
}
