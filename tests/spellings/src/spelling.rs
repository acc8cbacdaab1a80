//! An event of which only a table knows the types.

use std::any::type_name;
use std::fmt::Debug;

use factum::{DecodeFault, EventSet};

/// The schemas of an example.
#[derive(Debug)]
pub struct Catalog {
    /// What it is called in messages.
    pub name: &'static str,
    /// Its files, each with its path and its text.
    pub files: &'static [(&'static str, &'static str)],
    /// Every event of it, in the schema's order.
    pub events: &'static [Event],
}

/// An event in both spellings.
#[derive(Debug)]
pub struct Event {
    /// Its name.
    pub name: &'static str,
    /// As it was generated.
    pub yaml: Spelling,
    /// As it is derived.
    pub derived: Spelling,
}

/// An event in one of its spellings.
#[derive(Debug)]
pub struct Spelling {
    /// The set of its aggregate.
    pub set: Option<Set>,
    /// Oldest first.
    pub versions: &'static [Version],
}

/// The struct of a version.
#[derive(Debug)]
pub struct Version {
    /// The wire type.
    pub event_type: &'static str,
    /// The schema version.
    pub number: u32,
    /// From which version on its bytes are readable.
    pub readable_from: u32,
    /// Where it is defined.
    pub path: fn() -> &'static str,
    /// Reads a payload into it: schema version, `readable_from`, JSON.
    pub read: fn(u32, u32, &str) -> Outcome,
    /// Reads a payload of this version, and carries it from struct to struct to the newest.
    pub chain: fn(&str) -> Outcome,
}

/// A value that was read, or why it was not.
pub type Outcome = Result<Value, DecodeFault>;

/// A value that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As it is stored.
    pub payload: String,
    /// As `Debug` shows it: all of its fields.
    pub debug: String,
}

/// The set of an aggregate.
#[derive(Debug)]
pub struct Set {
    /// Every wire type, with the versions that were stored under it and the newest one.
    pub readers: fn() -> Vec<Reader>,
    /// Reads what was stored: wire type, schema version, `readable_from`, JSON. Gives type, version and payload of each
    /// event that it is read as.
    pub read: fn(&str, u32, u32, &str) -> AllRead,
    /// Whether the first of two stored events can be taken back, and whether the second one takes it back; `None` if one
    /// of them cannot be read, or is not read as one event.
    pub compensation: fn(Payload<'_>, Payload<'_>) -> Option<(bool, bool)>,
}

/// A stored event: wire type, schema version, `readable_from`, JSON.
pub type Payload<'a> = (&'a str, u32, u32, &'a str);

/// A wire type, the first and the last of the versions that were stored under it, several times, and the newest version.
pub type Reader = (&'static str, &'static [(u32, u32)], u32);

/// The events that a stored one is read as, or why it is not.
pub type AllRead = Result<Vec<Stored>, DecodeFault>;

/// An event as it would be stored: its type, its version and its payload.
pub type Stored = (&'static str, u32, String);

/// The table of a version's struct.
#[must_use]
pub const fn version<E: factum::Event + Debug>(chain: fn(&str) -> Outcome) -> Version {
    Version {
        event_type: E::TYPE,
        number: E::VERSION,
        readable_from: E::READABLE_FROM,
        path: type_name::<E>,
        read: |version, readable_from, payload| written(&E::decode(version, readable_from, payload)?),
        chain,
    }
}

/// What was read, to be compared.
///
/// # Errors
/// Never: it has the type of what surrounds it.
///
/// # Panics
/// What could be read can not be written.
pub fn written<E: factum::Event + Debug>(event: &E) -> Outcome {
    let payload = event.encode().expect("what could be read can be written").payload;
    Ok(Value { payload, debug: format!("{event:?}") })
}

/// The table of a set.
#[must_use]
pub const fn set<S: EventSet>() -> Set {
    Set {
        readers: || S::READERS.iter().map(|reader| (reader.event_type, reader.versions, reader.newest)).collect(),
        read: through::<S>,
        compensation: |earlier, later| {
            let (earlier, later) = (one::<S>(earlier)?, one::<S>(later)?);
            Some((earlier.is_compensable(), later.compensates(&earlier)))
        },
    }
}

fn one<S: EventSet>((event_type, schema_version, readable_from, payload): Payload<'_>) -> Option<S> {
    let mut events = S::read(event_type, schema_version, readable_from, payload).ok()?.into_iter();
    events.next().filter(|_| events.next().is_none())
}

fn through<S: EventSet>(event_type: &str, schema_version: u32, readable_from: u32, payload: &str) -> AllRead {
    let events = S::read(event_type, schema_version, readable_from, payload)?;
    let stored = events.into_iter().map(|event| event.encode().expect("what could be read can be written"));
    Ok(stored.map(|encoded| (encoded.event_type, encoded.schema_version, encoded.payload)).collect())
}
