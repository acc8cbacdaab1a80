//! Why a change is not known to be stored, and what is answered then.

use factum::store::policy::PolicyStoreError;
use factum::store::subscription::SubscriptionError;
use factum::store::{Reentrant, SnapshotError, ViewError};
use factum::{AppendError, ReadError};

use crate::SqliteError;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Nobody will answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unanswered {
    /// The store, or the thread of it that was asked, has ended.
    #[error("the store is closed")]
    Closed,
    /// Whoever asks is the thread that would have to answer.
    #[error(transparent)]
    Reentrant(#[from] Reentrant),
}

impl Unanswered {
    /// The error itself.
    fn source(self) -> Source {
        match self {
            Self::Closed => self.into(),
            Self::Reentrant(reentrant) => reentrant.into(),
        }
    }
}

/// Why a transaction decided nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// Another process holds the file. Nothing was begun.
    #[error("another process is writing")]
    Busy,
    /// It did not begin: the file cannot be written at all.
    #[error(transparent)]
    NotBegun(Cause),
    /// It was rolled back.
    #[error(transparent)]
    RolledBack(SqliteError),
    /// It may or may not be stored, and its connection must not be used again.
    #[error(transparent)]
    Unknown(Cause),
}

/// What is behind a failure.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    #[error("{0}")]
    Lock(String),
}

impl Cause {
    /// The error itself, so that whoever gets it can ask which it is.
    fn source(self) -> Source {
        match self {
            Self::Sqlite(error) => error.into(),
            Self::Unanswered(unanswered) => unanswered.source(),
            lock @ Self::Lock(_) => lock.into(),
        }
    }
}

impl Failure {
    /// Of a transaction that SQLite did not begin.
    pub(crate) fn of_begin(error: &rusqlite::Error) -> Self {
        let error = SqliteError::from(error);
        let busy = [rusqlite::ffi::SQLITE_BUSY, rusqlite::ffi::SQLITE_LOCKED];
        if busy.contains(&(error.code() & 0xff)) { Self::Busy } else { Self::NotBegun(error.into()) }
    }
}

/// The errors that tell the three cases apart.
macro_rules! answers {
    ($($error:ty),*) => {$(
        impl From<Failure> for $error {
            fn from(failure: Failure) -> Self {
                match failure {
                    Failure::Busy => Self::Busy,
                    Failure::NotBegun(cause) => Self::Storage(cause.source()),
                    Failure::RolledBack(error) => Self::Storage(error.into()),
                    Failure::Unknown(cause) => Self::OutcomeUnknown(cause.source()),
                }
            }
        }
    )*};
}

answers!(AppendError, PolicyStoreError, SubscriptionError, ViewError);

/// A snapshot is a cache: whether it was kept after all is nobody's concern.
impl From<Failure> for SnapshotError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Busy => Self::Busy,
            Failure::RolledBack(error) => Self::Storage(error.into()),
            Failure::NotBegun(cause) | Failure::Unknown(cause) => Self::Storage(cause.source()),
        }
    }
}

impl From<Unanswered> for ReadError {
    fn from(unanswered: Unanswered) -> Self {
        Self::Storage(unanswered.source())
    }
}

impl From<Unanswered> for SnapshotError {
    fn from(unanswered: Unanswered) -> Self {
        Self::Storage(unanswered.source())
    }
}
