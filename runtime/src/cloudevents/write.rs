//! From an envelope to JSON.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::attribute as name;
use super::context_of;
use crate::envelope::Recorded;

/// A recorded event as a `CloudEvent` in JSON. The payload is copied, not parsed.
///
/// # Errors
/// [`serde_json::Error`] if the payload is not JSON, which no store keeps.
pub fn to_json(recorded: &Recorded<'_>) -> Result<String, serde_json::Error> {
    let data: &RawValue = serde_json::from_str(recorded.payload)?;
    serde_json::to_string(&Written { recorded, data })
}

struct Written<'a> {
    recorded: &'a Recorded<'a>,
    data: &'a RawValue,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { recorded, data } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(name::SPEC_VERSION, name::SPEC_1_0)?;
        map.serialize_entry(name::ID, &recorded.id)?;
        map.serialize_entry(name::SOURCE, context_of(recorded.event_type))?;
        map.serialize_entry(name::TYPE, recorded.event_type)?;
        map.serialize_entry(name::SUBJECT, recorded.stream)?;
        map.serialize_entry(name::TIME, &Text(recorded.recorded_at))?;
        map.serialize_entry(name::CONTENT_TYPE, name::JSON)?;
        map.serialize_entry(name::STREAM_VERSION, &Text(recorded.version))?;
        map.serialize_entry(name::POSITION, &Text(recorded.position))?;
        map.serialize_entry(name::SCHEMA_VERSION, &Text(recorded.schema_version))?;
        map.serialize_entry(name::READABLE_FROM, &Text(recorded.readable_from))?;
        optional(&mut map, name::CORRELATION_ID, recorded.correlation_id)?;
        optional(&mut map, name::CAUSATION_ID, recorded.causation_id)?;
        optional(&mut map, name::DEPTH, Some(recorded.depth).filter(|depth| *depth > 0).map(Text))?;
        optional(&mut map, name::ACTOR, recorded.actor)?;
        optional(&mut map, name::HEADERS, recorded.raw_headers)?;
        map.serialize_entry(name::DATA, data)?;
        map.end()
    }
}

fn optional<M: SerializeMap>(map: &mut M, name: &str, value: Option<impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, &value))
}

/// A value as its text: integers of CloudEvents have only 32 bits.
struct Text<T>(T);

impl<T: std::fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
