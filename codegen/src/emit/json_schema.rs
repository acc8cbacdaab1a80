//! JSON Schemas (draft 2020-12) of the payloads of events, for services that have no generated code. They say of a version
//! what `schemars::JsonSchema` of its generated struct says.

use std::collections::BTreeMap;

use factum_model::names::full_name;
use factum_model::schema::{
    EventDef, FieldDef, Record, Schema, Type, TypeDef, TypeId, TypeShape, TypeVersion, VariantDef, VersionDef,
};
use factum_model::types::Builtin;
use serde_json::{Map, Value, json};

/// The key that says of which kind a union is.
const KIND: &str = "kind";

/// The schema of what one version of an event stores, with all that it needs.
#[must_use]
pub fn version(schema: &Schema, event: &EventDef, version: &VersionDef) -> Value {
    let mut writer = Writer { schema, definitions: BTreeMap::new() };
    let mut body = writer.record(&version.shape);
    put(&mut body, "$schema", json!("https://json-schema.org/draft/2020-12/schema"));
    put(&mut body, "title", json!(name(&version.wire_type, version.number)));
    put_text(&mut body, "description", event.doc.as_deref());
    if !writer.definitions.is_empty() {
        put(&mut body, "$defs", Value::Object(writer.definitions.into_iter().collect()));
    }
    body
}

/// The schemas of what events store, all in one document: each below `$defs`, by its name and its version.
#[must_use]
pub fn versions<'s>(schema: &Schema, events: impl IntoIterator<Item = (&'s EventDef, &'s VersionDef)>) -> Value {
    let mut writer = Writer { schema, definitions: BTreeMap::new() };
    for (event, version) in events {
        let mut body = writer.record(&version.shape);
        put_text(&mut body, "description", event.doc.as_deref());
        writer.definitions.insert(name(&version.wire_type, version.number), body);
    }
    let definitions: Map<String, Value> = writer.definitions.into_iter().collect();
    json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions })
}

/// `seats.Opened@2`
fn name(full: &str, version: u32) -> String {
    format!("{full}@{version}")
}

fn put(schema: &mut Value, key: &str, value: Value) {
    if let Value::Object(entries) = schema {
        entries.insert(key.to_owned(), value);
    }
}

fn put_text(schema: &mut Value, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        put(schema, key, json!(text.trim()));
    }
}

struct Writer<'s> {
    schema: &'s Schema,
    definitions: BTreeMap<String, Value>,
}

impl<'s> Writer<'s> {
    /// An object. Fields that it does not know are read over, so others may be there.
    fn record(&mut self, record: &Record) -> Value {
        self.object(record, None)
    }

    fn object(&mut self, record: &Record, kind: Option<&str>) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for FieldDef { name, ty, doc } in &record.fields {
            let mut schema = self.ty(ty);
            if doc.is_some() && schema.get("$ref").is_some() {
                // A schema of its own, so that what is said of this field is not said of the type.
                schema = json!({ "allOf": [schema] });
            }
            put_text(&mut schema, "description", doc.as_deref());
            if !matches!(ty, Type::Optional(_)) {
                required.push(json!(name.value));
            }
            properties.insert(name.value.clone(), schema);
        }
        if let Some(kind) = kind {
            properties.insert(KIND.to_owned(), json!({ "const": kind }));
            required.push(json!(KIND));
        }
        let mut body = json!({ "type": "object" });
        if !properties.is_empty() {
            put(&mut body, "properties", Value::Object(properties));
        }
        if !required.is_empty() {
            put(&mut body, "required", Value::Array(required));
        }
        body
    }

    fn ty(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Builtin(builtin) => of_builtin(*builtin),
            Type::Optional(inner) => json!({ "anyOf": [self.ty(inner), { "type": "null" }] }),
            Type::List(inner) => json!({ "type": "array", "items": self.ty(inner) }),
            Type::Set(inner) => json!({ "type": "array", "items": self.ty(inner), "uniqueItems": true }),
            Type::Map(key, value) => {
                json!({ "type": "object", "propertyNames": self.key(key), "additionalProperties": self.ty(value) })
            }
            Type::Named(id, version) => self.named(*id, *version),
            Type::Opaque(_) => json!(true),
        }
    }

    /// Of a value that is the key of a map: a text.
    fn key(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Builtin(builtin) => key_of_builtin(*builtin),
            Type::Named(id, version) => match self.declared(*id, *version).map(|(_, version)| &version.shape) {
                Some(TypeShape::Newtype(inner)) => self.key(inner),
                Some(TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => {
                    self.named(*id, *version)
                }
            },
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => self.ty(ty),
        }
    }

    fn declared(&self, id: TypeId, version: u32) -> Option<(&'s TypeDef, &'s TypeVersion)> {
        let def = self.schema.types.get(id.0 as usize)?;
        def.versions.iter().find(|found| found.number == version).map(|found| (def, found))
    }

    /// A reference to a declared type. It is written once; meanwhile it may speak of itself.
    fn named(&mut self, id: TypeId, version: u32) -> Value {
        let Some((def, shape)) = self.declared(id, version) else { return json!(true) };
        let name = name(&full_name(&def.context, &def.name.value), version);
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        if self.definitions.contains_key(&name) {
            return reference;
        }
        self.definitions.insert(name.clone(), Value::Null);
        let mut body = self.shape(&shape.shape);
        put_text(&mut body, "description", def.doc.as_deref());
        self.definitions.insert(name, body);
        reference
    }

    fn shape(&mut self, shape: &TypeShape) -> Value {
        match shape {
            TypeShape::Struct(record) => self.record(record),
            TypeShape::Newtype(inner) => json!({ "allOf": [self.ty(inner)] }),
            TypeShape::Enum(values) => values_of(values),
            TypeShape::Union(kinds) => {
                let kind = kinds.iter().map(|kind| {
                    let mut body = self.object(&kind.shape, Some(&kind.name.value));
                    put_text(&mut body, "description", kind.doc.as_deref());
                    body
                });
                let kinds: Vec<Value> = kind.collect();
                json!({ "oneOf": kinds })
            }
        }
    }
}

