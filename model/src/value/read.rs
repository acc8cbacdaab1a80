//! Stored bytes as values: exactly what the struct of that version accepts, and nothing else.

use core::cmp::Ordering;
use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Value, builtin, field, unwrapped};
use crate::schema::{Record, Schema, Type, TypeShape, UnionVariant, VariantDef};
use crate::types::Builtin;

/// How deep JSON may be nested where somebody looks into it: as deep as the JSON reader goes.
const MAX_DEPTH: usize = 127;

/// The fields of a stored payload.
pub(super) fn payload(schema: &Schema, shape: &Record, text: &str) -> Result<Vec<Value>, String> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Reader { schema }.record(raw.get(), shape, 1)
}

struct Reader<'s> {
    schema: &'s Schema,
}

impl Reader<'_> {
    fn value(&self, raw: &str, ty: &Type, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err("recursion limit exceeded".to_owned());
        }
        match ty {
            Type::Builtin(builtin) => builtin::read(raw, *builtin),
            // Any JSON: what it has to be, only compiled code can judge.
            Type::Opaque(_) => builtin::read(raw, Builtin::Json),
            Type::Optional(_) if raw == "null" => Ok(Value::Null),
            Type::Optional(inner) => self.value(raw, inner, depth).map(|value| Value::Present(Box::new(value))),
            Type::List(inner) => self.elements(raw, inner, depth).map(Value::List),
            Type::Set(inner) => self.elements(raw, inner, depth).map(set),
            Type::Map(key, inner) => self.map(raw, key, inner, depth),
            Type::Named(id, version) => match self.schema.shape(*id, *version) {
                Some(TypeShape::Struct(record)) => self.record(raw, record, depth + 1).map(Value::Struct),
                Some(TypeShape::Newtype(inner)) => self.value(raw, inner, depth),
                Some(TypeShape::Enum(values)) => choice(raw, values),
                Some(TypeShape::Union(kinds)) => self.union(raw, kinds, depth + 1),
                None => Err("a type that the schema does not have".to_owned()),
            },
        }
    }

    fn elements(&self, raw: &str, inner: &Type, depth: usize) -> Result<Vec<Value>, String> {
        elements(raw)?.into_iter().map(|element| self.value(element, inner, depth + 1)).collect()
    }

    /// Of a key that is written twice the last value counts; each is read.
    fn map(&self, raw: &str, key: &Type, inner: &Type, depth: usize) -> Result<Value, String> {
        let mut entries: Vec<(Value, Value)> = Vec::new();
        for (name, raw) in members(raw)? {
            let key = self.key(&name, key)?;
            let value = self.value(raw, inner, depth + 1)?;
            match entries.binary_search_by(|(known, _)| order(known, &key)) {
                Ok(index) => entries[index].1 = value,
                Err(index) => entries.insert(index, (key, value)),
            }
        }
        Ok(Value::Map(entries))
    }

    fn key(&self, text: &str, ty: &Type) -> Result<Value, String> {
        match unwrapped(self.schema, ty) {
            Type::Builtin(builtin) => builtin::key(text, *builtin),
            Type::Named(id, version) => match self.schema.shape(*id, *version) {
                Some(TypeShape::Enum(values)) => chosen(text, values),
                Some(TypeShape::Struct(_) | TypeShape::Newtype(_) | TypeShape::Union(_)) | None => {
                    Err("no type for a key".to_owned())
                }
            },
            Type::Opaque(_) => Ok(Value::Text(text.to_owned())),
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => Err("no type for a key".to_owned()),
        }
    }

    /// By name, or by place from an array, as serde reads structs.
    fn record(&self, raw: &str, record: &Record, depth: usize) -> Result<Vec<Value>, String> {
        if !raw.starts_with('[') {
            return self.fields(members(raw)?, record, depth);
        }
        let elements = elements(raw)?;
        if elements.len() != record.fields.len() {
            return Err(format!("{} elements for {} fields", elements.len(), record.fields.len()));
        }
        let fields = record.fields.iter().zip(elements);
        fields.map(|(field, raw)| self.value(raw, &field.ty, depth)).collect()
    }

    /// Unknown fields are passed over, a missing optional one is null, and none is there twice.
    fn fields(&self, members: Vec<(String, &str)>, record: &Record, depth: usize) -> Result<Vec<Value>, String> {
        let mut values: Vec<Option<Value>> = vec![None; record.fields.len()];
        for (name, raw) in members {
            let Some(index) = field(record, &name) else { continue };
            if values[index].is_some() {
                return Err(format!("duplicate field `{name}`"));
            }
            values[index] = Some(self.value(raw, &record.fields[index].ty, depth)?);
        }
        let found = values.into_iter().zip(&record.fields);
        found
            .map(|(value, field)| match (value, &field.ty) {
                (Some(value), _) => Ok(value),
                (None, Type::Optional(_)) => Ok(Value::Null),
                (None, _) => Err(format!("missing field `{}`", field.name.value)),
            })
            .collect()
    }

    fn union(&self, raw: &str, kinds: &[UnionVariant], depth: usize) -> Result<Value, String> {
        let members = members(raw)?;
        let mut tags = members.iter().filter(|(name, _)| name == "kind");
        let (Some((_, tag)), None) = (tags.next(), tags.next()) else { return Err("one `kind` is needed".to_owned()) };
        let text: String = serde_json::from_str(tag).map_err(|error| error.to_string())?;
        let index = kinds.iter().position(|kind| kind.name.value == text);
        let index = index.ok_or_else(|| format!("unknown kind `{text}`"))?;
        self.fields(members, &kinds[index].shape, depth).map(|fields| Value::Union(index, fields))
    }
}

