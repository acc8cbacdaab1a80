//! What can end the program early.

use std::io;
use std::path::PathBuf;

use factum::cloudevents::ImportError;
use factum::policy::PolicyError;
use factum::projection::ProjectionError;
use factum::{ExecuteError, LoadError, ReadError};
use factum_sqlite::OpenError;

use crate::{ContractRejection, MissionRejection};

/// Why the program ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store's file is there already.
    #[error("{}: is there already; the story begins with a new file", .0.display())]
    Exists(PathBuf),
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A line of the input cannot be read.
    #[error("{}:{line}: {reason}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0: the file as a whole.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// What was recorded could not be imported.
    #[error("{}: {source}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ImportError,
    },
    /// A command about a mission could not be executed.
    #[error(transparent)]
    Mission(#[from] ExecuteError<MissionRejection>),
    /// A command about a contract could not be executed.
    #[error(transparent)]
    Contract(#[from] ExecuteError<ContractRejection>),
    /// An aggregate could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The events could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The policy could not go on.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A view could not be built.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// A view's rows could not be read.
    #[error(transparent)]
    Query(#[from] factum_sqlite::QueryError),
    /// The output could not be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl Error {
    /// Whether nobody reads on, as when the output goes to `head`: no reason to complain.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
