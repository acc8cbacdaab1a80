//! Values as JSON, as the newest version writes them: fields in order, what is absent as null.

use super::{Value, builtin, unwrapped};
use crate::schema::{Record, Schema, Type, TypeShape};

/// How values are written.
#[derive(Clone, Copy)]
pub(super) struct Writer<'s> {
    pub(super) schema: &'s Schema,
    /// Whether what fields of the type `json` hold is written as it was stored.
    keeps_json: bool,
}

impl<'s> Writer<'s> {
    /// As factum's own writer does: JSON as [`serde_json::Value`] writes it.
    pub(super) const fn like_ours(schema: &'s Schema) -> Self {
        Self { schema, keeps_json: false }
    }

    /// JSON as it was stored.
    pub(super) const fn keeping_json(schema: &'s Schema) -> Self {
        Self { schema, keeps_json: true }
    }

    /// An object with every field.
    pub(super) fn record(self, record: &Record, values: &[Value]) -> String {
        format!("{{{}}}", self.members(record, values).join(","))
    }

    fn members(self, record: &Record, values: &[Value]) -> Vec<String> {
        let fields = record.fields.iter().zip(values);
        fields.map(|(field, value)| format!("{}:{}", quoted(&field.name.value), self.json(&field.ty, value))).collect()
    }

    /// A value of this type.
    pub(super) fn json(self, ty: &Type, value: &Value) -> String {
        let ty = unwrapped(self.schema, ty);
        let inner = match ty {
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => inner,
            Type::Builtin(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => ty,
        };
        match value {
            Value::Null => "null".to_owned(),
            Value::Present(value) => self.json(inner, value),
            Value::Bool(_) | Value::Integer(_) | Value::Single(_) | Value::Double(_) => printed(value),
            Value::Json(text) if self.keeps_json => text.clone(),
            Value::Json(text) => {
                serde_json::from_str(text).map_or_else(|_| text.clone(), |value: serde_json::Value| value.to_string())
            }
            Value::Text(_)
            | Value::Bytes(_)
            | Value::Uuid(_)
            | Value::Timestamp(_)
            | Value::Date(_)
            | Value::Duration(_)
            | Value::Decimal(_) => quoted(&printed(value)),
            Value::List(values) | Value::Set(values) => {
                let elements: Vec<String> = values.iter().map(|value| self.json(inner, value)).collect();
                format!("[{}]", elements.join(","))
            }
            Value::Map(entries) => self.map(ty, entries),
            Value::Struct(_) | Value::Variant(_) | Value::Kept(_) | Value::Union(..) => self.named(ty, value),
        }
    }

    fn map(self, ty: &Type, entries: &[(Value, Value)]) -> String {
        let Type::Map(key, inner) = ty else { return "null".to_owned() };
        let entries = entries.iter().map(|(name, value)| {
            let name = self.json(key, name);
            let name = if name.starts_with('"') { name } else { quoted(&name) };
            format!("{name}:{}", self.json(inner, value))
        });
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    }

    fn named(self, ty: &Type, value: &Value) -> String {
        let Type::Named(id, version) = ty else { return "null".to_owned() };
        match (self.schema.shape(*id, *version), value) {
            (Some(TypeShape::Struct(shape)), Value::Struct(fields)) => self.record(shape, fields),
            (Some(TypeShape::Enum(values)), Value::Variant(index)) => {
                values.get(*index).map_or_else(|| "null".to_owned(), |value| quoted(&value.name.value))
            }
            (Some(TypeShape::Enum(_)), Value::Kept(text)) => quoted(text),
            (Some(TypeShape::Union(kinds)), Value::Union(index, fields)) => kinds.get(*index).map_or_else(
                || "null".to_owned(),
                |kind| {
                    let tag = format!("\"kind\":{}", quoted(&kind.name.value));
                    let members = self.members(&kind.shape, fields);
                    format!("{{{}}}", core::iter::once(tag).chain(members).collect::<Vec<_>>().join(","))
                },
            ),
            (Some(_) | None, _) => "null".to_owned(),
        }
    }
}

fn printed(value: &Value) -> String {
    builtin::print(value).unwrap_or_else(|_| "null".to_owned())
}

fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
