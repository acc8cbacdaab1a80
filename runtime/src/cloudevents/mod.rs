//! Events as CloudEvents 1.0 in JSON, both ways: one event, streams of lines (NDJSON), the export of a store
//! and the import into one.
//!
//! | CloudEvents | the envelope |
//! |---|---|
//! | `specversion` | `"1.0"`, nothing else is read |
//! | `id` | the event's id, a UUID |
//! | `source` | the context: the wire type up to its last dot (the whole type, if it has none) |
//! | `type` | the wire type as stored |
//! | `subject` | the stream |
//! | `time` | when it was recorded (RFC 3339); if it is missing, an import records the event now |
//! | `datacontenttype` | `"application/json"` |
//! | `data` | the payload, byte for byte: it is never parsed |
//! | `streamversion`, `position` | its place in the stream and in the store it comes from |
//! | `schemaversion`, `readablefrom` | the schema version of the payload; without `readablefrom`: that version |
//! | `correlationid`, `causationid`, `depth` | why it happened |
//! | `actor` | who asked for it |
//! | `headers` | the free headers: a string that holds a JSON object of strings |
//!
//! The extension attributes are strings, since an integer of CloudEvents has only 32 bits; integers are read as well.
//! An attribute that is `null` is read as one that is missing.
//!
//! **Nothing is dropped.** What the envelope has no place for is kept as a header, named `ce-` and the attribute's name:
//! extension attributes that are not in the table, `dataschema`, a `source` that is not the context, and a
//! `datacontenttype` that is JSON but not `application/json`. `data_base64` and other content types are refused, and so
//! is an attribute that stands there twice.
//!
//! ```
//! use factum::cloudevents::CloudEvent;
//!
//! let event = CloudEvent::from_json(
//!     r#"{"specversion":"1.0","id":"01976f60-3d20-7000-8000-000000000001","source":"conference","type":"conference.Opened",
//!         "subject":"conference.Seats-1","time":"2026-03-01T12:00:00Z","schemaversion":"1","data":{"capacity":1.50}}"#,
//! )?;
//! assert_eq!(event.stream.as_str(), "conference.Seats-1");
//! assert_eq!(event.event.payload, r#"{"capacity":1.50}"#);
//! # Ok::<(), factum::cloudevents::CloudEventError>(())
//! ```

use crate::envelope::{ExpectedVersion, NewEvent, Recorded, StreamName};

mod error;
mod export;
mod import;
mod ndjson;
mod read;
mod same;
mod write;

pub use error::{CloudEventError, ExportError, ImportError, NdjsonError};
pub use export::{Export, Exported, Exporter};
pub(crate) use import::Intake;
pub use import::{Imported, Progress, import};
pub use ndjson::{Line, NdjsonReader, NdjsonWriter};
pub(crate) use same::difference;
pub use write::to_json;

/// An event as it was read from CloudEvents: what to append, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudEvent {
    /// Its stream.
    pub stream: StreamName,
    /// Its version in the stream; 1 or more.
    pub stream_version: Option<u64>,
    /// Its position in the store it comes from. Another store gives it another one.
    pub position: Option<u64>,
    /// The event itself, with the time at which it was first recorded.
    pub event: NewEvent,
}

impl CloudEvent {
    /// Reads one event.
    ///
    /// # Errors
    /// [`CloudEventError`] for what is not a `CloudEvent` in JSON, or not one that an envelope can hold.
    pub fn from_json(text: &str) -> Result<Self, CloudEventError> {
        read::event(text)
    }

    /// What a store's stream must be at for this event to come next: exactly the version before it, where it says its
    /// own.
    #[must_use]
    pub const fn expected(&self) -> ExpectedVersion {
        match self.stream_version {
            Some(version) => ExpectedVersion::Exact(version.saturating_sub(1)),
            None => ExpectedVersion::Any,
        }
    }

    /// In what a recorded event differs from this one, if in anything but its position. A version or a time that this one
    /// does not say is not compared.
    #[must_use]
    pub fn difference(&self, found: &Recorded<'_>) -> Option<&'static str> {
        difference(self.stream.as_str(), self.stream_version, &self.event, found)
    }
}

/// The names of the attributes, each spelled once.
mod attribute {
    pub(super) const SPEC_VERSION: &str = "specversion";
    pub(super) const ID: &str = "id";
    pub(super) const SOURCE: &str = "source";
    pub(super) const TYPE: &str = "type";
    pub(super) const SUBJECT: &str = "subject";
    pub(super) const TIME: &str = "time";
    pub(super) const CONTENT_TYPE: &str = "datacontenttype";
    pub(super) const DATA: &str = "data";
    pub(super) const DATA_BASE64: &str = "data_base64";
    pub(super) const STREAM_VERSION: &str = "streamversion";
    pub(super) const POSITION: &str = "position";
    pub(super) const SCHEMA_VERSION: &str = "schemaversion";
    pub(super) const READABLE_FROM: &str = "readablefrom";
    pub(super) const CORRELATION_ID: &str = "correlationid";
    pub(super) const CAUSATION_ID: &str = "causationid";
    pub(super) const DEPTH: &str = "depth";
    pub(super) const ACTOR: &str = "actor";
    pub(super) const HEADERS: &str = "headers";

    /// The version of the specification.
    pub(super) const SPEC_1_0: &str = "1.0";
    /// The content type of every payload.
    pub(super) const JSON: &str = "application/json";
    /// What stands before the name of an attribute that is kept as a header.
    pub(super) const KEPT: &str = "ce-";
}

/// The context of a wire type, which is an event's `source`.
pub(crate) fn context_of(event_type: &str) -> &str {
    match event_type.rsplit_once('.') {
        Some((context, _)) if !context.is_empty() => context,
        Some(_) | None => event_type,
    }
}
