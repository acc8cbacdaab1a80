//! The connection that writes, through good and bad.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use factum::store::Append;
use jiff::Timestamp;
use rusqlite::Connection;

use super::append::{KindIds, Verdict};
use super::claims::Claims;
use super::group::{self, Stop};
use super::wal::Wal;
use crate::failure::Failure;
use crate::reader::{Names, Read, Reading};
use crate::watch::Watch;
use crate::{OpenError, Options, SqliteError, ViewTx, file};

pub(crate) struct Database {
    /// `None` after a commit of unknown outcome, until it has been opened anew.
    connection: Option<ViewTx>,
    /// `None` in memory.
    path: Option<PathBuf>,
    options: Options,
    known: Known,
    wal: Wal,
    claims: Claims,
    watch: Arc<Watch>,
}

/// What has been read of rows that never change: right as long as no transaction that met one is rolled back.
#[derive(Default)]
pub(super) struct Known {
    pub(super) kind_ids: KindIds,
    pub(super) names: Names,
}

impl Database {
    /// Opens the file at `path`, or an empty database in memory. The caller has the turn to write.
    pub(super) fn open(path: Option<&Path>, options: &Options, watch: Arc<Watch>) -> Result<Self, OpenError> {
        let connection = match path {
            Some(path) => file::connect_writer(path, options)?,
            None => file::connect_memory(options)?,
        };
        Ok(Self {
            connection: Some(connection),
            path: path.map(Path::to_owned),
            // Once it has been there, a file that is missing must not be replaced by an empty one.
            options: options.clone().must_exist(true).quick_check(false),
            known: Known::default(),
            wal: Wal::of(path),
            claims: Claims::of(path),
            watch,
        })
    }

    /// Answers a read, between groups.
    pub(super) fn read(&mut self, read: Read) {
        if let Some(tx) = &self.connection {
            read(Reading { connection: tx.connection(), guard: tx.guard(), names: &mut self.known.names });
        }
    }

    /// There may be something new for those who wait for that.
    pub(super) fn raise(&self) {
        self.watch.raise();
    }

    /// The names of subscriptions that are taken.
    pub(super) const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Keeps the WAL from growing without end.
    pub(super) fn after_commit(&mut self) {
        if let Some(tx) = &self.connection {
            self.wal.after_commit(tx.connection(), self.options.busy_timeout);
        }
    }

    /// A verdict for each append, durable; the caller has the turn to write.
    pub(super) fn decide(&mut self, appends: &[Append]) -> Vec<Verdict> {
        match self.commit(appends) {
            Ok(verdicts) => verdicts,
            Err(Failure::RolledBack(error)) if appends.len() > 1 => {
                tracing::warn!(%error, appends = appends.len(), "a group failed: running its appends one by one");
                appends.iter().flat_map(|append| self.decide(std::slice::from_ref(append))).collect()
            }
            Err(failure) => {
                tracing::error!(error = %failure, "a commit failed");
                appends.iter().map(|_| Err(failure.clone().into())).collect()
            }
        }
    }

    /// The time, for an append.
    pub(super) fn now(&self) -> Timestamp {
        self.options.clock.now()
    }

    /// Forgets names that may have gone with a transaction.
    pub(super) fn forget_names(&mut self) {
        self.known = Known::default();
    }

    /// Runs a transaction of its own: what it answers is durable, and if that is an error nothing was written. The caller
    /// has the turn to write.
    pub(super) fn transaction<T, E: From<Failure>>(
        &mut self,
        write: impl FnOnce(&Connection) -> Result<T, Stop<E>>,
    ) -> Result<T, E> {
        self.lending_transaction(|tx, _| write(tx.connection()))
    }

    /// The same, where the connection is lent to the code of views.
    pub(super) fn lending_transaction<T, E: From<Failure>>(
        &mut self,
        write: impl FnOnce(&mut ViewTx, &mut Known) -> Result<T, Stop<E>>,
    ) -> Result<T, E> {
        let run = |tx: &mut ViewTx, known: &mut Known| group::in_transaction(tx, |tx| write(tx, known));
        self.with_connection(run).unwrap_or_else(|failure| {
            tracing::error!(error = %failure, "a commit failed");
            Err(failure.into())
        })
    }

    fn commit(&mut self, appends: &[Append]) -> Result<Vec<Verdict>, Failure> {
        let clock = Arc::clone(&self.options.clock);
        let result = self.with_connection(|tx, known| group::commit(tx, &mut known.kind_ids, appends, clock.as_ref()));
        if result.is_err() {
            // Nothing reads by number inside of a group.
            self.known.kind_ids.clear();
        }
        result
    }

    /// Runs a transaction; of one whose outcome is unknown the connection is given up.
    fn with_connection<T>(
        &mut self,
        transaction: impl FnOnce(&mut ViewTx, &mut Known) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.reopen()?,
        };
        let result = transaction(&mut connection, &mut self.known);
        // In memory the connection is all there is, and there is no disk that could disagree with it.
        if !matches!(result, Err(Failure::Unknown(_))) || self.path.is_none() {
            self.connection = Some(connection);
        }
        result
    }

    fn reopen(&self) -> Result<ViewTx, Failure> {
        let path = self.path.as_deref().unwrap_or(Path::new(""));
        file::connect_writer(path, &self.options).map_err(|error| match error {
            OpenError::Busy { .. } => Failure::Busy,
            error => Failure::NotBegun(SqliteError::reopening(&error).into()),
        })
    }
}
