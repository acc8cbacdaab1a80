//! Whether two payloads say the same.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::Reading;

/// Integers above this are not all floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn same_readings(a: &[Reading], b: &[Reading]) -> bool {
    let same = |(a, b): (&Reading, &Reading)| a.event == b.event && same_payload(&a.payload, &b.payload);
    a.len() == b.len() && a.iter().zip(b).all(same)
}

/// Whether two objects have the same members. One that is null says as much as one that is not there.
pub(super) fn same_payload(a: &str, b: &str) -> bool {
    match (parsed(a), parsed(b)) {
        (Some(a), Some(b)) => same(&a, &b),
        (Some(_) | None, _) => a == b,
    }
}

/// Whether a member of an object is what another member of another object is.
pub(super) fn same_member((a, first): (&str, &str), (b, second): (&str, &str)) -> bool {
    parsed(a).zip(parsed(b)).is_some_and(|(a, b)| same(&a[first], &b[second]))
}

pub(super) fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            let member =
                |object: &'_ serde_json::Map<String, Value>, name: &str| object.get(name).cloned().unwrap_or_default();
            names.into_iter().all(|name| same(&member(a, name), &member(b, name)))
        }
        (
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_),
            _,
        ) => a == b,
    }
}

/// `5` and `5.0` are the same number.
fn same_number(a: &Number, b: &Number) -> bool {
    let floats = a.as_f64().zip(b.as_f64());
    a == b || floats.is_some_and(|(a, b)| a.abs() < EXACT && a.to_bits() == b.to_bits())
}
