//! The interpreter: reads a stored event and takes it through the steps, without any generated code.
//!
//! It is the third of three readers that have to agree: the fused decoder, the typed chain, and this one. So it shares
//! nothing with the other two but the schema and the libraries that define what a builtin type's text is, and it is
//! written to be read, not to be fast. Each field is read as its version stored it, strictly; then the steps of each
//! later version are done, one after the other.
//!
//! An opaque type is JSON that it cannot judge: it takes any, gives it back, and stops where a step or a default is one of
//! the front end's own language.

mod builtin;
mod convert;
mod json;
mod number;
mod read;
pub mod sample;
mod steps;
mod write;

pub use json::Json;
use rust_decimal::Decimal;
use write::Writer;

use crate::schema::{EventDef, EventFate, EventId, Literal, Record, Schema, Type, TypeShape};

/// What an event's stored payload is read as.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The event, which is another one than the stored one where that became others.
    pub event: EventId,
    /// Its fields, in the order of its newest version.
    pub fields: Vec<Value>,
}

/// Why a payload is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The history has no such version.
    UnknownVersion,
    /// It is not what that version stored.
    Payload(String),
    /// A step has no newer value for this older one.
    Upcast(String),
    /// The step to this version of this event is written by the user, in Rust.
    ByHand(EventId, u32),
}

/// A value of a type of the schema, which says what it means.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The empty value of `T?`.
    Null,
    /// `T?` with a value.
    Present(Box<Value>),
    /// `bool`
    Bool(bool),
    /// An integer.
    Integer(i128),
    /// `f32`
    Single(f32),
    /// `f64`
    Double(f64),
    /// `string`
    Text(String),
    /// `bytes`
    Bytes(Vec<u8>),
    /// `uuid`
    Uuid(uuid::Uuid),
    /// `timestamp`
    Timestamp(jiff::Timestamp),
    /// `date`
    Date(jiff::civil::Date),
    /// `duration`
    Duration(jiff::SignedDuration),
    /// `decimal`, with or without a scale.
    Decimal(Decimal),
    /// `json`: the text as it was stored, which [`serde_json::Value`] takes.
    Json(String),
    /// `list<T>`
    List(Vec<Value>),
    /// `set<T>`, sorted.
    Set(Vec<Value>),
    /// `map<K, T>`, sorted by key.
    Map(Vec<(Value, Value)>),
    /// A struct's fields in order.
    Struct(Vec<Value>),
    /// The value of an enum at this index.
    Variant(usize),
    /// A text that an enum's fallback keeps.
    Kept(String),
    /// The kind of a union at this index, and its fields in order.
    Union(usize, Vec<Value>),
}

/// A step that the user writes in Rust, asked for a value.
#[derive(Debug, Clone, Copy)]
pub struct HandWritten<'a> {
    /// The event whose history has the step.
    pub event: EventId,
    /// The version that the step leads to; where the event becomes others, the one in which it does.
    pub version: u32,
    /// The shape before.
    pub from: &'a Record,
    /// The shape afterwards.
    pub into: &'a Record,
    /// The fields before, in their order.
    pub fields: &'a [Value],
}

/// Reads a payload that `version` of the event stored, as the newest version; an event that became others as those.
///
/// # Errors
/// [`Fault`]; [`Fault::ByHand`] where the user writes a step: [`read_with`] can be told what that does.
pub fn read(schema: &Schema, event: EventId, version: u32, payload: &str) -> Result<Vec<Event>, Fault> {
    read_with(schema, event, version, payload, &|step| Err(Fault::ByHand(step.event, step.version)))
}

