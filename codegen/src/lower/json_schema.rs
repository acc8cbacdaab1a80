//! JSON Schemas of what has a wire form.

use factum_model::schema::{Record, Type, TypeDef, TypeShape, TypeVersion};

use super::Scope;
use super::types::version_name;
use crate::items::{Ident, Item, JsonSchema, SchemaBody, SchemaField};

impl Scope<'_> {
    /// That of a record, if schemas are wanted.
    pub(super) fn record_schema(self, name: Ident, doc: Option<&str>, record: &Record) -> Option<Item> {
        self.json_schema(name, doc, || SchemaBody::Record(self.schema_fields(record)))
    }

    /// That of a version of a declared type, if schemas are wanted.
    pub(super) fn type_schema(self, def: &TypeDef, version: &TypeVersion) -> Option<Item> {
        self.json_schema(version_name(def, version.number), def.doc.as_deref(), || match &version.shape {
            TypeShape::Struct(record) => SchemaBody::Record(self.schema_fields(record)),
            TypeShape::Newtype(inner) => SchemaBody::Newtype(self.on_wire().rust_type(inner)),
            TypeShape::Enum(variants) => SchemaBody::Choice {
                texts: variants.iter().filter(|known| !known.fallback).map(|known| known.name.value.clone()).collect(),
                open: variants.iter().any(|variant| variant.fallback),
            },
            TypeShape::Union(variants) => {
                let kind = |name: &str, record| (name.to_owned(), self.schema_fields(record));
                SchemaBody::Union(variants.iter().map(|variant| kind(&variant.name.value, &variant.shape)).collect())
            }
        })
    }

    fn json_schema(self, name: Ident, doc: Option<&str>, body: impl FnOnce() -> SchemaBody) -> Option<Item> {
        let description = doc.map(|doc| doc.trim().to_owned());
        self.settings.json_schema.then(|| Item::JsonSchema(JsonSchema { name, description, body: body() }))
    }

    fn schema_fields(self, record: &Record) -> Vec<SchemaField> {
        let fields = record.fields.iter().map(|field| SchemaField {
            name: field.name.value.clone(),
            description: field.doc.as_ref().map(|doc| doc.trim().to_owned()),
            ty: self.on_wire().rust_type(&field.ty),
            optional: matches!(field.ty, Type::Optional(_)),
        });
        fields.collect()
    }
}
