//! What can go wrong, each with the place where it did.

use uuid::Uuid;

use crate::envelope::{ExpectedVersion, InvalidStreamName, Recorded, StreamName};
use crate::store::ViewError;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A stored event that this code cannot read. Nothing was skipped and nothing was guessed.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot read {event_type} v{schema_version} at version {version} of stream {stream} (position {position}): {fault}"
)]
pub struct DecodeError {
    /// The stream.
    pub stream: String,
    /// The event's version in the stream.
    pub version: u64,
    /// The event's position in the store.
    pub position: u64,
    /// The wire type as stored.
    pub event_type: String,
    /// The schema version as stored.
    pub schema_version: u32,
    /// Why.
    #[source]
    pub fault: DecodeFault,
}

impl DecodeError {
    /// `fault`, met while reading `recorded`.
    #[must_use]
    pub fn at(recorded: &Recorded<'_>, fault: DecodeFault) -> Self {
        Self {
            stream: recorded.stream.to_owned(),
            version: recorded.version,
            position: recorded.position,
            event_type: recorded.event_type.to_owned(),
            schema_version: recorded.schema_version,
            fault,
        }
    }
}

/// Why a payload cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeFault {
    /// No event of the set was ever stored under this wire type.
    #[error("no event of this set has that type; a newer release may have added it")]
    UnknownType,
    /// The schema's history never wrote this version under this wire type.
    #[error("that version was never written under this type (the newest this code knows is {newest})")]
    UnknownVersion {
        /// The newest version that this code knows.
        newest: u32,
    },
    /// Written by a newer release in a way that this code would misread.
    #[error(
        "it needs a reader of version {readable_from} or newer, this code reads up to {newest}: deploy the newer release here"
    )]
    VersionTooNew {
        /// The lowest version whose reader decodes it rightly.
        readable_from: u32,
        /// The newest version that this code knows.
        newest: u32,
    },
    /// The payload is not what its version says.
    #[error("the payload does not fit its version: {0}")]
    Payload(#[from] serde_json::Error),
    /// The payload is what its version says, but an upcast step cannot carry it to the current version, or the Rust type
    /// that stands for a builtin does not hold a value of it.
    #[error(transparent)]
    Upcast(#[from] UpcastError),
}

/// An upcast step that cannot carry a value from one version to the next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("upcast: {reason}")]
pub struct UpcastError {
    reason: String,
}

impl UpcastError {
    /// An error that says `reason`.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A value that may not be stored as it is.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// NaN or an infinity, which JSON cannot hold.
    #[error("{event_type}: {value} is not a finite number")]
    NotFinite {
        /// The wire type of the event.
        event_type: &'static str,
        /// `NaN`, `inf` or `-inf`.
        value: f64,
    },
    /// A value with more precision than its type keeps.
    #[error("{event_type}: {reason}")]
    NotRepresentable {
        /// The wire type of the event.
        event_type: &'static str,
        /// What cannot be kept, and what to do.
        reason: String,
    },
    /// A foreign type's own `Serialize` failed.
    #[error("{event_type}: {source}")]
    Json {
        /// The wire type of the event.
        event_type: &'static str,
        /// What it said.
        source: serde_json::Error,
    },
}

/// An append that did not happen (or, for [`AppendError::OutcomeUnknown`] alone, may have happened).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The stream is not at the expected version. Nothing was written.
    #[error("stream {stream} is at version {actual}, expected {expected}")]
    Conflict {
        /// The stream.
        stream: StreamName,
        /// What was expected.
        expected: ExpectedVersion,
        /// The stream's version; 0: it does not exist.
        actual: u64,
    },
    /// An id of this append is already stored, but not as part of the same append. Nothing was written.
    #[error("event id {id} is already used by another event (stream {stream}, version {version})")]
    IdReused {
        /// The id.
        id: Uuid,
        /// The stream that holds it.
        stream: String,
        /// Its version there; 0 where the append itself names the id twice.
        version: u64,
    },
    /// The append itself is not well-formed. Nothing was written; a retry cannot help.
    #[error("event {} of the append: {reason}", index.saturating_add(1))]
    Invalid {
        /// Index of the event in the append, from 0. The message counts from 1.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// An inline view could not follow. Nothing was written, neither events nor the view's rows.
    #[error("nothing was appended: {0}")]
    View(#[source] ViewError),
    /// Another process holds the store's writer lock for too long. Nothing was written; a retry may succeed.
    #[error("the store is busy: another process is writing")]
    Busy,
    /// The commit was begun and its end is not known. Retry with the same event ids: it is safe.
    #[error("it is not known whether the append was stored: {0}; retry with the same event ids")]
    OutcomeUnknown(#[source] Source),
    /// The store failed (a full disk, a read-only file ...). Nothing was written.
    #[error("the store failed, nothing was written: {0}")]
    Storage(#[source] Source),
}

impl AppendError {
    /// Whether the same append may succeed when it is tried again as it is.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::OutcomeUnknown(_) => true,
            Self::Conflict { .. } | Self::IdReused { .. } | Self::Invalid { .. } | Self::View(_) | Self::Storage(_) => {
                false
            }
        }
    }

    /// What is said where another place of the event is told than that in its append.
    pub(crate) fn without_place(&self) -> String {
        match self {
            Self::Invalid { reason, .. } => reason.clone(),
            Self::Conflict { .. }
            | Self::IdReused { .. }
            | Self::View(_)
            | Self::Busy
            | Self::OutcomeUnknown(_)
            | Self::Storage(_) => self.to_string(),
        }
    }
}

/// A read that did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A stored row is not what the store writes: something else changed the file.
    #[error("the row at position {position} is corrupt: {reason}")]
    Corrupt {
        /// Its position.
        position: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The store failed.
    #[error("the store failed: {0}")]
    Storage(#[source] Source),
}

/// A key that cannot name a stream.
impl From<InvalidStreamName> for AppendError {
    fn from(error: InvalidStreamName) -> Self {
        Self::Invalid { index: 0, reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_an_append_are_counted_as_people_do() {
        let error = AppendError::Invalid { index: 0, reason: "its id is nil".to_owned() };
        assert_eq!(error.to_string(), "event 1 of the append: its id is nil");
        assert_eq!(error.without_place(), "its id is nil");
    }
}