/// As [`read`], with somebody who does what the steps that are written by hand do: gives the fields of `into`, in their
/// order.
///
/// # Errors
/// [`Fault`].
pub fn read_with(
    schema: &Schema,
    event: EventId,
    version: u32,
    payload: &str,
    by_hand: &dyn Fn(&HandWritten<'_>) -> Result<Vec<Value>, Fault>,
) -> Result<Vec<Event>, Fault> {
    let def = definition(schema, event).ok_or(Fault::UnknownVersion)?;
    let stored = version.checked_sub(1).and_then(|index| def.versions.get(index as usize));
    let fields = fields(schema, &stored.ok_or(Fault::UnknownVersion)?.shape, payload)?;
    Interpreter { schema, by_hand }.forward(event, version, fields)
}

/// The fields of a payload of this shape, in their order.
///
/// # Errors
/// [`Fault::Payload`]: the text is no object of this shape.
pub fn fields(schema: &Schema, shape: &Record, payload: &str) -> Result<Vec<Value>, Fault> {
    read::payload(schema, shape, payload).map_err(Fault::Payload)
}

/// The payload of the newest version, as factum's own writer stores it.
#[must_use]
pub fn written(schema: &Schema, event: &Event) -> String {
    newest(Writer::like_ours(schema), event)
}

/// The same, but what fields of the type `json` hold is the text that was stored: numbers keep all their digits.
#[must_use]
pub fn carried_over(schema: &Schema, event: &Event) -> String {
    newest(Writer::keeping_json(schema), event)
}

fn newest(writer: Writer<'_>, event: &Event) -> String {
    let record =
        definition(writer.schema, event.event).and_then(|def| def.versions.last()).map(|version| &version.shape);
    record.map_or_else(String::new, |record| writer.record(record, &event.fields))
}

/// What factum's own writer stores of an object of this shape: fields in order, what is absent as null, each element of a
/// set once, floats in their shortest form.
///
/// # Errors
/// [`Fault::Payload`]: the text is no object of this shape.
pub fn as_stored(schema: &Schema, shape: &Record, payload: &str) -> Result<String, Fault> {
    fields(schema, shape, payload).map(|fields| Writer::like_ours(schema).record(shape, &fields))
}

/// A value that the schema spells out, as the JSON that a field of this type stores.
///
/// # Errors
/// What is wrong with it: nothing in a checked schema, unless it is an expression of the front end's own language.
pub fn literal(schema: &Schema, literal: &Literal, ty: &Type) -> Result<String, String> {
    steps::of_literal(schema, literal, ty).map(|value| Writer::like_ours(schema).json(ty, &value))
}

struct Interpreter<'a> {
    schema: &'a Schema,
    by_hand: &'a dyn Fn(&HandWritten<'_>) -> Result<Vec<Value>, Fault>,
}

impl Interpreter<'_> {
    /// Takes the fields of a version through the steps of all later ones.
    fn forward(&self, event: EventId, version: u32, mut fields: Vec<Value>) -> Result<Vec<Event>, Fault> {
        let def = definition(self.schema, event).ok_or(Fault::UnknownVersion)?;
        for pair in def.versions.windows(2).skip((version as usize).saturating_sub(1)) {
            let [before, later] = pair else { continue };
            let (from, into) = (&before.shape, &later.shape);
            fields = if later.by_hand {
                (self.by_hand)(&HandWritten { event, version: later.number, from, into, fields: &fields })?
            } else {
                steps::apply(self.schema, &later.steps, &fields, into).map_err(Fault::Upcast)?
            };
        }
        match &def.fate {
            EventFate::Current | EventFate::Retired(_) => Ok(vec![Event { event, fields }]),
            EventFate::Nothing(_) => Ok(Vec::new()),
            EventFate::Becomes(end, children) => {
                let from = &def.current().shape;
                let mut events = Vec::new();
                for child in children {
                    let into = definition(self.schema, child.event)
                        .and_then(|def| def.versions.get((child.version as usize).checked_sub(1)?))
                        .map(|version| &version.shape)
                        .ok_or(Fault::UnknownVersion)?;
                    let fields = match &child.steps {
                        Some(all) => steps::apply(self.schema, all, &fields, into).map_err(Fault::Upcast)?,
                        None => (self.by_hand)(&HandWritten { event, version: *end, from, into, fields: &fields })?,
                    };
                    events.extend(self.forward(child.event, child.version, fields)?);
                }
                Ok(events)
            }
        }
    }
}

fn definition(schema: &Schema, event: EventId) -> Option<&EventDef> {
    schema.events.get(event.0 as usize)
}

/// What a newtype wraps, however often; any other type as it is.
fn unwrapped<'s>(schema: &'s Schema, mut ty: &'s Type) -> &'s Type {
    while let Type::Named(id, version) = ty
        && let Some(TypeShape::Newtype(inner)) = schema.shape(*id, *version)
    {
        ty = inner;
    }
    ty
}

/// A record's field of this name.
fn field(record: &Record, name: &str) -> Option<usize> {
    record.fields.iter().position(|field| field.name.value == name)
}
