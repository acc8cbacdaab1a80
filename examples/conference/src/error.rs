//! What can end the program early, in words for whoever started it.

use std::io;
use std::path::PathBuf;

use factum::cloudevents::ImportError;
use factum::projection::ProjectionError;
use factum::{ExecuteError, LoadError, ReadError};
use factum_sqlite::{OpenError, QueryError};

use crate::SeatAvailabilityRejection;

/// Why the program ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store's file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file is a store, but not this example's.
    #[error("{}: holds events that this example did not record; it is left as it is, choose another file with --db", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A file of the store could not be removed.
    #[error("{}: cannot be removed: {source}", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The recorded events could not be read.
    #[error("{}: {source}", path.display())]
    Recorded {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The recorded events could not be imported.
    #[error("{}: {source}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Which line, and why.
        source: ImportError,
    },
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A conference could not be rebuilt.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A command failed for another reason than a rejection that was to be shown.
    #[error(transparent)]
    Execute(#[from] ExecuteError<SeatAvailabilityRejection>),
    /// The view could not be built.
    #[error(transparent)]
    View(#[from] ProjectionError),
    /// The view could not be asked.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// More seats were sold than there were: what must never happen.
    #[error("{name}: {held} seats are held of {capacity}: a seat was sold twice")]
    Oversold {
        /// The conference.
        name: String,
        /// The seats that are held.
        held: u64,
        /// The seats that there are.
        capacity: u32,
    },
    /// A buyer's task panicked.
    #[error("a buyer's task failed: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// The output could not be written.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// Whether somebody merely closed the pipe that the output went to, as `| head` does.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
