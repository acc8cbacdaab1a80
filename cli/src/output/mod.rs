//! Files that others are replaced by.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::Failure;

#[cfg(feature = "sqlite")]
mod draft;
#[cfg(feature = "sqlite")]
mod replacement;

#[cfg(feature = "sqlite")]
pub(crate) use replacement::Replacement;

/// Refuses what an output must not take the place of: what is no regular file (a device, a pipe), a database, and the files
/// that stand beside a database.
pub(crate) fn may_be_replaced(target: &Path) -> Result<(), Failure> {
    let refused = |reason: String| Failure::Write { path: target.to_path_buf(), source: io::Error::other(reason) };
    let odd = fs::metadata(target).is_ok_and(|found| !found.is_file() && !found.is_dir());
    if odd {
        return Err(refused("it is no regular file; `-` is the standard output".to_owned()));
    }
    if is_database(target) {
        return Err(refused("it is an SQLite database, and is left as it is; choose another file".to_owned()));
    }
    #[cfg(feature = "sqlite")]
    if let Some(database) = database_of(target) {
        return Err(refused(format!("it belongs to the database {}; choose another file", database.display())));
    }
    Ok(())
}

/// The database beside which a file stands: its name is the beginning of the file's.
#[cfg(feature = "sqlite")]
fn database_of(file: &Path) -> Option<std::path::PathBuf> {
    let name = file.file_name()?.to_string_lossy();
    let mut begins = name.match_indices(['-', '.']).map(|(end, _)| file.with_file_name(&name[..end]));
    begins.find(|database| factum_sqlite::is_of_store(database, file) && is_database(database))
}

/// Whether it begins as SQLite's files do.
fn is_database(path: &Path) -> bool {
    const HEADER: &[u8; 16] = b"SQLite format 3\0";
    let mut begin = [0; HEADER.len()];
    // Of a pipe nothing is read: it would wait for somebody to write.
    let regular = fs::metadata(path).is_ok_and(|found| found.is_file());
    regular && File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *HEADER
}