fn values_of(values: &[VariantDef]) -> Value {
    let known = values.iter().filter(|value| !value.fallback);
    let known: Vec<&str> = known.map(|value| value.name.value.as_str()).collect();
    if values.iter().any(|value| value.fallback) {
        return json!({ "type": "string", "examples": known });
    }
    json!({ "type": "string", "enum": known })
}

fn of_builtin(builtin: Builtin) -> Value {
    let integer = |least: Value, most: Value| json!({ "type": "integer", "minimum": least, "maximum": most });
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match builtin {
        Builtin::Bool => json!({ "type": "boolean" }),
        Builtin::I8 => integer(i8::MIN.into(), i8::MAX.into()),
        Builtin::I16 => integer(i16::MIN.into(), i16::MAX.into()),
        Builtin::I32 => integer(i32::MIN.into(), i32::MAX.into()),
        Builtin::I64 => integer(i64::MIN.into(), i64::MAX.into()),
        Builtin::U8 => integer(u8::MIN.into(), u8::MAX.into()),
        Builtin::U16 => integer(u16::MIN.into(), u16::MAX.into()),
        Builtin::U32 => integer(u32::MIN.into(), u32::MAX.into()),
        Builtin::U64 => integer(u64::MIN.into(), u64::MAX.into()),
        Builtin::F32 | Builtin::F64 => json!({ "type": "number" }),
        Builtin::String => json!({ "type": "string" }),
        Builtin::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
        Builtin::Uuid => json!({ "type": "string", "format": "uuid" }),
        Builtin::Timestamp => {
            json!({ "type": "string", "format": "date-time", "pattern": "^[^Tt]+T[^.]+([.][0-9]{1,6})?Z$" })
        }
        Builtin::Date => text("^(-[0-9]{6}|[0-9]{4})-[0-9]{2}-[0-9]{2}$"),
        Builtin::Duration => text("^[-+]?PT"),
        Builtin::Decimal(None) => text("^-?[0-9]+([.][0-9]+)?$"),
        // Zeros behind the last digit that counts may be more.
        Builtin::Decimal(Some(0)) => text("^-?[0-9]+([.]0+)?$"),
        Builtin::Decimal(Some(scale)) => text(&format!("^-?[0-9]+([.][0-9]{{1,{scale}}}0*)?$")),
        Builtin::Json => json!(true),
    }
}

fn key_of_builtin(builtin: Builtin) -> Value {
    let digits = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match builtin {
        Builtin::I8 | Builtin::I16 | Builtin::I32 | Builtin::I64 => digits("^-?(0|[1-9][0-9]*)$"),
        Builtin::U8 | Builtin::U16 | Builtin::U32 | Builtin::U64 => digits("^(0|[1-9][0-9]*)$"),
        Builtin::Bool
        | Builtin::F32
        | Builtin::F64
        | Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_)
        | Builtin::Json => of_builtin(builtin),
    }
}
