//! How each part of a file is spelled.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::super::keys::{self, Casing, Form};
use super::{by_name, by_one_version, commanded, describe, form, name, number, object, patterns, reference, schema};
use crate::ast;
use crate::type_expr::GENERICS;
use crate::types::BUILTINS;

/// A field of what is stored.
pub(super) struct StoredField;
/// A field of a state.
pub(super) struct StateField;
/// A field of a command or a rejection.
pub(super) struct PassingField;
/// A value of an enum, if it is more than its text.
pub(super) struct EnumValue;
/// A kind of a union.
pub(super) struct Kind;

/// A type as a text; what is no text is none of its business.
struct TypeText;
/// Fields alone: the short form.
struct Fields<F>(F);
/// The long form of what has a short one.
struct LongEvent;
struct LongCommand;
struct LongRejection;
struct LongKind;

/// `Type => "Name", how it is spelled;`
macro_rules! spelled {
    ($($ty:ty => $name:literal, $spelling:expr;)+) => {
        $(impl JsonSchema for $ty {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let spelling: fn(&mut SchemaGenerator) -> Map<String, Value> = $spelling;
                schema(spelling(generator))
            }
        })+
    };
}

spelled! {
    ast::Document => "File", file;
    ast::Event => "Event", |g| long_or_short::<LongEvent, Fields<StoredField>>(g,
        "An event: its fields, or a mapping with the key `fields` and what else there is to say.");
    LongEvent => "LongEvent", |g| form(g, &keys::EVENT);
    ast::Command => "Command", |g| long_or_short::<LongCommand, Fields<PassingField>>(g,
        "A command: its fields, or a mapping with the key `fields` and what else there is to say.");
    LongCommand => "LongCommand", |g| form(g, &keys::COMMAND);
    ast::Rejection => "Rejection", |g| long_or_short::<LongRejection, Fields<PassingField>>(g,
        "A rejection: its fields, or a mapping with the key `fields` and a `message`.");
    LongRejection => "LongRejection", |g| form(g, &keys::REJECTION);
    Kind => "Kind", |g| long_or_short::<LongKind, Fields<StoredField>>(g,
        "A kind of a union: its fields, or a mapping with the key `fields` and what else there is to say.");
    LongKind => "LongKind", |g| form(g, &keys::KIND);
    Fields<StoredField> => "StoredFields", |g| by_name::<StoredField>(g, Casing::Small);
    Fields<PassingField> => "PassingFields", |g| by_name::<PassingField>(g, Casing::Small);
    StoredField => "StoredField", |g| field(g, &keys::STORED_FIELD);
    StateField => "StateField", |g| field(g, &keys::STATE_FIELD);
    PassingField => "PassingField", |g| field(g, &keys::MESSAGE_FIELD);
    ast::TypeDecl => "DeclaredType", declared_type;
    EnumValue => "EnumValue", enum_value;
    ast::TypeExpr => "Type", |g| type_or(g, "string".into());
    TypeText => "TypeText", |_| type_text();
    ast::Value => "Value", |_| Map::new();
    ast::Retyping => "EarlierType", |g| {
        let long = form(g, &keys::RETYPING);
        both(type_or(g, json!(["string", "object"])), long, "An earlier type, or `{ from: type, via: conversion }`.")
    };
    ast::Via => "Conversion", |g| {
        let mut schema = patterns::via().of(&["string", "object"]);
        schema.extend(without_type(form(g, &keys::VIA_OR)));
        schema
    };
    ast::Policy => "Policy", |g| form(g, &keys::POLICY);
    ast::Reaction => "Reaction", |g| listed_or(g, &keys::REACTION, "The commands that may be issued, or a mapping.");
    ast::Timeout => "Timeout", |g| listed_or(g, &keys::TIMEOUT, "The commands that may be issued, or a mapping.");
    ast::Compensates => "Compensation", |g| {
        let mut schema = without_type(form(g, &keys::COMPENSATION));
        schema.extend(name(Casing::Large));
        schema.insert("type".to_owned(), json!(["string", "object"]));
        schema
    };
    ast::Deprecated => "Deprecation", |g| form(g, &keys::DEPRECATION);
    ast::UpcastHow => "Upcast", |g| {
        let mut schema = patterns::by_hand().of(&["string", "array"]);
        schema.insert("items".to_owned(), reference::<ast::StructuralStep>(g).into());
        schema
    };
    ast::StructuralStep => "Step", |g| {
        let mut schema = form(g, &keys::OPERATIONS);
        schema.insert("minProperties".to_owned(), 1.into());
        schema
    };
    ast::Retired => "Retirement", |_| {
        let mut schema = by_one_version(object(json!({ "enum": ["nothing"] })));
        schema.extend(number(1));
        schema.insert("type".to_owned(), json!(["integer", "string", "object"]));
        schema
    };
    ast::Becomes => "Successors", |g| {
        let child = reference::<ast::ChildName>(g);
        by_one_version(object(json!({ "type": "array", "items": child, "minItems": 1 })))
    };
    ast::ChildName => "Successor", |_| patterns::child().of(&["string"]);
}

