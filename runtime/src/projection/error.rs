//! Why a projection cannot go on.

use super::Projection;
use crate::envelope::Recorded;
use crate::error::{DecodeError, ReadError};
use crate::store::view::BoxError;
use crate::store::{InvalidView, ViewError};

/// An event that a projection could not take in. The rows are as they were before its batch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The stored event could not be read by this code.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The projection's handler failed.
    #[error(
        "{projection} cannot take in {event_type} at version {version} of stream {stream} (position {position}): {source}"
    )]
    Handler {
        /// The projection's name.
        projection: &'static str,
        /// The event's wire type.
        event_type: String,
        /// Its stream.
        stream: String,
        /// Its version there.
        version: u64,
        /// Its position.
        position: u64,
        /// What the handler said.
        source: BoxError,
    },
}

impl ProjectError {
    /// What a handler of `P` said about an event.
    pub(super) fn handler<P: Projection>(recorded: &Recorded<'_>, source: BoxError) -> Self {
        Self::Handler {
            projection: P::NAME,
            event_type: recorded.event_type.to_owned(),
            stream: recorded.stream.to_owned(),
            version: recorded.version,
            position: recorded.position,
            source,
        }
    }

    /// The position of the event.
    #[must_use]
    pub const fn position(&self) -> u64 {
        match self {
            Self::Decode(error) => error.position,
            Self::Handler { position, .. } => *position,
        }
    }
}

/// Why a projection stopped. Its view is whole, and stands at the position before the batch that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// The projection's name or version cannot be a view's.
    #[error(transparent)]
    Invalid(#[from] InvalidView),
    /// An event could not be taken in.
    #[error(transparent)]
    Event(#[from] ProjectError),
    /// A handler panicked.
    #[error("{projection} panicked at position {position}: {message}")]
    Panicked {
        /// The projection's name.
        projection: &'static str,
        /// The position of the event that it was called for; 0: it was making the view.
        position: u64,
        /// What it said.
        message: String,
    },
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store did not change the view.
    #[error(transparent)]
    View(ViewError),
}

impl From<ViewError> for ProjectionError {
    /// With the event's place, where it is known.
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Failed { view, source } => match source.downcast::<ProjectError>() {
                Ok(event) => Self::Event(*event),
                Err(source) => Self::View(ViewError::Failed { view, source }),
            },
            other => Self::View(other),
        }
    }
}