/// A text, or as serde also reads it, an object of one key without value.
fn choice(raw: &str, values: &[VariantDef]) -> Result<Value, String> {
    if !raw.starts_with('{') {
        return chosen(&serde_json::from_str::<String>(raw).map_err(|error| error.to_string())?, values);
    }
    match members(raw)?.as_slice() {
        [(name, "null")] => chosen(name, values),
        _ => Err("an enum has no payload".to_owned()),
    }
}

fn chosen(text: &str, values: &[VariantDef]) -> Result<Value, String> {
    let known = values.iter().position(|value| !value.fallback && value.name.value == text);
    match known {
        Some(index) => Ok(Value::Variant(index)),
        None if values.iter().any(|value| value.fallback) => Ok(Value::Kept(text.to_owned())),
        None => Err(format!("unknown value `{text}`")),
    }
}

/// Sorted, each element once.
pub(super) fn set(mut elements: Vec<Value>) -> Value {
    elements.sort_by(order);
    elements.dedup_by(|a, b| order(a, b) == Ordering::Equal);
    Value::Set(elements)
}

/// The order of what may be a key: numbers by value, texts by bytes, values of enums as declared and then kept texts.
pub(super) fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) | (Value::Kept(a), Value::Kept(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Variant(a), Value::Variant(b)) => a.cmp(b),
        (Value::Variant(_), Value::Kept(_)) => Ordering::Less,
        (Value::Kept(_), Value::Variant(_)) => Ordering::Greater,
        // Nothing else is a key.
        _ => Ordering::Equal,
    }
}

/// An object's members in order, also repeated ones.
fn members(raw: &str) -> Result<Vec<(String, &str)>, String> {
    serde_json::from_str::<Members<'_>>(raw).map(|members| members.0).map_err(|error| error.to_string())
}

fn elements(raw: &str) -> Result<Vec<&str>, String> {
    serde_json::from_str::<Elements<'_>>(raw).map(|elements| elements.0).map_err(|error| error.to_string())
}

struct Members<'a>(Vec<(String, &'a str)>);
struct Elements<'a>(Vec<&'a str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject;
        impl<'de> Visitor<'de> for OfObject {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
                    members.push((name, raw.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(OfObject)
    }
}

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfArray;
        impl<'de> Visitor<'de> for OfArray {
            type Value = Elements<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut elements = Vec::new();
                while let Some(raw) = seq.next_element::<&RawValue>()? {
                    elements.push(raw.get());
                }
                Ok(Elements(elements))
            }
        }
        deserializer.deserialize_seq(OfArray)
    }
}
