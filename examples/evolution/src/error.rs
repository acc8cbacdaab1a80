//! What can go wrong.

use std::io;
use std::path::PathBuf;

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a folder cannot be read.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The schema is wrong.
    #[error("{0}")]
    Schema(String),
    /// There is a file for what the schema does not have.
    #[error("the schema has no version {version} of an event {event}")]
    Unknown {
        /// The event's name.
        event: String,
        /// The version.
        version: String,
    },
    /// A stored event is not what its version says, or has no newer value.
    #[error("cannot read {event_type} v{version}: {fault}")]
    Decode {
        /// Its wire type.
        event_type: String,
        /// Its schema version.
        version: u32,
        /// Why.
        #[source]
        fault: factum::DecodeFault,
    },
    /// What was read cannot be written.
    #[error(transparent)]
    Encode(#[from] factum::EncodeError),
    /// A payload is no JSON object.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}
