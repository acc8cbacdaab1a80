//! How large the WAL may grow.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Error};

use crate::file::{WAL, beside};
use crate::sql;

/// Watches the WAL of a file.
///
/// SQLite itself moves the WAL into the file every 1,000 pages, but it begins the WAL anew only at a moment at which no
/// reader reads. Where readers follow one another without a gap that moment never comes, so past a size the writer
/// makes it: it waits, for a short while, until those who read now have finished their page.
pub(super) struct Wal {
    /// `None` in memory.
    path: Option<PathBuf>,
    commits: u32,
}

impl Wal {
    /// The commits between two looks at its size.
    const COMMITS: u32 = 64;
    /// The size past which it is begun anew: 16 MiB.
    const BYTES: u64 = 16 << 20;
    /// How long to wait for readers.
    const WAIT: Duration = Duration::from_millis(50);

    pub(super) fn of(database: Option<&Path>) -> Self {
        Self { path: database.map(|database| beside(database, WAL)), commits: 0 }
    }

    pub(super) fn after_commit(&mut self, connection: &Connection, busy_timeout: Duration) {
        self.commits += 1;
        let Some(path) = self.path.as_ref().filter(|_| self.commits >= Self::COMMITS) else { return };
        self.commits = 0;
        if fs::metadata(path).is_ok_and(|metadata| metadata.len() > Self::BYTES)
            && let Err(error) = restart(connection, busy_timeout)
        {
            tracing::warn!(%error, "cannot begin the WAL anew yet");
        }
    }
}

fn restart(connection: &Connection, busy_timeout: Duration) -> Result<(), Error> {
    connection.busy_timeout(Wal::WAIT)?;
    let restarted = connection.query_row(sql::CHECKPOINT_RESTART, [], |_| Ok(()));
    connection.busy_timeout(busy_timeout)?;
    restarted
}
