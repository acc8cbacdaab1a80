//! Files that others are replaced by.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::Failure;

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
    let name = target.as_os_str().to_string_lossy();
    let beside = ["-wal", "-shm", "-journal", ".next.writer", ".writer"].iter().find_map(|end| name.strip_suffix(end));
    match beside.map(Path::new).filter(|database| is_database(database)) {
        Some(database) => {
            Err(refused(format!("it belongs to the database {}; choose another file", database.display())))
        }
        None => Ok(()),
    }
}

/// Whether it begins as SQLite's files do.
fn is_database(path: &Path) -> bool {
    const HEADER: &[u8; 16] = b"SQLite format 3\0";
    let mut begin = [0; HEADER.len()];
    // Of a pipe nothing is read: it would wait for somebody to write.
    let regular = fs::metadata(path).is_ok_and(|found| found.is_file());
    regular && File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && begin == *HEADER
}
