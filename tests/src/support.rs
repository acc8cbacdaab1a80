//! What the glue around generated code is made of.

use factum::de::Read;
use factum::ser::Write;
use factum::{DecodeFault, Event, EventSet, UpcastError};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A schema, and how what was generated from it is called.
#[derive(Debug)]
pub struct Case {
    /// What it is called in messages.
    pub name: &'static str,
    /// The schema.
    pub yaml: &'static str,
    /// Its events.
    pub events: &'static [EventCase],
}

/// An event with all of its versions.
#[derive(Debug)]
pub struct EventCase {
    /// Its name.
    pub name: &'static str,
    /// Reads a payload through the set of its aggregate.
    pub through: Option<Through>,
    /// Reads the newest version with serde's derive.
    pub by_serde: fn(&str) -> Result<String, serde_json::Error>,
    /// Oldest first.
    pub versions: &'static [VersionCase],
}

/// A version of an event.
#[derive(Debug)]
pub struct VersionCase {
    /// 1 for the first.
    pub number: u32,
    /// What its events carry.
    pub readable_from: u32,
    /// Reads a payload into the struct of this version: schema version, `readable_from`, JSON.
    pub read: fn(u32, u32, &str) -> Outcome,
    /// Reads a payload of this version into its struct, and carries that to the newest version, step by step.
    pub chain: fn(&str) -> Outcome,
    /// The JSON Schema of its payloads, if it was asked for.
    pub json_schema: Option<fn() -> serde_json::Value>,
}

/// Reads what was stored as an event set reads it: wire type, schema version, `readable_from`, JSON. Gives type and payload
/// of each event that it is read as.
pub type Through = fn(&str, u32, u32, &str) -> Result<Vec<(String, String)>, DecodeFault>;

/// A value that was read, or why it was not.
pub type Outcome = Result<Value, DecodeFault>;

/// A value that was read: what it is written as, and all of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As it is stored.
    pub payload: String,
    /// As `Debug` shows it.
    pub debug: String,
}

/// Reads a payload as `E`.
///
/// # Errors
/// As [`Event::decode`].
pub fn read<E: Event + Serialize + std::fmt::Debug>(version: u32, readable_from: u32, payload: &str) -> Outcome {
    written(&E::decode(version, readable_from, payload)?)
}

/// What was read, to be compared.
///
/// # Errors
/// Never: it has the type of what surrounds it.
///
/// # Panics
/// What could be read can not be written.
pub fn written<E: Event + Serialize + std::fmt::Debug>(event: &E) -> Outcome {
    let payload = event.encode().expect("what could be read can be written").payload;
    let by_serde = serde_json::to_string(event).expect("serde writes what factum writes");
    assert_eq!(payload, by_serde, "`Event::encode` and `serde::Serialize` differ");
    Ok(Value { payload, debug: format!("{event:?}") })
}

/// [`Through`] the set `S`.
///
/// # Errors
/// As [`EventSet::read`].
///
/// # Panics
/// What could be read can not be written.
pub fn through<S: EventSet>(
    event_type: &str,
    schema_version: u32,
    readable_from: u32,
    payload: &str,
) -> Result<Vec<(String, String)>, DecodeFault> {
    let events = S::read(event_type, schema_version, readable_from, payload)?;
    let stored = events.into_iter().map(|event| event.encode().expect("what could be read can be written"));
    Ok(stored.map(|encoded| (encoded.event_type.to_owned(), encoded.payload)).collect())
}

/// What a step written by hand makes of a field that was not there before.
///
/// # Errors
/// The payload is none of this version.
pub fn usual<E: Event>(version: u32, payload: &str) -> Result<E, UpcastError> {
    E::decode(version, version, payload).map_err(|fault| UpcastError::new(format!("{fault}: {payload}")))
}

/// What a step written by hand makes of a number.
///
/// # Errors
/// There is none.
pub fn next<T>(number: Option<T>) -> Result<T, UpcastError> {
    number.ok_or_else(|| UpcastError::new("there is no next one"))
}

/// Reads and writes with serde alone.
///
/// # Errors
/// What serde says.
pub fn by_serde<M: DeserializeOwned + Serialize>(payload: &str) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::from_str::<M>(payload)?)
}

/// A type whose wire form serde does not know, read and written as factum does.
#[derive(Debug, Clone)]
pub struct Own<T>(T);

impl<'de, T: Read> Deserialize<'de> for Own<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        factum::de::value(deserializer).map(Self)
    }
}

impl<T: Write> Serialize for Own<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        factum::ser::value(&self.0, serializer)
    }
}

/// An `f32` as serde reads it, but for infinity, which serde makes of a number that is too large.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct FiniteF32(f32);

impl<'de> Deserialize<'de> for FiniteF32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f32::deserialize(deserializer)?;
        if value.is_finite() { Ok(Self(value)) } else { Err(D::Error::custom("not finite")) }
    }
}
