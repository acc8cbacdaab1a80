//! Who did what, when and why: stored events as an audit shows them.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::History;
use crate::aggregate::Aggregate;
use crate::envelope::Recorded;
use crate::event::{Encoded, EventSet};
use crate::repository::{LoadError, Repository, event_id};
use crate::store::{EventStore, EventStoreExt, StreamQuery};

mod hidden;
mod text;

use hidden::{HIDDEN, without};

/// One stored event as an audit shows it: who, when, why, what is stored, and what that is read as.
///
/// Its text is for people, over several lines; whatever it holds, it moves no terminal's cursor. serde writes it with the
/// names of these fields (`event_type` as `type`), and with one of `read_as`, `needs_code` and `unreadable` for its
/// [`Reading`]; what is not known is `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AuditEntry<'a> {
    /// The stream.
    pub stream: &'a str,
    /// Its place in the stream: 1 for the first event.
    pub version: u64,
    /// Its place in the store.
    pub position: u64,
    /// Its id.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub id: Uuid,
    /// When it was stored.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub recorded_at: Timestamp,
    /// Who asked for it.
    pub actor: Option<&'a str>,
    /// The command that it is an event of, where the envelope tells: that of a command which began its business
    /// transaction.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub command_id: Option<Uuid>,
    /// The event that caused it.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub causation_id: Option<Uuid>,
    /// What it shares with everything that one business transaction caused.
    #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
    pub correlation_id: Option<Uuid>,
    /// How many events stand before it in its chain of causation.
    pub depth: u32,
    /// Whatever else was kept with it.
    pub headers: Headers<'a>,
    /// The wire type under which it was stored.
    #[serde(rename = "type")]
    pub event_type: &'a str,
    /// The schema version as which it was stored.
    pub schema_version: u32,
    /// The lowest schema version whose reader decodes it rightly.
    pub readable_from: u32,
    /// The payload, byte by byte as stored, unless something was hidden.
    pub payload: Cow<'a, str>,
    /// Whether values were put out of sight: see [`AuditEntry::hide`].
    pub hidden: bool,
    /// What that is read as.
    #[serde(flatten)]
    pub reading: Reading,
}

/// What a stored event is read as.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// These events: one most often, none where it was retired, several where it became several.
    ReadAs(Vec<Current>),
    /// A step on its way is written in Rust, and who reads has only the schema: the event and its version to which the
    /// step leads.
    NeedsCode(String),
    /// It cannot be read, and why.
    Unreadable(String),
}

/// An event as it would be stored today.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Current {
    /// The wire type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The schema version.
    pub schema_version: u32,
    /// The payload, which serde writes as the JSON that it is.
    #[cfg_attr(feature = "schemars", schemars(with = "serde_json::Value"))]
    pub payload: Box<RawValue>,
}

impl PartialEq for Current {
    fn eq(&self, other: &Self) -> bool {
        let parts = |current: &Self| (current.event_type.clone(), current.schema_version);
        parts(self) == parts(other) && self.payload.get() == other.payload.get()
    }
}

/// What else was kept with an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Headers<'a> {
    /// By name.
    Named(BTreeMap<String, String>),
    /// What is stored, which is no JSON object of strings.
    Unreadable(&'a str),
}

impl<'a> AuditEntry<'a> {
    /// A stored event, and what the set `E` reads it as.
    #[must_use]
    pub fn of<E: EventSet>(recorded: &Recorded<'a>) -> Self {
        Self::new(recorded, Reading::of::<E>(recorded))
    }

    /// A stored event, and what somebody reads it as.
    #[must_use]
    pub fn new(recorded: &Recorded<'a>, reading: Reading) -> Self {
        Self {
            stream: recorded.stream,
            version: recorded.version,
            position: recorded.position,
            id: recorded.id,
            recorded_at: recorded.recorded_at,
            actor: recorded.actor,
            command_id: command_of(recorded),
            causation_id: recorded.causation_id,
            correlation_id: recorded.correlation_id,
            depth: recorded.depth,
            headers: match (recorded.headers(), recorded.raw_headers) {
                (Err(_), Some(raw)) => Headers::Unreadable(raw),
                (headers, _) => Headers::Named(headers.unwrap_or_default()),
            },
            event_type: recorded.event_type,
            schema_version: recorded.schema_version,
            readable_from: recorded.readable_from,
            payload: recorded.payload.into(),
            hidden: false,
            reading,
        }
    }

