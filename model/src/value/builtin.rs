//! Builtin types: their wire form, and the text that `to_string` and `parse` speak of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::Value;
use crate::types::Builtin;

/// A stored value.
pub(super) fn read(raw: &str, builtin: Builtin) -> Result<Value, String> {
    match builtin {
        Builtin::Bool => json(raw).map(Value::Bool),
        Builtin::I8 => json::<i8>(raw).map(|value| Value::Integer(value.into())),
        Builtin::I16 => json::<i16>(raw).map(|value| Value::Integer(value.into())),
        Builtin::I32 => json::<i32>(raw).map(|value| Value::Integer(value.into())),
        Builtin::I64 => json::<i64>(raw).map(|value| Value::Integer(value.into())),
        Builtin::U8 => json::<u8>(raw).map(|value| Value::Integer(value.into())),
        Builtin::U16 => json::<u16>(raw).map(|value| Value::Integer(value.into())),
        Builtin::U32 => json::<u32>(raw).map(|value| Value::Integer(value.into())),
        Builtin::U64 => json::<u64>(raw).map(|value| Value::Integer(value.into())),
        Builtin::F32 => json::<f32>(raw).and_then(|value| finite(value.is_finite()).map(|()| Value::Single(value))),
        Builtin::F64 => json::<f64>(raw).and_then(|value| finite(value.is_finite()).map(|()| Value::Double(value))),
        Builtin::Json => json::<serde_json::Value>(raw).map(|_| Value::Json(raw.to_owned())),
        Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_) => of_text(&json::<String>(raw)?, builtin),
    }
}

/// The key of a map, which is always a text.
pub(super) fn key(text: &str, builtin: Builtin) -> Result<Value, String> {
    if builtin.row().range.is_none() {
        return of_text(text, builtin);
    }
    if text.ends_with(char::is_whitespace) || text.starts_with(char::is_whitespace) {
        return Err(format!("{text:?} is no key of type {builtin}"));
    }
    read(text, builtin)
}

fn json<T: DeserializeOwned>(raw: &str) -> Result<T, String> {
    serde_json::from_str(raw).map_err(|error| error.to_string())
}

fn finite(finite: bool) -> Result<(), String> {
    if finite { Ok(()) } else { Err("a float is finite".to_owned()) }
}

/// A value whose wire form is a text.
fn of_text(text: &str, builtin: Builtin) -> Result<Value, String> {
    let value = match builtin {
        Builtin::String => Some(Value::Text(text.to_owned())),
        Builtin::Bytes => STANDARD.decode(text).ok().map(Value::Bytes),
        Builtin::Uuid => text.parse().ok().map(Value::Uuid),
        Builtin::Timestamp => timestamp(text).map(Value::Timestamp),
        Builtin::Date => text.parse::<Date>().ok().filter(|date| date.to_string() == text).map(Value::Date),
        Builtin::Duration => duration(text).map(Value::Duration),
        Builtin::Decimal(scale) => decimal(text, scale).map(Value::Decimal),
        Builtin::Bool
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64
        | Builtin::F32
        | Builtin::F64
        | Builtin::Json => None,
    };
    value.ok_or_else(|| format!("{text:?} is no {builtin}"))
}

/// In UTC, in microseconds.
fn timestamp(text: &str) -> Option<Timestamp> {
    let canonical = text.get(10..11) == Some("T") && text.ends_with('Z');
    let moment: Timestamp = canonical.then(|| text.parse().ok()).flatten()?;
    (moment.as_nanosecond() % 1000 == 0).then_some(moment)
}

/// Without days.
fn duration(text: &str) -> Option<SignedDuration> {
    text.trim_start_matches(['+', '-']).starts_with("PT").then(|| text.parse().ok()).flatten()
}

fn decimal(text: &str, scale: Option<u32>) -> Option<Decimal> {
    let value = Decimal::from_str_exact(text).ok()?;
    scale.is_none_or(|scale| value.normalize().scale() <= scale).then_some(value)
}

/// `to_string`.
pub(super) fn print(value: &Value) -> Result<String, String> {
    let of_float = |text: serde_json::Result<String>| text.map_err(|error| error.to_string());
    Ok(match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Single(value) => of_float(serde_json::to_string(value))?,
        Value::Double(value) => of_float(serde_json::to_string(value))?,
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => STANDARD.encode(bytes),
        Value::Uuid(value) => value.to_string(),
        Value::Timestamp(value) => value.to_string(),
        Value::Date(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Null
        | Value::Present(_)
        | Value::Json(_)
        | Value::List(_)
        | Value::Set(_)
        | Value::Map(_)
        | Value::Struct(_)
        | Value::Variant(_)
        | Value::Kept(_)
        | Value::Union(..) => return Err("this value has no text".to_owned()),
    })
}

/// `parse`: the canonical text.
pub(super) fn parse(text: &str, builtin: Builtin) -> Result<Value, String> {
    let refused = || format!("{text:?} is no {builtin}");
    let bare = !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
    match builtin {
        Builtin::Bool
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => {
            let value = read(text, builtin)?;
            if print(&value)? == text { Ok(value) } else { Err(refused()) }
        }
        Builtin::F32 | Builtin::F64 if bare => read(text, builtin),
        Builtin::Uuid if text.len() != 36 => Err(refused()),
        Builtin::F32 | Builtin::F64 => Err(refused()),
        Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_)
        | Builtin::Json => of_text(text, builtin),
    }
}
