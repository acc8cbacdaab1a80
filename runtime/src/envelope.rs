//! What the store keeps beside an event's payload.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

/// The name of a stream: `<context>.<Aggregate>-<id>` for an aggregate's events.
///
/// Any text of 1 to [`StreamName::MAX_BYTES`] bytes without control characters is a name, so that streams written by
/// other tools can be imported as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Box<str>);

impl StreamName {
    /// The longest name, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 1024;

    /// The stream of the aggregate `name` of `context` whose key is written `id`.
    ///
    /// # Errors
    /// [`InvalidStreamName`] if the whole is too long or holds a control character.
    pub fn of(context: &str, name: &str, id: impl fmt::Display) -> Result<Self, InvalidStreamName> {
        format!("{context}.{name}-{id}").parse()
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StreamName {
    type Err = InvalidStreamName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let reason = if text.is_empty() {
            "is empty"
        } else if text.len() > Self::MAX_BYTES {
            "is longer than 1024 bytes"
        } else if text.chars().any(char::is_control) {
            "holds a control character"
        } else {
            return Ok(Self(text.into()));
        };
        Err(InvalidStreamName { name: text.chars().take(64).collect(), reason })
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot name a stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stream name {name:?} {reason}")]
pub struct InvalidStreamName {
    /// Its first 64 characters.
    name: String,
    reason: &'static str,
}

/// What an append expects the stream's version to be. The version of a stream is the number of its events, so the
/// first event has version 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExpectedVersion {
    /// Whatever it is.
    Any,
    /// The stream has no events yet.
    None,
    /// The stream has at least one event.
    Exists,
    /// The stream has exactly this many events; `Exact(0)` is `None`.
    Exact(u64),
}

impl ExpectedVersion {
    /// Whether a stream of `actual` events (0: it does not exist) is as expected.
    #[must_use]
    pub const fn holds(self, actual: u64) -> bool {
        match self {
            Self::Any => true,
            Self::None => actual == 0,
            Self::Exists => actual > 0,
            Self::Exact(expected) => actual == expected,
        }
    }
}

impl fmt::Display for ExpectedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any version"),
            Self::None => f.write_str("no stream"),
            Self::Exists => f.write_str("an existing stream"),
            Self::Exact(version) => write!(f, "version {version}"),
        }
    }
}

/// Why an event happened and who made it happen; what its payload does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Shared by everything that one business transaction caused.
    pub correlation_id: Option<Uuid>,
    /// The id of the *event* that caused this one.
    pub causation_id: Option<Uuid>,
    /// How many events stand before this one in its chain of causation; 0 for what a person or a clock began.
    pub depth: u32,
    /// Who asked for it.
    pub actor: Option<String>,
    /// Whatever else the application wants kept.
    pub headers: BTreeMap<String, String>,
}

/// An event on its way into a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its identity for good: an append with an id that is already stored is a retry (or [`crate::AppendError::IdReused`]).
    /// A UUIDv7 keeps a large store fast.
    pub id: Uuid,
    /// The wire type, `<context>.<Event>`.
    pub event_type: Cow<'static, str>,
    /// The schema version of the payload.
    pub schema_version: u32,
    /// The lowest schema version whose reader decodes this payload rightly.
    pub readable_from: u32,
    /// The payload: JSON text.
    pub payload: String,
    /// The time at which another store recorded it; `None`: now. In one stream it may not go back.
    pub recorded_at: Option<Timestamp>,
    /// Why and by whom.
    pub metadata: Metadata,
}

impl NewEvent {
    /// An event with a fresh id, recorded now, about which nothing else is known.
    #[must_use]
    pub fn new(event_type: impl Into<Cow<'static, str>>, schema_version: u32, payload: impl Into<String>) -> Self {
        Self {
            id: Uuid::now_v7(),
            event_type: event_type.into(),
            schema_version,
            readable_from: schema_version,
            payload: payload.into(),
            recorded_at: None,
            metadata: Metadata::default(),
        }
    }
}

/// An event as a store keeps it, borrowed from a [`crate::store::Page`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recorded<'a> {
    /// The event's id.
    pub id: Uuid,
    /// The name of its stream.
    pub stream: &'a str,
    /// Its place in the stream: 1 for the first event.
    pub version: u64,
    /// Its place in the store: rises in the order in which readers can see events; starts at 1, may have gaps.
    pub position: u64,
    /// The wire type under which it was stored.
    pub event_type: &'a str,
    /// The schema version of the payload.
    pub schema_version: u32,
    /// The lowest schema version whose reader decodes this payload rightly.
    pub readable_from: u32,
    /// When it was stored (microseconds); never before the event ahead of it in its stream.
    pub recorded_at: Timestamp,
    /// Shared by everything that one business transaction caused.
    pub correlation_id: Option<Uuid>,
    /// The id of the event that caused this one.
    pub causation_id: Option<Uuid>,
    /// How many events stand before this one in its chain of causation.
    pub depth: u32,
    /// Who asked for it.
    pub actor: Option<&'a str>,
    /// The free headers as stored: the text of a JSON object of strings, or nothing where there are none. Never parsed
    /// unless [`Recorded::headers`] asks.
    pub raw_headers: Option<&'a str>,
    /// The payload as stored: JSON text.
    pub payload: &'a str,
}

impl Recorded<'_> {
    /// The free headers, parsed.
    ///
    /// # Errors
    /// [`serde_json::Error`] if what is stored is not a JSON object of strings.
    pub fn headers(&self) -> Result<BTreeMap<String, String>, serde_json::Error> {
        self.raw_headers.map_or_else(|| Ok(BTreeMap::new()), serde_json::from_str)
    }
}
