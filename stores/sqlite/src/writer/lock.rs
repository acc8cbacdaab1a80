//! Whose turn it is to write, among processes.
//!
//! SQLite's own waiting is not fair: a process that commits in a loop keeps another one out for seconds, because the
//! waiting one only looks now and then and finds the file taken. So there are two locks of the operating system.
//! `<file>.writer` is held while a group is committed; to wait for it one must first hold `<file>.next.writer`, and
//! lets go of that when one's turn has come. Whoever has just written must pass the first lock again, which the
//! waiting process holds: they alternate.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::file::{NEXT_WRITER, WRITER, beside};

/// The two lock files of a store. They are empty and may be removed while nobody has the store open.
pub(crate) struct WriterLock {
    next: File,
    writer: File,
}

/// A turn to write; over when it is dropped.
pub(crate) struct Turn<'l>(&'l File);

/// Why there was no turn.
pub(crate) enum NoTurn {
    Timeout,
    Failed(io::Error),
}

impl WriterLock {
    /// Opens the lock files of `database`. An error comes with the file that could not be opened.
    pub(crate) fn open(database: &Path) -> Result<Self, (PathBuf, io::Error)> {
        let open = |suffix| open(database, suffix).map(|(_, file)| file);
        Ok(Self { next: open(NEXT_WRITER)?, writer: open(WRITER)? })
    }

    /// Waits for a turn.
    pub(crate) fn take_turn(&self, timeout: Duration) -> Result<Turn<'_>, NoTurn> {
        let deadline = Instant::now() + timeout;
        wait(&self.next, deadline)?;
        let waiting = Turn(&self.next);
        wait(&self.writer, deadline)?;
        drop(waiting);
        Ok(Turn(&self.writer))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Cannot fail for a lock that is held; if it did, the lock would end with the process.
        if let Err(error) = self.0.unlock() {
            tracing::error!(%error, "cannot release the writer lock");
        }
    }
}

/// Opens a file beside the database, made if it is not there: only ever to be locked.
pub(super) fn open(database: &Path, suffix: &str) -> Result<(PathBuf, File), (PathBuf, io::Error)> {
    let path = beside(database, suffix);
    match OpenOptions::new().create(true).truncate(false).write(true).open(&path) {
        Ok(file) => Ok((path, file)),
        Err(error) => Err((path, error)),
    }
}

/// The operating system can wait for a lock, but not until a deadline. So: look, and look again, a little later each
/// time. The longest pause is far below the time that a group takes on a slow disk.
fn wait(file: &File, deadline: Instant) -> Result<(), NoTurn> {
    const LONGEST_PAUSE: Duration = Duration::from_millis(1);
    let mut pause = Duration::from_micros(20);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(NoTurn::Failed(error)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Err(NoTurn::Timeout),
            Err(TryLockError::WouldBlock) => thread::sleep(pause),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
