//! What every store asks of an append before it looks at what it has stored: one place, so that all stores agree.
//!
//! The order of a store's answers is part of the contract:
//!
//! 1. [`validate`]: the append itself is well-formed;
//! 2. [`repeat_of`]: its ids are already stored: the first result again, or `IdReused`;
//! 3. [`nothing_again`]: its command came to nothing before: that again, or `IdReused`;
//! 4. [`ExpectedVersion::holds`](crate::ExpectedVersion::holds): else `Conflict`;
//! 5. [`recorded_times`]: the times of the events, or `Invalid` where a given one lies before the stream's last.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::clock::to_microseconds;
use super::{Append, Appended, CommandRecord};
use crate::envelope::{Metadata, NewEvent, StreamName};
use crate::error::AppendError;

/// How large an append, and the parts of an event, may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events in one append.
    pub events: usize,
    /// Bytes of a wire type.
    pub event_type: usize,
    /// Bytes of a payload.
    pub payload: usize,
    /// Arrays and objects within each other in a payload. A reader of JSON takes no more, and what is stored and cannot
    /// be read would block its stream for good.
    pub nesting: usize,
    /// Bytes of an actor.
    pub actor: usize,
    /// Bytes of the headers, as the JSON object that is stored.
    pub headers: usize,
}

/// The limits that every store keeps to.
pub const LIMITS: Limits = Limits {
    events: 10_000,
    event_type: StreamName::MAX_BYTES,
    payload: 16 << 20,
    nesting: 127,
    actor: StreamName::MAX_BYTES,
    headers: 64 << 10,
};

/// Whether `append` is well-formed, whatever is stored: see [`LIMITS`] and [`crate::NewEvent`].
///
/// A payload must be JSON text; it is checked, not changed.
///
/// # Errors
/// [`AppendError::Invalid`], or [`AppendError::IdReused`] with version 0 where it names an id twice.
pub fn validate(append: &Append) -> Result<(), AppendError> {
    if append.events.len() > LIMITS.events {
        let reason = format!("an append holds at most {} events, this one {}", LIMITS.events, append.events.len());
        return Err(AppendError::Invalid { index: LIMITS.events, reason });
    }
    if append.command.is_some_and(|id| id.is_nil()) {
        return Err(AppendError::Invalid { index: 0, reason: "the id of its command is nil".to_owned() });
    }
    for (index, event) in append.events.iter().enumerate() {
        validate_event(event).map_err(|reason| AppendError::Invalid { index, reason })?;
    }
    let mut seen = HashSet::with_capacity(append.events.len());
    match append.events.iter().find(|event| !seen.insert(event.id)) {
        None => Ok(()),
        Some(twice) => {
            Err(AppendError::IdReused { id: twice.id, stream: append.stream.as_str().to_owned(), version: 0 })
        }
    }
}

/// Whether a store takes `event`, whatever is stored: what [`validate`] asks of each.
///
/// # Errors
/// What is wrong with it.
pub fn validate_event(event: &NewEvent) -> Result<(), String> {
    if event.id.is_nil() {
        return Err("its id is nil".to_owned());
    }
    check_type(&event.event_type)?;
    if event.schema_version == 0 {
        return Err("its schema version is 0; versions begin at 1".to_owned());
    }
    if event.readable_from == 0 || event.readable_from > event.schema_version {
        return Err(format!(
            "it says readable from version {}, which is not among 1 to {}",
            event.readable_from, event.schema_version
        ));
    }
    check_length("payload", &event.payload, LIMITS.payload)?;
    check_payload(&event.payload)?;
    check_metadata(&event.metadata)
}

fn check_payload(payload: &str) -> Result<(), String> {
    serde_json::from_str::<IgnoredAny>(payload).map_err(|error| format!("its payload is not JSON: {error}"))?;
    let depth = nesting(payload);
    if depth > LIMITS.nesting {
        return Err(format!("its payload is nested {depth} deep, at most {} can be read again", LIMITS.nesting));
    }
    Ok(())
}

