//! What the tests share.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use factum::store::conformance::block_on;
use factum::store::{Append, Appended, EventStore, FeedQuery};
use factum::{AppendError, ExpectedVersion, NewEvent, StreamName};
use factum_sqlite::SqliteStore;
use tempfile::TempDir;
use uuid::Uuid;

/// A folder that is removed at the end of a test, with the file `events.db` to be in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("events.db")
    }

    /// Every file of the folder, byte for byte.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
    }

    /// A store that holds `events` events, one per append, and is closed again.
    pub(crate) fn filled(events: usize) -> Self {
        let folder = Self::new();
        let store = open(&folder.database());
        for _ in 0..events {
            append(&store, "a", vec![event()]).unwrap();
        }
        drop(store);
        for lock in ["events.db.writer", "events.db.next.writer"] {
            fs::remove_file(folder.path().join(lock)).unwrap();
        }
        folder
    }
}

/// The layout that this release writes: there is a file for each.
pub(crate) fn newest_layout() -> i32 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    i32::try_from(fs::read_dir(folder).unwrap().count()).unwrap()
}

pub(crate) fn open(path: &Path) -> SqliteStore {
    block_on(SqliteStore::open(path)).unwrap()
}

pub(crate) fn event() -> NewEvent {
    NewEvent::new("test.Happened", 1, r#"{"n":1}"#)
}

/// An event whose payload has about `bytes` bytes.
pub(crate) fn large_event(bytes: usize) -> NewEvent {
    NewEvent::new("test.Happened", 1, format!(r#"{{"text":"{}"}}"#, "x".repeat(bytes)))
}

pub(crate) fn stream(name: &str) -> StreamName {
    name.parse().unwrap()
}

pub(crate) fn to(name: &str, events: Vec<NewEvent>) -> Append {
    Append { stream: stream(name), expected: ExpectedVersion::Any, events, command: None }
}

pub(crate) fn append(store: &SqliteStore, name: &str, events: Vec<NewEvent>) -> Result<Appended, AppendError> {
    block_on(store.append(to(name, events)))
}

/// The ids of the whole feed in order, after a look at its positions.
pub(crate) fn feed(store: &SqliteStore) -> Vec<Uuid> {
    let (mut ids, mut last, mut from) = (Vec::new(), 0, None);
    loop {
        let page = block_on(store.read_all(FeedQuery { from, ..FeedQuery::default() })).unwrap();
        for event in page.iter() {
            assert!(event.position > last, "position {} after {last}", event.position);
            last = event.position;
            ids.push(event.id);
        }
        from = page.next();
        if from.is_none() {
            return ids;
        }
    }
}

/// What a test does that needs more than this machine gives: it says so, and where it must not be left out it fails.
pub(crate) fn left_out(what: &str) {
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "not run, and this is CI: {what}");
    eprintln!("LEFT OUT: {what}");
}
