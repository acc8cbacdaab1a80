//! The schema language as a JSON Schema, for editors: what stands where, and what it means.
//!
//! Which keys a form has, and what they say, is the table that the reader itself uses (`keys.rs`). What stands behind a key
//! is a type of [`crate::ast`], and its spelling in YAML is the [`JsonSchema`] of that type. Wherever something has a short
//! and a long form, the kind of node or the key `fields` tells them apart, and never a choice among several schemas: so
//! each mistake is one message at its place.
//!
//! An editor types scalars (`no` is a text or a boolean, `1.10` a number), and the language does not: what is text here
//! may be a number or a boolean there.

mod patterns;
mod spelled;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::keys::{Casing, Form, Holds, Life, Property};
use crate::ast;
use patterns::Pattern;
use spelled::{EnumValue, Kind, PassingField, StateField, StoredField};

/// The JSON Schema (draft 2020-12) of a schema file.
#[must_use]
pub fn json_schema() -> String {
    let mut root = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ast::Document>();
    root.insert("title".to_owned(), "A schema of factum".into());
    let mut root = Value::from(root);
    root.sort_all_objects(); // other crates may ask serde_json for another order
    format!("{root:#}\n")
}

/// A mapping with the keys of a form, and no others.
fn form(generator: &mut SchemaGenerator, form: &Form) -> Map<String, Value> {
    let properties: Map<String, Value> =
        form.keys.iter().map(|property| (property.key.to_owned(), described(generator, property))).collect();
    let required: Vec<&str> = form.keys.iter().filter(|property| property.required).map(|found| found.key).collect();
    let mut schema = object(json!({
        "title": form.name,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

fn described(generator: &mut SchemaGenerator, property: &Property) -> Value {
    let mut schema = held(generator, property.holds);
    describe(&mut schema, property.doc);
    Value::Object(schema)
}

/// Some editors show a description letter by letter, and Markdown only where it is said to be that.
fn describe(schema: &mut Map<String, Value>, doc: &str) {
    schema.insert("description".to_owned(), doc.into());
    schema.insert("markdownDescription".to_owned(), doc.into());
}

/// What may stand behind a key.
fn held(generator: &mut SchemaGenerator, holds: Holds) -> Map<String, Value> {
    match holds {
        Holds::Language => object(json!({ "enum": [1, "1"] })),
        Holds::Prose | Holds::Text => object(json!({ "type": TEXT })),
        Holds::Message => patterns::template().of(&TEXT),
        Holds::True => object(json!({ "enum": [true, "true"] })),
        Holds::Number => number(0),
        Holds::Version => number(1),
        Holds::Name(casing) => name(casing),
        Holds::Names(casing) => object(json!({ "type": "array", "items": name(casing) })),
        Holds::OneOrMore(casing) => {
            let mut schema = patterns::name(casing).of(&["string", "boolean", "array"]);
            schema.insert("items".to_owned(), name(casing).into());
            schema
        }
        Holds::Renamed(casing) => by_version(name(casing)),
        Holds::Type => reference::<ast::TypeExpr>(generator),
        Holds::Retyped => by_version(reference::<ast::Retyping>(generator)),
        Holds::Via => reference::<ast::Via>(generator),
        Holds::Value => reference::<ast::Value>(generator),
        Holds::Fields(Life::Stored) => by_name::<StoredField>(generator, Casing::Small),
        Holds::Fields(Life::State) => by_name::<StateField>(generator, Casing::Small),
        Holds::Fields(Life::Passing) => by_name::<PassingField>(generator, Casing::Small),
        Holds::Commands => by_name::<ast::Command>(generator, Casing::Large),
        Holds::Rejections => by_name::<ast::Rejection>(generator, Casing::Large),
        Holds::Events => by_name::<ast::Event>(generator, Casing::Large),
        Holds::Types => by_name::<ast::TypeDecl>(generator, Casing::Large),
        Holds::Values => {
            let mut schema = by_name::<EnumValue>(generator, Casing::Small);
            let listed =
                json!({ "type": ["array", "object"], "items": name(Casing::Small), "minItems": 1, "minProperties": 1 });
            schema.extend(object(listed));
            schema
        }
        Holds::Kinds => {
            let mut schema = by_name::<Kind>(generator, Casing::Large);
            schema.insert("minProperties".to_owned(), 1.into());
            schema
        }
        Holds::Policies => by_name::<ast::Policy>(generator, Casing::Large),
        Holds::Reactions => by_qualified_name::<ast::Reaction>(generator),
        Holds::Timeouts => by_name::<ast::Timeout>(generator, Casing::Large),
        Holds::Commanded => commanded(),
        Holds::Compensates => reference::<ast::Compensates>(generator),
        Holds::Deprecated => reference::<ast::Deprecated>(generator),
        Holds::Upcast => by_version(reference::<ast::UpcastHow>(generator)),
        Holds::Retired => reference::<ast::Retired>(generator),
        Holds::Becomes => reference::<ast::Becomes>(generator),
        Holds::TextStep => form(generator, &super::keys::TEXT_STEP),
        Holds::StructStep => form(generator, &super::keys::STRUCT_STEP),
    }
}

/// What an editor may take a text for. Not null: that is also what it makes of a key without value.
const TEXT: [&str; 3] = ["string", "number", "boolean"];

fn name(casing: Casing) -> Map<String, Value> {
    patterns::name(casing).of(&["string", "boolean"])
}

/// A plain decimal number of 32 bits.
fn number(least: u32) -> Map<String, Value> {
    let mut schema = patterns::number(least).of(&["integer", "string"]);
    schema.insert("minimum".to_owned(), least.into());
    schema.insert("maximum".to_owned(), u32::MAX.into());
    schema
}

fn by_name<T: JsonSchema>(generator: &mut SchemaGenerator, casing: Casing) -> Map<String, Value> {
    let names = patterns::name(casing).alone();
    object(json!({ "type": "object", "propertyNames": names, "additionalProperties": reference::<T>(generator) }))
}

/// Names that may be another context's.
fn by_qualified_name<T: JsonSchema>(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let names = patterns::qualified().alone();
    object(json!({ "type": "object", "propertyNames": names, "additionalProperties": reference::<T>(generator) }))
}

/// A list of such names.
fn commanded() -> Map<String, Value> {
    object(json!({ "type": "array", "items": patterns::qualified().of(&["string", "boolean"]) }))
}

fn by_version(what: Map<String, Value>) -> Map<String, Value> {
    let Pattern { regex, .. } = patterns::number(1);
    let versions = Map::from_iter([(regex, Value::Object(what))]);
    object(json!({ "type": "object", "patternProperties": versions, "additionalProperties": false }))
}

/// A mapping of one version.
fn by_one_version(what: Map<String, Value>) -> Map<String, Value> {
    let mut schema = by_version(what);
    schema.insert("minProperties".to_owned(), 1.into());
    schema.insert("maxProperties".to_owned(), 1.into());
    schema
}

fn reference<T: JsonSchema>(generator: &mut SchemaGenerator) -> Map<String, Value> {
    object(generator.subschema_for::<T>().into())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

fn schema(map: Map<String, Value>) -> Schema {
    Schema::from(map)
}

#[cfg(test)]
mod tests;
