//! Why an aggregate cannot be loaded, or a command not be executed.

use uuid::Uuid;

use crate::envelope::{InvalidStreamName, StreamName};
use crate::error::{AppendError, DecodeError, EncodeError, ReadError};

/// An aggregate that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The aggregate's id cannot name a stream.
    #[error(transparent)]
    Stream(#[from] InvalidStreamName),
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A stored event could not be read by this code.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The store left out an event: the state would be wrong.
    #[error("stream {stream}: the store gave version {found} where version {expected} comes next")]
    Gap {
        /// The stream.
        stream: String,
        /// The version that comes next.
        expected: u64,
        /// The version that came.
        found: u64,
    },
}

/// A command that did not happen (or, for an append whose outcome is unknown, may have happened).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError<R: std::error::Error + 'static> {
    /// The aggregate said no. Nothing was written.
    #[error(transparent)]
    Rejected(R),
    /// The aggregate could not be loaded. Nothing was written.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// An event holds a value that cannot be stored. Nothing was written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The store did not take the events.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The command was refused before, and something else was done about that. This code would not refuse it: the aggregate
    /// decides otherwise than it did, or this is another command. Nothing was written.
    #[error("the command was refused at version {version} of stream {stream}, and this code would not refuse it there")]
    RefusedBefore {
        /// The stream.
        stream: StreamName,
        /// Its version at the time.
        version: u64,
    },
    /// Others were faster in every attempt. Nothing was written; it may be tried again.
    #[error("stream {stream} was changed by others in each of {attempts} attempts (it is at version {actual})")]
    Contended {
        /// The stream.
        stream: StreamName,
        /// How often it was tried.
        attempts: u32,
        /// The stream's version in the end.
        actual: u64,
    },
    /// The command's id is the nil UUID, which would make all such commands one and the same.
    #[error("the command's id is {}, which identifies nothing", Uuid::nil())]
    NilCommandId,
}

impl<R: std::error::Error + 'static> ExecuteError<R> {
    /// The aggregate's rejection, if that is what it is.
    pub const fn rejection(&self) -> Option<&R> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Load(_)
            | Self::Encode(_)
            | Self::Append(_)
            | Self::RefusedBefore { .. }
            | Self::Contended { .. }
            | Self::NilCommandId => None,
        }
    }
}

impl<R: std::error::Error + 'static> From<InvalidStreamName> for ExecuteError<R> {
    fn from(error: InvalidStreamName) -> Self {
        Self::Load(LoadError::Stream(error))
    }
}
