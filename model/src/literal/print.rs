//! Values as a schema spells them, written: what the rest of this folder reads.

use crate::schema::{FieldDef, Literal, Record, Schema, TypeShape};

/// The value as one could write it in a schema, in one line.
#[must_use]
pub fn spelled(value: &Literal, schema: &Schema) -> String {
    let all = |values: &[Literal]| values.iter().map(|value| spelled(value, schema)).collect::<Vec<_>>().join(", ");
    match value {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Text(text) => quoted(text),
        Literal::Bytes(bytes) => super::bytes::print_base64(bytes),
        Literal::Uuid(bits) => uuid(*bits),
        Literal::Timestamp(micros) => super::times::print_timestamp(*micros),
        Literal::Date(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
        Literal::Duration(nanos) => super::times::print_duration(*nanos),
        Literal::Decimal(digits, scale) => super::numbers::print_decimal(*digits, *scale),
        Literal::Json(text) => text.clone(),
        Literal::Opaque(value) => value.spelling.clone(),
        Literal::Present(value) | Literal::Newtype(_, _, value) => spelled(value, schema),
        Literal::List(values) | Literal::Set(values) => format!("[{}]", all(values)),
        Literal::Map(entries) => {
            let entries =
                entries.iter().map(|(key, value)| format!("{}: {}", spelled(key, schema), spelled(value, schema)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Literal::Struct(id, version, values) => {
            let record = match schema.shape(*id, *version) {
                Some(TypeShape::Struct(record)) => Some(record),
                Some(TypeShape::Newtype(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => None,
            };
            format!("{{{}}}", fields(record, values, schema).join(", "))
        }
        Literal::Union(id, version, index, values) => {
            let kind = match schema.shape(*id, *version) {
                Some(TypeShape::Union(kinds)) => kinds.get(*index),
                Some(TypeShape::Newtype(_) | TypeShape::Enum(_) | TypeShape::Struct(_)) | None => None,
            };
            let name = kind.map(|kind| format!("kind: {}", kind.name.value));
            let fields = fields(kind.map(|kind| &kind.shape), values, schema);
            format!("{{{}}}", name.into_iter().chain(fields).collect::<Vec<_>>().join(", "))
        }
        Literal::Variant(id, version, index) => match schema.shape(*id, *version) {
            Some(TypeShape::Enum(variants)) => variants.get(*index).map(|v| v.name.value.clone()).unwrap_or_default(),
            Some(TypeShape::Struct(_) | TypeShape::Newtype(_) | TypeShape::Union(_)) | None => String::new(),
        },
    }
}

fn fields(record: Option<&Record>, values: &[Literal], schema: &Schema) -> Vec<String> {
    let fields = record.map_or(&[][..], |record| &record.fields);
    let spelled = |(field, value): (&FieldDef, &Literal)| format!("{}: {}", field.name.value, spelled(value, schema));
    fields.iter().zip(values).map(spelled).collect()
}

/// Text that YAML could take for something else stands in quotes.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'))
        && text.starts_with(char::is_alphanumeric)
        && !text.ends_with(' ')
        && text != "null";
    if plain { text.to_owned() } else { format!("{text:?}") }
}

fn uuid(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
