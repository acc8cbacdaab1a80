//! What a path names, found out without changing it or making a file beside it.
//!
//! It is SQLite that looks, never this crate's own file handles: closing such a handle would drop the locks that
//! another store of this process holds on the same file.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use super::{WAL, beside, open_error};
use crate::{OpenError, schema, sql};

/// What a file's header says of it.
pub(super) struct Identity {
    application_id: i32,
    layout: i32,
    objects: u64,
}

/// What a file is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// To write, and to be made if it may be.
    Write { must_exist: bool },
    /// Only to be read.
    Read,
}

impl Use {
    const fn must_exist(self) -> bool {
        match self {
            Self::Write { must_exist } => must_exist,
            Self::Read => true,
        }
    }
}

/// What shows that a file is written: what there is beside it, and when it was changed.
#[derive(PartialEq, Eq)]
pub(crate) struct Signs {
    wal: bool,
    changed: Option<(u64, SystemTime)>,
}

impl Signs {
    pub(crate) fn of(path: &Path) -> Self {
        let changed = fs::metadata(path).and_then(|metadata| Ok((metadata.len(), metadata.modified()?))).ok();
        Self { wal: length_of_wal(path).is_ok(), changed }
    }

    /// Whether somebody has it open, or left without closing it.
    pub(crate) const fn in_use(&self) -> bool {
        self.wal
    }
}

/// Whose a file is, where it is not somebody else's.
pub(super) enum Verdict {
    /// Ours, of a layout that this release knows.
    Ours,
    /// Nobody's: nothing is in it.
    Empty,
}

impl Identity {
    pub(super) fn verdict(&self, path: &Path) -> Result<Verdict, OpenError> {
        let known = schema::current();
        match *self {
            Self { application_id: schema::APPLICATION_ID, layout, .. } if layout > known => {
                Err(OpenError::Newer { path: path.to_owned(), found: layout, known })
            }
            Self { application_id: schema::APPLICATION_ID, .. } => Ok(Verdict::Ours),
            Self { application_id: 0, layout: 0, objects: 0 } => Ok(Verdict::Empty),
            Self { application_id, .. } => Err(OpenError::Foreign { path: path.to_owned(), application_id }),
        }
    }
}

pub(super) fn identity(connection: &Connection) -> Result<Identity, Error> {
    let application_id = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let layout = schema::layout(connection)?;
    // Somebody else's tables may use what this SQLite does not know: whose they are is already clear.
    let objects = if application_id == schema::APPLICATION_ID {
        0
    } else {
        connection.query_row(sql::SCHEMA_OBJECTS, [], |row| row.get::<_, i64>(0))?.unsigned_abs()
    };
    Ok(Identity { application_id, layout, objects })
}

/// Looks until nobody changes the file meanwhile: a refusal of what another store is just making would be wrong.
pub(super) fn look(path: &Path, purpose: Use) -> Result<(), OpenError> {
    const LOOKS: usize = 100;
    const PAUSE: Duration = Duration::from_millis(5);
    for _ in 1..LOOKS {
        let before = lengths(path);
        match look_once(path, purpose) {
            Err(_) if lengths(path) != before => thread::sleep(PAUSE),
            done => return done,
        }
    }
    look_once(path, purpose)
}

/// What changes while a store is being made: its length, and its WAL's.
fn lengths(path: &Path) -> (Option<u64>, Option<u64>) {
    (fs::metadata(path).map(|metadata| metadata.len()).ok(), length_of_wal(path).ok())
}

fn look_once(path: &Path, purpose: Use) -> Result<(), OpenError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound && purpose.must_exist() => {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(io_error(path, source)),
    };
    if !metadata.is_file() {
        return Err(OpenError::NotAFile { path: path.to_owned() });
    }
    let connection = open_immutable(path).map_err(|error| open_error(path, &error))?;
    let has_wal = length_of_wal(path).is_ok_and(|length| length > 0);
    if has_wal {
        // What it lacks at its end may be in its WAL: let the header be read all the same.
        connection.pragma_update(None, "writable_schema", true).map_err(|error| open_error(path, &error))?;
    }
    check_length(&connection, path, metadata.len(), has_wal)?;
    match identity(&connection).map_err(|error| open_error(path, &error))?.verdict(path)? {
        // Ours says so in its main file before it has a WAL: this is the WAL of somebody else.
        Verdict::Empty if has_wal => Err(OpenError::Foreign { path: path.to_owned(), application_id: 0 }),
        Verdict::Ours | Verdict::Empty if purpose != Use::Read && metadata.permissions().readonly() => {
            Err(OpenError::NotWritable { path: path.to_owned(), source: io::ErrorKind::PermissionDenied.into() })
        }
        // There is nothing to read in it, not even tables.
        Verdict::Empty if purpose == Use::Read => Err(OpenError::Empty { path: path.to_owned() }),
        Verdict::Ours | Verdict::Empty => Ok(()),
    }
}

/// Refuses a file that is shorter than its first page says.
fn check_length(connection: &Connection, path: &Path, actual: u64, has_wal: bool) -> Result<(), OpenError> {
    let truncated = || OpenError::Truncated { path: path.to_owned(), actual };
    let pages = match connection.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0)) {
        // To SQLite a file of one byte is as good as empty.
        Ok(0) if actual > 0 => return Err(OpenError::NotADatabase { path: path.to_owned() }),
        Ok(pages) => pages.unsigned_abs(),
        // It says the same of a file that is too short and of one whose tables cannot be read.
        Err(error)
            if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
                && told_length(path).is_none_or(|told| told > actual) =>
        {
            return Err(truncated());
        }
        Err(error) => return Err(open_error(path, &error)),
    };
    let page_size: i64 =
        connection.pragma_query_value(None, "page_size", |row| row.get(0)).map_err(|error| open_error(path, &error))?;
    // SQLite rounds a page that was cut through up to a whole one.
    if !has_wal && pages * page_size.unsigned_abs() > actual {
        return Err(truncated());
    }
    Ok(())
}

/// How long the file is, as its header tells; `None` where there is no whole header.
fn told_length(path: &Path) -> Option<u64> {
    let mut header = [0; 32];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut header)).ok()?;
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 1 << 16,
        page_size => u64::from(page_size),
    };
    Some(u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]])) * page_size)
}

/// Read-only, without locks, without WAL: the main file as it lies there.
pub(super) fn open_immutable(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(path), flags)
}

fn uri(path: &Path) -> String {
    let escaped = path.as_os_str().as_encoded_bytes().iter().map(|&byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    format!("file:{}?immutable=1", escaped.collect::<String>())
}

/// The length of the write-ahead log, if there is one.
fn length_of_wal(path: &Path) -> Result<u64, io::Error> {
    fs::metadata(beside(path, WAL)).map(|metadata| metadata.len())
}

/// What the operating system said about a file, in our words.
pub(crate) fn io_error(path: &Path, source: io::Error) -> OpenError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OpenError::NotWritable { path, source },
        io::ErrorKind::NotADirectory => OpenError::NotAFile { path },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full { path },
        _ => OpenError::Io { path, source },
    }
}