fn file(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut schema = form(generator, &keys::FILE);
    let of_an_aggregate = [keys::ID, keys::STATE, keys::SNAPSHOT, keys::COMMANDS, keys::REJECTIONS];
    let mut needs: Map<String, Value> =
        of_an_aggregate.into_iter().map(|key| (key.to_owned(), json!([keys::AGGREGATE]))).collect();
    needs.insert(keys::AGGREGATE.to_owned(), json!([keys::ID]));
    schema.insert("dependentRequired".to_owned(), needs.into());
    schema
}

/// The key `fields` tells which of the two it is.
fn long_or_short<L: JsonSchema, S: JsonSchema>(generator: &mut SchemaGenerator, doc: &str) -> Map<String, Value> {
    let mut schema = object(json!({
        "if": { "required": [keys::FIELDS] },
        "then": reference::<L>(generator),
        "else": reference::<S>(generator),
    }));
    describe(&mut schema, doc);
    schema
}

/// A type, or a mapping.
fn field(generator: &mut SchemaGenerator, long: &Form) -> Map<String, Value> {
    let long = form(generator, long);
    both(
        type_or(generator, json!(["string", "object"])),
        long,
        "A field: its type, or a mapping with the key `type` and what else there is to say.",
    )
}

/// Text or mapping: what says something of the one is silent about the other.
fn both(short: Map<String, Value>, long: Map<String, Value>, doc: &str) -> Map<String, Value> {
    let mut schema = without_type(long);
    schema.extend(short);
    describe(&mut schema, doc);
    schema
}

/// A list of commands, or a mapping.
fn listed_or(generator: &mut SchemaGenerator, long: &Form, doc: &str) -> Map<String, Value> {
    let mut short = commanded();
    short.insert("type".to_owned(), json!(["array", "object"]));
    both(short, form(generator, long), doc)
}

fn without_type(mut schema: Map<String, Value>) -> Map<String, Value> {
    schema.remove("type");
    schema
}

fn type_or(generator: &mut SchemaGenerator, kinds: Value) -> Map<String, Value> {
    let mut schema = reference::<TypeText>(generator);
    schema.insert("type".to_owned(), kinds);
    schema
}

fn type_text() -> Map<String, Value> {
    let mut schema = patterns::ty().alone();
    let builtins = BUILTINS.iter().map(|row| json!({ "label": row.name, "body": row.name, "description": row.doc }));
    let generics = GENERICS.iter().map(|(_, form)| json!({ "label": form, "body": form }));
    schema.insert("defaultSnippets".to_owned(), builtins.chain(generics).collect());
    schema
}

fn declared_type(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut schema = form(generator, &keys::DECLARED_TYPE);
    let kinds = [keys::FIELDS, keys::NEWTYPE, keys::ENUM, keys::UNION];
    schema.insert("anyOf".to_owned(), json!(kinds.map(|kind| json!({ "required": [kind] }))));
    let alone = kinds.iter().enumerate().take(3).map(|(index, kind)| {
        let others: Map<String, Value> =
            kinds[index + 1..].iter().map(|other| ((*other).to_owned(), false.into())).collect();
        ((*kind).to_owned(), json!({ "properties": others }))
    });
    schema.insert("dependentSchemas".to_owned(), alone.collect::<Map<_, _>>().into());
    schema.insert("dependentRequired".to_owned(), json!({ keys::RETYPED: [keys::NEWTYPE] }));
    schema.insert("title".to_owned(), "the declaration of a type".into());
    describe(&mut schema, "A type: a struct (`fields`), a `newtype`, an `enum` or a `union`.");
    schema
}

/// The one place where a key may have no value.
fn enum_value(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut schema = form(generator, &keys::VALUE);
    schema.insert("type".to_owned(), json!(["object", "null"]));
    describe(&mut schema, "A value of an enum, with what happened to it.");
    schema
}
