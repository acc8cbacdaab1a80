//! JSON Schemas of what has a wire form.

use factum_model::schema::{Record, Type, TypeDef, TypeShape, TypeVersion};

use super::types::{generic, plain, version_name};
use super::{Scope, names};
use crate::items::{Ident, Item, JsonSchema, RustType, SchemaBody, SchemaField, VersionOf};
use crate::placeholder;

impl Scope<'_> {
    /// That of a record, if schemas are wanted.
    pub(super) fn record_schema(self, name: Ident, doc: Option<&str>, record: &Record) -> Option<Item> {
        self.json_schema(name, doc, || SchemaBody::Record(self.schema_fields(record)))
    }

    /// That of a version of a declared type, if schemas are wanted.
    pub(super) fn type_schema(self, def: &TypeDef, version: &TypeVersion) -> Option<Item> {
        let name = version_name(def, version.number);
        let item = self.json_schema(name, def.doc.as_deref(), || match &version.shape {
            TypeShape::Struct(record) => SchemaBody::Record(self.schema_fields(record)),
            TypeShape::Newtype(inner) => SchemaBody::Newtype(self.described_type(inner)),
            TypeShape::Enum(variants) => SchemaBody::Choice {
                texts: variants.iter().filter(|known| !known.fallback).map(|known| known.name.value.clone()).collect(),
                open: variants.iter().any(|variant| variant.fallback),
            },
            TypeShape::Union(variants) => {
                let kind = |name: &str, record| (name.to_owned(), self.schema_fields(record));
                SchemaBody::Union(variants.iter().map(|variant| kind(&variant.name.value, &variant.shape)).collect())
            }
        });
        let Some(Item::JsonSchema(item)) = item else { return item };
        let version_of = self.derived.map(|derived| VersionOf {
            newest: names::ident(&def.name.value),
            number: version.number,
            needs: derived.needs(&def.name.value),
        });
        Some(Item::JsonSchema(JsonSchema { version_of, ..item }))
    }

    /// The type, with what describes it where only its own JSON Schema can.
    fn described_type(self, ty: &Type) -> RustType {
        if self.derived.is_none() {
            return self.on_wire().rust_type(ty);
        }
        match ty {
            Type::Opaque(users) => generic("::factum::json_schema::Users", [plain(&placeholder::opaque(users.id))]),
            Type::Optional(inner) => generic("::core::option::Option", [self.described_type(inner)]),
            Type::List(inner) => generic("::std::vec::Vec", [self.described_type(inner)]),
            Type::Set(inner) => generic("::std::collections::BTreeSet", [self.described_type(inner)]),
            Type::Map(key, value) => {
                let types = [key, value].map(|ty| self.described_type(ty));
                generic("::std::collections::BTreeMap", types)
            }
            Type::Builtin(_) | Type::Named(..) => self.rust_type(ty),
        }
    }

    fn json_schema(self, name: Ident, doc: Option<&str>, body: impl FnOnce() -> SchemaBody) -> Option<Item> {
        let description = doc.map(|doc| doc.trim().to_owned());
        self.settings
            .json_schema
            .then(|| Item::JsonSchema(JsonSchema { name, description, body: body(), version_of: None }))
    }

    fn schema_fields(self, record: &Record) -> Vec<SchemaField> {
        let fields = record.fields.iter().map(|field| SchemaField {
            name: field.name.value.clone(),
            description: field.doc.as_ref().map(|doc| doc.trim().to_owned()),
            ty: self.described_type(&field.ty),
            optional: matches!(field.ty, Type::Optional(_)),
        });
        fields.collect()
    }
}
