//! What can be wrong with a `CloudEvent`, a line, or an import.

use std::io;

use crate::envelope::StreamName;
use crate::error::{AppendError, ReadError};

/// A text that is no `CloudEvent` in JSON, or not one that an envelope can hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloudEventError {
    /// Not a JSON object.
    #[error("not a CloudEvent in JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// An attribute that must be there is not.
    #[error("the attribute `{name}` is missing")]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// An attribute stands there twice.
    #[error("the attribute `{name}` stands there twice")]
    Duplicate {
        /// Its name.
        name: String,
    },
    /// An attribute is not what it must be.
    #[error("the attribute `{name}` {reason}")]
    Attribute {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Another version of the specification.
    #[error("specversion {found:?} is not read, only \"1.0\" is")]
    SpecVersion {
        /// The version it says.
        found: String,
    },
    /// Data that is not JSON.
    #[error("`data_base64` is not read: a payload is JSON, in `data`")]
    BinaryData,
    /// An attribute that the envelope has no place for is to be kept as a header, but there is one of that name.
    #[error("the attribute `{name}` is kept as the header `ce-{name}`, but there is such a header already")]
    HeaderTaken {
        /// The attribute's name.
        name: String,
    },
}

/// A line that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NdjsonError {
    /// What the line says is no event. Reading may go on with the next line.
    #[error("line {line}: {source}")]
    Event {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        source: CloudEventError,
    },
    /// The line is not UTF-8. Reading may go on with the next line.
    #[error("line {line}: it is not UTF-8")]
    NotUtf8 {
        /// The line, from 1.
        line: u64,
    },
    /// The line is too long to be read into memory. Reading may go on with the next line.
    #[error("line {line}: it has more than {limit} bytes")]
    TooLong {
        /// The line, from 1.
        line: u64,
        /// The most bytes that a line may have.
        limit: usize,
    },
    /// The input failed. Nothing after it is read.
    #[error("line {line}: {source}")]
    Io {
        /// The line, from 1.
        line: u64,
        /// What it said.
        source: io::Error,
    },
}

/// An import that did not come to its end. What was imported before stays; imported again it is found, not doubled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A line could not be read.
    #[error(transparent)]
    Line(#[from] NdjsonError),
    /// An event says a version that does not follow its stream's version in the line before.
    #[error("line {line}: stream {stream} goes on with version {found}, due is {expected}")]
    Gap {
        /// The line, from 1.
        line: u64,
        /// The stream.
        stream: StreamName,
        /// The version that comes next.
        expected: u64,
        /// The version that the line says.
        found: u64,
    },
    /// The store did not take the event.
    #[error("line {line}: {}", source.without_place())]
    Append {
        /// The line, from 1; of several events that were appended together the first, unless it is known which.
        line: u64,
        /// What it said.
        source: AppendError,
    },
    /// The store has an event of this id already, and it is another one.
    #[error("line {line}: the store has an event of this id already, at position {position}, with another {what}")]
    Differs {
        /// The line, from 1.
        line: u64,
        /// The position of the event that is there.
        position: u64,
        /// In what it differs.
        what: &'static str,
    },
    /// What is there already could not be read.
    #[error("line {line}: {source}")]
    Read {
        /// The line, from 1.
        line: u64,
        /// What the store said.
        source: ReadError,
    },
}

/// An export that did not come to its end. What was written before stays, and it can go on behind the position.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store could not be read.
    #[error("behind position {position}: {source}")]
    Read {
        /// Up to here all has been written.
        position: u64,
        /// What the store said.
        source: ReadError,
    },
    /// The output did not take the next event.
    #[error("behind position {position}: {source}")]
    Write {
        /// Up to here all has been handed to the output, whole events only; what an output that buffers still held is
        /// not known.
        position: u64,
        /// What the output said.
        source: io::Error,
    },
}
