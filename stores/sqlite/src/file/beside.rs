//! The names of the files that stand beside a store's.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// SQLite's write-ahead log.
pub(crate) const WAL: &str = "-wal";
/// Held while a group is committed.
pub(crate) const WRITER: &str = ".writer";
/// Held by who writes next.
pub(crate) const NEXT_WRITER: &str = ".next.writer";
/// Held, behind a name, by who has that subscription open.
pub(crate) const SUBSCRIPTION: &str = ".subscription";
/// Held, behind a name, by who runs that policy.
pub(crate) const POLICY: &str = ".policy";

/// The last two are SQLite's too: the index of its log, and what it writes ahead of files without one.
const ALONE: [&str; 5] = [WAL, WRITER, NEXT_WRITER, "-shm", "-journal"];
const BEHIND_A_NAME: [&str; 2] = [SUBSCRIPTION, POLICY];

/// `path` with this behind its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Whether `file` is called as what belongs to the store at `store`: the store's own file, one that SQLite keeps beside it,
/// or one that only ever is locked. Nothing is looked at but the two names, which have to lead to the same folder in the same
/// way.
///
/// ```
/// use std::path::Path;
///
/// let is_of_store = |file: &str| factum_sqlite::is_of_store(Path::new("data/events.db"), Path::new(file));
/// assert!(is_of_store("data/events.db") && is_of_store("data/events.db-wal"));
/// assert!(is_of_store("data/events.db.writer") && is_of_store("data/events.db.mailer.subscription"));
/// assert!(!is_of_store("data/events.db.bak") && !is_of_store("events.db-wal"));
/// ```
#[must_use]
pub fn is_of_store(store: &Path, file: &Path) -> bool {
    let [store, file] = [store, file].map(|path| path.as_os_str().as_encoded_bytes());
    let Some(rest) = file.strip_prefix(store).and_then(|rest| str::from_utf8(rest).ok()) else { return false };
    let has_name = |suffix: &str| rest.strip_suffix(suffix).is_some_and(|name| name.len() > 1 && name.starts_with('.'));
    rest.is_empty() || ALONE.contains(&rest) || BEHIND_A_NAME.into_iter().any(has_name)
}
