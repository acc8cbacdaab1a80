//! What derived events and values tell the lock test of themselves, which `factum-testing` has. Generated.
//!
//! A derive sees one item and the spelling of its types. The lock test sees the program, so it asks what these types look
//! like on the wire, and what their code makes of samples.

use std::fmt;

use schemars::{Schema, SchemaGenerator};
use serde_json::json;

use crate::error::{DecodeFault, EncodeError, UpcastError};
use crate::event::{self, Event, Upcast};

/// The key under which the JSON Schema of a derived value says that it is one.
pub const VERSION_OF: &str = "x-factum-version";

/// The types that an item spells, in the order of their numbers in its `SCHEMA`: as they are spelled, and what they look
/// like.
pub type Types = Vec<(&'static str, Schema)>;

/// A derived event, to the lock test. (The lifetime says nothing; with it the compiler asks only where it matters.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no derived event, so the lock test has nothing to look at",
    note = "events of a schema file are locked by `cargo factum lock`"
)]
pub trait Locked<'a>: Event {
    /// The event with its history, in the schema language.
    const SCHEMA: &'static str;
    /// What the code of each version does, the first one first.
    const CODE: &'static [Version];
    /// What it is read as since its end.
    const BECOMES: &'static [Child] = &[];
    /// The types of Rust in it.
    fn types(generator: &mut SchemaGenerator) -> Types;
}

/// A derived set of events, to the lock test. (The lifetime says nothing; with it the compiler asks only where it matters.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no derived set of events, so the lock test has nothing to look at",
    note = "derive `factum::EventSet` for the enum that lists them; events of a schema file are locked by `cargo factum lock`"
)]
pub trait LockedSet<'a> {
    /// What the set is called.
    const NAME: &'static str;
    /// Its events, those that ended among them.
    fn events() -> Vec<LockedEvent>;
}

/// A derived value, to the lock test: the type of the newest version speaks for all of them.
pub trait History {
    /// The value with its history, in the schema language.
    const SCHEMA: &'static str;
    /// The types of Rust in it.
    fn types(generator: &mut SchemaGenerator) -> Types;
}

/// Does something with a payload, and gives what is written of it afterwards.
pub type Try = fn(&str) -> Result<String, SampleFault>;

/// A [`Locked`] event, as a value.
#[derive(Debug, Clone, Copy)]
pub struct LockedEvent {
    /// [`Event::TYPE`].
    pub event_type: &'static str,
    /// [`Locked::SCHEMA`].
    pub schema: &'static str,
    /// [`Locked::CODE`].
    pub code: &'static [Version],
    /// [`Locked::BECOMES`].
    pub becomes: &'static [Child],
    /// [`Locked::types`].
    pub types: fn(&mut SchemaGenerator) -> Types,
}

impl LockedEvent {
    /// That of `E`.
    #[must_use]
    pub const fn of<E: for<'a> Locked<'a>>() -> Self {
        Self { event_type: E::TYPE, schema: E::SCHEMA, code: E::CODE, becomes: E::BECOMES, types: E::types }
    }
}

/// What the code of one version makes of a payload.
#[derive(Debug, Clone, Copy)]
pub struct Version {
    /// Reads a payload of this version as its own struct, and writes that.
    pub rewrite: Try,
    /// Reads a payload of the version before, takes the step, and writes what comes out.
    pub step: Option<Try>,
}

impl Version {
    /// The first version.
    #[must_use]
    pub const fn first<E: Event>() -> Self {
        Self { rewrite: rewrite::<E>, step: None }
    }

    /// The version after `B`.
    #[must_use]
    pub const fn after<B: Event, E: Event + Upcast<B>>() -> Self {
        Self { rewrite: rewrite::<E>, step: Some(step::<B, E>) }
    }
}

/// An event that another is read as.
#[derive(Debug, Clone, Copy)]
pub struct Child {
    /// Its newest wire type.
    pub event_type: &'static str,
    /// The version as which it begins.
    pub version: u32,
    /// Reads a payload of the last version of the other, takes the step, and writes what comes out.
    pub step: Try,
}

impl Child {
    /// What `B` becomes, at the version `E`.
    #[must_use]
    pub const fn of<B: Event, E: Event + event::Version + Upcast<B>>() -> Self {
        Self { event_type: <E::Newest as Event>::TYPE, version: E::VERSION, step: step::<B, E> }
    }
}

/// What the code of a version cannot do with a payload.
#[derive(Debug)]
pub enum SampleFault {
    /// Read it.
    Read(DecodeFault),
    /// Take it to the next version.
    Upcast(UpcastError),
    /// Write it.
    Write(EncodeError),
}

impl fmt::Display for SampleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(fault) => write!(f, "it is not read: {fault}"),
            Self::Upcast(error) => error.fmt(f),
            Self::Write(error) => write!(f, "it is not written: {error}"),
        }
    }
}

impl std::error::Error for SampleFault {}

fn read<E: Event>(payload: &str) -> Result<E, SampleFault> {
    E::decode(E::VERSION, E::VERSION, payload).map_err(SampleFault::Read)
}

fn written<E: Event>(event: &E) -> Result<String, SampleFault> {
    event.encode().map(|encoded| encoded.payload).map_err(SampleFault::Write)
}

fn rewrite<E: Event>(payload: &str) -> Result<String, SampleFault> {
    written(&read::<E>(payload)?)
}

fn step<B: Event, E: Event + Upcast<B>>(payload: &str) -> Result<String, SampleFault> {
    written(&E::upcast(read::<B>(payload)?).map_err(SampleFault::Upcast)?)
}

/// The schema of a version of a derived value, with the whole value beside it. Named by generated code.
#[must_use]
pub fn version_of<T: History>(generator: &mut SchemaGenerator, version: u32, mut schema: Schema) -> Schema {
    let types = T::types(generator).into_iter();
    let types: Vec<_> = types.map(|(spelling, schema)| json!({ "rust": spelling, "schema": schema })).collect();
    schema.insert(VERSION_OF.to_owned(), json!({ "version": version, "schema": T::SCHEMA, "types": types }));
    schema
}
