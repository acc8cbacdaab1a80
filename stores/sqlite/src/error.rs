//! What can go wrong while a file is opened, and SQLite's own errors as a store hands them on.

use std::io;
use std::path::PathBuf;

/// A file that was not opened. Unless it says otherwise the file was left byte for byte as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file, and [`crate::Options::must_exist`] forbids to make it.
    #[error("{}: there is no such file", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The folder that should hold the file does not exist.
    #[error("{}: there is no folder for it; make {} first", path.display(), folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },
    /// A directory, a device, a socket ...
    #[error("{}: is not a regular file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// The file, or the folder it is in, may not be read or written by this process.
    #[error("{}: cannot be written: {source}", path.display())]
    NotWritable {
        /// The file that cannot be written: the store's own, or one that belongs beside it.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not an SQLite file.
    #[error("{}: is not an SQLite database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The end of the file is missing.
    #[error("{}: is cut off after {actual} bytes", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The bytes that it has.
        actual: u64,
    },
    /// SQLite finds the file damaged.
    #[error("{}: is damaged: {report}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first thing that is wrong with it.
        report: String,
    },
    /// Nothing is in the file yet, so there is nothing to read: a store is made of it when it is opened to write.
    #[error("{}: is empty, and no store yet", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// An SQLite file of another program.
    #[error("{}: is an SQLite database of another program (application id {application_id:#010x})", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its application id; 0 where the program sets none.
        application_id: i32,
    },
    /// Written by a newer release of this crate.
    #[error("{}: has layout {found}, this release knows up to {known}: use the newer release", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The layout's number in the file.
        found: i32,
        /// The newest that this release knows.
        known: i32,
    },
    /// Another process holds the file for longer than [`crate::Options::busy_timeout`]. A retry may succeed.
    #[error("{}: another process holds it", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The disk has no room for what every open file needs. Nothing of the file is lost.
    #[error("{}: the disk is full", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The operating system failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// SQLite failed. The file may have been made or migrated, but never in part.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: SqliteError,
    },
}

/// What SQLite said: the source of a store's `Storage` and `OutcomeUnknown` errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (SQLite code {code})")]
pub struct SqliteError {
    code: i32,
    message: String,
}

impl SqliteError {
    /// SQLite's extended result code, 13 (`SQLITE_FULL`) for example.
    #[must_use]
    pub const fn code(&self) -> i32 {
        self.code
    }

    /// Whether the disk (or [`crate::Options::max_bytes`]) has no more room.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        // The second: there is no room for the memory that processes share, which is a file beside the store's.
        self.code & 0xff == rusqlite::ffi::SQLITE_FULL || self.code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
    }
}

impl SqliteError {
    /// A file that could not be opened again after a commit of unknown outcome.
    pub(crate) fn reopening(error: &OpenError) -> Self {
        Self { code: rusqlite::ffi::SQLITE_CANTOPEN, message: format!("the file cannot be opened again: {error}") }
    }
}

impl From<&rusqlite::Error> for SqliteError {
    fn from(error: &rusqlite::Error) -> Self {
        let code = error.sqlite_error().map_or(rusqlite::ffi::SQLITE_ERROR, |error| error.extended_code);
        Self { code, message: error.to_string() }
    }
}

impl From<rusqlite::Error> for SqliteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(&error)
    }
}
