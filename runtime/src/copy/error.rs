//! What can be wrong with a copy.

use crate::cloudevents::ImportError;
use crate::envelope::ExpectedVersion;
use crate::error::{AppendError, DecodeError, EncodeError, ReadError};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why an event cannot be rewritten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RewriteError {
    /// It cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// What it is read as cannot be stored.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Whoever was asked to rewrite it said no.
    #[error("{0}")]
    Other(#[source] Source),
}

/// A copy that did not come to its end, or was not begun. What was copied before stays, and it can be started again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The store to copy into has events that are not copies.
    #[error("the new store is not empty, and its last event, at position {position}, is no copy")]
    NotEmpty {
        /// The position of its last event.
        position: u64,
    },
    /// The store to copy into has copies of events of another store.
    #[error(
        "the new store was copied from another store: its last event was copied from position {position}, where the old store has \
         another event or none"
    )]
    AnotherSource {
        /// The position in the old store.
        position: u64,
    },
    /// One of the stores could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An event could not be rewritten.
    #[error("position {position}, version {version} of stream {stream}: {source}")]
    Rewrite {
        /// Its position in the old store.
        position: u64,
        /// Its stream.
        stream: String,
        /// Its version in the stream.
        version: u64,
        /// Why.
        source: Box<RewriteError>,
    },
    /// The new store did not take an event.
    #[error("position {position}: {}", source.without_place())]
    Append {
        /// The event's position in the old store; of several that were appended together the first, unless it is known
        /// which.
        position: u64,
        /// What it said.
        source: AppendError,
    },
    /// The new store's headers cannot be read.
    #[error("the headers of an event cannot be read: {0}")]
    Headers(#[source] serde_json::Error),
    /// The new store is not a copy.
    #[error("position {position} of the old store: {difference}")]
    Differs {
        /// The position in the old store.
        position: u64,
        /// In what.
        difference: Difference,
    },
}

impl CopyError {
    /// What taking events in failed with: their lines are positions.
    pub(super) fn of_import(error: ImportError) -> Self {
        match error {
            ImportError::Append { line: position, source } => Self::Append { position, source },
            ImportError::Gap { line: position, stream, expected, found } => {
                let (expected, actual) = (ExpectedVersion::Exact(found.saturating_sub(1)), expected.saturating_sub(1));
                Self::Append { position, source: AppendError::Conflict { stream, expected, actual } }
            }
            ImportError::Differs { line, position, what } => {
                Self::Differs { position: line, difference: Difference::Other { position, what } }
            }
            ImportError::Read { source, .. } => Self::Read(source),
            ImportError::Line(error) => Self::Read(ReadError::Storage(Box::new(error))),
        }
    }
}

/// In what a store differs from the copy that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Difference {
    /// There is no event where one is due.
    #[error("its copy is missing")]
    Missing,
    /// An event is another one than is due.
    #[error("its copy at position {position} has another {what}")]
    Other {
        /// The position in the new store.
        position: u64,
        /// What of it differs.
        what: &'static str,
    },
    /// An event says that it is a copy of this one, and is none that is due: the rewriting has changed since.
    #[error(
        "the event at position {position} is a copy of it, and none is due there: it was rewritten otherwise before"
    )]
    NotDue {
        /// The position in the new store.
        position: u64,
    },
}
