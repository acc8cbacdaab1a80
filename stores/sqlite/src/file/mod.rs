//! The file: what is there before it is opened, and its connections.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::{OpenError, Options, SqliteError, ViewTx, schema, sql};

mod beside;
mod look;

pub use beside::is_of_store;
pub(crate) use beside::{NEXT_WRITER, POLICY, SUBSCRIPTION, WAL, WRITER, beside};
pub(crate) use look::{Signs, io_error};

/// Where a file is, whatever the current directory becomes and whichever link led to it: all who name it must meet at
/// the same lock.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    match fs::canonicalize(path) {
        Ok(path) => return Ok(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(io_error(path, source)),
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name() else {
        return Err(OpenError::NotAFile { path: path.to_owned() });
    };
    match fs::canonicalize(folder) {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(OpenError::NoFolder { path: path.to_owned(), folder: folder.to_owned() })
        }
        Err(source) => Err(io_error(path, source)),
    }
}

/// Refuses whatever is not ours to open, without changing or making anything.
pub(crate) fn look(path: &Path, options: &Options) -> Result<(), OpenError> {
    look::look(path, look::Use::Write { must_exist: options.must_exist })
}

/// Refuses what is no store's file, without changing or making anything.
pub(crate) fn look_to_read(path: &Path) -> Result<(), OpenError> {
    look::look(path, look::Use::Read)
}

/// The connection that writes, in a file of the current layout. The caller holds the writer lock.
pub(crate) fn connect_writer(path: &Path, options: &Options) -> Result<ViewTx, OpenError> {
    let failed = |error: rusqlite::Error| open_error(path, &error);
    let create = if options.must_exist { OpenFlags::empty() } else { OpenFlags::SQLITE_OPEN_CREATE };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(options.busy_timeout).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        let source = io::ErrorKind::PermissionDenied.into();
        return Err(OpenError::NotWritable { path: path.to_owned(), source });
    }
    claim(&connection, path)?;
    let mode: String = connection.query_row(sql::JOURNAL_MODE_WAL, [], |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        let source =
            io::Error::new(io::ErrorKind::Unsupported, "its file system has no shared memory for SQLite's WAL");
        return Err(OpenError::Io { path: path.to_owned(), source });
    }
    connection.execute_batch(sql::WRITER_CONNECTION).map_err(failed)?;
    prepare_writer(&connection, options).map_err(failed)?;
    // A process that was killed may have left a commit that was written but never synced, and SQLite takes it up as
    // it finds it. Before a conflict or a repeat is decided by it, it is synced: checkpoints begin with that.
    connection.query_row(sql::CHECKPOINT_PASSIVE, [], |_| Ok(())).map_err(failed)?;
    if options.quick_check {
        quick_check(&connection, path)?;
    }
    ViewTx::new(connection).map_err(failed)
}

/// The one connection of a store in memory.
pub(crate) fn connect_memory(options: &Options) -> Result<ViewTx, OpenError> {
    let open = || {
        let connection = Connection::open_in_memory()?;
        prepare_writer(&connection, options)?;
        ViewTx::new(connection)
    };
    open().map_err(|error| open_error(Path::new(":memory:"), &error))
}

/// A connection that reads.
pub(crate) fn connect_reader(path: &Path, options: &Options) -> Result<Connection, OpenError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(options.busy_timeout)?;
        prepare(&connection, options.cache_bytes / 64)?;
        connection.execute_batch(sql::READER_CONNECTION)?;
        Ok(connection)
    };
    open().map_err(|error| open_error(path, &error))
}

/// A connection that can change nothing; of a file that nobody writes, it needs no locks and so no files beside it.
pub(crate) fn connect_scan(path: &Path, nobody_writes: bool) -> Result<Connection, OpenError> {
    let open = || {
        let connection = if nobody_writes {
            look::open_immutable(path)?
        } else {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(path, flags)?
        };
        connection.busy_timeout(Options::new().busy_timeout)?;
        prepare(&connection, 2 << 20)?;
        connection.execute_batch(sql::READER_CONNECTION)?;
        Ok(connection)
    };
    open().map_err(|error| open_error(path, &error))
}

fn prepare_writer(connection: &Connection, options: &Options) -> Result<(), rusqlite::Error> {
    prepare(connection, options.cache_bytes)?;
    schema::migrate(connection)?;
    if let Some(bytes) = options.max_bytes {
        let page_size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page_size.max(1);
        connection.query_row(&format!("PRAGMA max_page_count = {}", pages.max(1)), [], |_| Ok(()))?;
    }
    Ok(())
}

/// What every connection is told.
fn prepare(connection: &Connection, cache_bytes: usize) -> Result<(), rusqlite::Error> {
    // Without it SQLite looks at the values bound to a statement to find a better plan, which compiles the statement
    // anew for each new value: a third of the time of an append. No plan here depends on a value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(sql::EVERY_CONNECTION)?;
    connection.set_prepared_statement_cache_capacity(128);
    // Negative sizes are KiB to SQLite, positive ones pages.
    let kib = i64::try_from(cache_bytes / 1024).unwrap_or(i64::MAX);
    connection.pragma_update(None, "cache_size", -kib.max(1))
}

/// Makes sure that an open file is ours, and makes an empty one ours.
///
/// Our id is written before the file has a WAL, so the main file alone says whose it is from its first page on.
fn claim(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| open_error(path, &error);
    // Until it is known to be ours, closing it again must not move its WAL into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    match look::identity(connection).map_err(failed)?.verdict(path)? {
        look::Verdict::Ours => {}
        look::Verdict::Empty => {
            connection.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(failed)?;
        }
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(failed)?;
    Ok(())
}

fn quick_check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let report: String =
        connection.query_row(sql::QUICK_CHECK, [], |row| row.get(0)).map_err(|error| open_error(path, &error))?;
    if report == "ok" { Ok(()) } else { Err(OpenError::Damaged { path: path.to_owned(), report }) }
}

/// What SQLite said about a file, in our words.
pub(crate) fn open_error(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path },
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path, report: error.to_string() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Busy { path },
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            let source = io::Error::new(io::ErrorKind::PermissionDenied, error.to_string());
            OpenError::NotWritable { path, source }
        }
        _ => match SqliteError::from(error) {
            source if source.is_full() => OpenError::Full { path },
            source => OpenError::Sqlite { path, source },
        },
    }
}