/// How deep the arrays and objects of a JSON text are nested.
fn nesting(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn check_type(event_type: &str) -> Result<(), String> {
    if event_type.is_empty() {
        return Err("its type is empty".to_owned());
    }
    if event_type.chars().any(char::is_control) {
        return Err(format!("its type {event_type:?} holds a control character"));
    }
    check_length("type", event_type, LIMITS.event_type)
}

fn check_metadata(metadata: &Metadata) -> Result<(), String> {
    if let Some(actor) = &metadata.actor {
        check_length("actor", actor, LIMITS.actor)?;
    }
    check_length("headers", headers_text(&metadata.headers).as_deref().unwrap_or_default(), LIMITS.headers)
}

fn check_length(what: &str, text: &str, limit: usize) -> Result<(), String> {
    if text.len() > limit {
        return Err(format!("its {what} has {} bytes, at most {limit} are stored", text.len()));
    }
    Ok(())
}

/// The headers as they are stored ([`crate::Recorded::raw_headers`]): a JSON object of strings, or nothing where there
/// are none.
#[must_use]
pub fn headers_text(headers: &BTreeMap<String, String>) -> Option<String> {
    // A map of strings always has a JSON text.
    if headers.is_empty() { None } else { serde_json::to_string(headers).ok() }
}

/// The times at which the events of an append are recorded: the time it was given (an import), or `now`, but never
/// before the event ahead of it; `last` is the time of the stream's last event.
///
/// # Errors
/// [`AppendError::Invalid`] for a given time that lies before the event ahead of it.
pub fn recorded_times(
    events: &[NewEvent],
    last: Option<Timestamp>,
    now: Timestamp,
) -> Result<Vec<Timestamp>, AppendError> {
    let mut ahead = last;
    let mut times = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        let time = match (event.recorded_at.map(to_microseconds), ahead) {
            (Some(given), Some(ahead)) if given < ahead => {
                let reason = format!("it was recorded at {given}, before the event ahead of it ({ahead})");
                return Err(AppendError::Invalid { index, reason });
            }
            (Some(given), _) => given,
            (None, ahead) => ahead.map_or(to_microseconds(now), |ahead| to_microseconds(now).max(ahead)),
        };
        times.push(time);
        ahead = Some(time);
    }
    Ok(times)
}

/// An event that a store already holds under an id that an append names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing<'a> {
    /// The stream that holds it.
    pub stream: &'a str,
    /// Its version there.
    pub version: u64,
    /// Its position.
    pub position: u64,
    /// Its wire type.
    pub event_type: &'a str,
    /// The schema version of its payload.
    pub schema_version: u32,
    /// Its payload.
    pub payload: &'a str,
}

impl Existing<'_> {
    /// Whether `event` of `stream` would store the same. Metadata and time are not compared: a retry may know them
    /// differently, and the first ones stay.
    fn is_same(&self, stream: &StreamName, event: &NewEvent) -> bool {
        self.stream == stream.as_str()
            && self.event_type == event.event_type
            && self.schema_version == event.schema_version
            && self.payload == event.payload
    }
}

/// Whether `append` is one that was stored before: `existing` holds, for each of its events, what the store has under
/// that id. All there, the same, consecutive and in order: the first append's result. None there: `None`.
///
/// # Errors
/// [`AppendError::IdReused`] for any other overlap, with the first id of the append that is taken.
pub fn repeat_of(append: &Append, existing: &[Option<Existing<'_>>]) -> Result<Option<Appended>, AppendError> {
    let Some((id, taken)) = first_taken(append, existing) else { return Ok(None) };
    let same = append.events.len() == existing.len()
        && append.events.iter().zip(existing).zip(taken.version..).all(|((event, found), version)| {
            found.is_some_and(|found| found.version == version && found.is_same(&append.stream, event))
        });
    match existing.last() {
        Some(Some(last)) if same => {
            Ok(Some(Appended { version: last.version, position: Some(last.position), repeated: true }))
        }
        _ => Err(AppendError::IdReused { id, stream: taken.stream.to_owned(), version: taken.version }),
    }
}

/// Whether the command of `append` came to nothing before, `record` being what the store remembers of it.
///
/// # Errors
/// [`AppendError::IdReused`] if that was in another stream.
pub fn nothing_again(append: &Append, record: Option<CommandRecord>) -> Result<Option<Appended>, AppendError> {
    match (append.command, record) {
        (Some(_), Some(CommandRecord { stream, version })) if stream == append.stream.as_str() => {
            Ok(Some(Appended { version, position: None, repeated: true }))
        }
        (Some(id), Some(CommandRecord { stream, version })) => Err(AppendError::IdReused { id, stream, version }),
        (None, _) | (_, None) => Ok(None),
    }
}

fn first_taken<'a>(append: &Append, existing: &[Option<Existing<'a>>]) -> Option<(Uuid, Existing<'a>)> {
    append.events.iter().zip(existing).find_map(|(event, found)| found.map(|found| (event.id, found)))
}