    /// Puts the values of these members out of sight, at any depth of the payload and of what it is read as: those of
    /// personal data, say. The names are those that they have, or had when the event was stored. A payload that is no
    /// JSON is hidden as a whole, and so is why it cannot be read, which may quote it. Envelopes are not looked at.
    pub fn hide(&mut self, members: &[&str]) {
        if members.is_empty() {
            return;
        }
        let stored = without(&self.payload, members);
        self.hidden |= stored.is_some();
        if let Some(stored) = stored {
            self.payload = Cow::Owned(stored.get().to_owned());
        }
        match &mut self.reading {
            Reading::ReadAs(events) => {
                for current in events {
                    if let Some(payload) = without(current.payload.get(), members) {
                        (self.hidden, current.payload) = (true, payload);
                    }
                }
            }
            Reading::Unreadable(reason) => {
                self.hidden = true;
                HIDDEN.clone_into(reason);
            }
            Reading::NeedsCode(_) => {}
        }
    }

    /// Puts the payload as a whole out of sight, and all that it is read as: of an event about which nothing is known.
    pub fn hide_payload(&mut self) {
        self.hidden = true;
        self.payload = HIDDEN.into();
        self.reading = Reading::Unreadable(HIDDEN.to_owned());
    }
}

fn as_text<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

impl Reading {
    fn of<E: EventSet>(recorded: &Recorded<'_>) -> Self {
        let Recorded { event_type, schema_version, readable_from, payload, .. } = *recorded;
        match E::read(event_type, schema_version, readable_from, payload) {
            Ok(events) => {
                let encoded = events.into_iter().map(|event| event.encode().map_err(|error| error.to_string()));
                encoded
                    .map(|encoded| Current::of(encoded?))
                    .collect::<Result<_, _>>()
                    .map_or_else(Self::Unreadable, Self::ReadAs)
            }
            Err(fault) => Self::Unreadable(fault.to_string()),
        }
    }
}

impl Current {
    /// An event of this type and version.
    ///
    /// # Errors
    /// A message, if the payload is no JSON.
    pub fn new(event_type: impl Into<String>, schema_version: u32, payload: String) -> Result<Self, String> {
        let payload = RawValue::from_string(payload).map_err(|error| error.to_string())?;
        Ok(Self { event_type: event_type.into(), schema_version, payload })
    }

    fn of(encoded: Encoded) -> Result<Self, String> {
        Self::new(encoded.event_type, encoded.schema_version, encoded.payload)
    }
}

/// The most events of one command that are looked for.
const EVENTS_OF_A_COMMAND: usize = 256;

/// The command whose event this is. Its id is not in the envelope, but it is the correlation id where nothing caused the
/// command, and the event's id is made from it.
fn command_of(recorded: &Recorded<'_>) -> Option<Uuid> {
    let command = recorded.correlation_id?;
    // The time, which an event's id takes over from its command's.
    let same_time = recorded.id.as_bytes()[..6] == command.as_bytes()[..6];
    let made_of_it = || (0..EVENTS_OF_A_COMMAND).any(|index| event_id(command, index) == recorded.id);
    (same_time && made_of_it()).then_some(command)
}

impl<A: Aggregate> History<A> {
    /// The stored events as an audit shows them, oldest first.
    #[must_use]
    pub fn audit(&self) -> impl DoubleEndedIterator<Item = AuditEntry<'_>> {
        self.entries().filter_map(|entry| entry.stored().map(|stored| AuditEntry::of::<A::Event>(&stored)))
    }
}

impl<A: Aggregate, S: EventStore> Repository<A, S> {
    /// Visits every stored event of the aggregate as an audit shows it, oldest first and in flat memory. No event stops
    /// it: one that cannot be read says so. Answers how many there are.
    ///
    /// # Errors
    /// [`LoadError`], if the store cannot be read.
    pub fn audit(
        &self,
        id: impl Borrow<A::Id>,
        mut visit: impl FnMut(&AuditEntry<'_>) + Send,
    ) -> impl Future<Output = Result<u64, LoadError>> + Send {
        let stream = Self::stream_of(id);
        async move {
            let tell = |recorded: &Recorded<'_>| {
                visit(&AuditEntry::of::<A::Event>(recorded));
                Ok(())
            };
            self.store().for_each_in_stream(StreamQuery::new(stream?), tell).await
        }
    }
}
