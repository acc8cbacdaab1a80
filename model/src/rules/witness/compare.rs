//! Whether two payloads say the same.

use std::collections::BTreeSet;

use serde_json::{Number, Value};

use super::Reading;
use crate::schema::EventDef;
use crate::upcast::Step;

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

/// Whether two objects have the same in these members.
pub(super) fn same_fields(a: &str, b: &str, fields: &BTreeSet<&str>) -> bool {
    let (Some(a), Some(b)) = (parsed(a), parsed(b)) else { return a == b };
    fields.iter().all(|field| same(&a[*field], &b[*field]))
}

/// Whether a member of an object is what another member of another object is.
pub(super) fn same_member((a, first): (&str, &str), (b, second): (&str, &str)) -> bool {
    parsed(a).zip(parsed(b)).is_some_and(|(a, b)| same(&a[first], &b[second]))
}

/// The fields of the newest version that come from fields of another one, and are not filled with a value.
pub(super) fn kept(def: &EventDef, since: u32) -> BTreeSet<&str> {
    let record =
        |number: u32| def.versions.iter().find(|version| version.number == number).map(|version| &version.shape);
    let Some(first) = record(since) else { return BTreeSet::new() };
    let mut known = vec![true; first.fields.len()];
    for version in def.versions.iter().filter(|version| version.number > since) {
        let mut next = vec![false; version.shape.fields.len()];
        for step in &version.steps {
            match step {
                Step::Move { from, to } | Step::Convert { from, to, .. } => next[to.0] = known[from.0],
                Step::Call { from, to, .. } => {
                    let all = from.iter().all(|from| known[from.0]);
                    for to in to {
                        next[to.0] = all;
                    }
                }
                Step::Insert { .. } | Step::Drop { .. } => {}
            }
        }
        known = next;
    }
    let Some(newest) = def.versions.last() else { return BTreeSet::new() };
    let fields = newest.shape.fields.iter().zip(known);
    fields.filter(|(_, known)| *known).map(|(field, _)| field.name.value.as_str()).collect()
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn same(a: &Value, b: &Value) -> bool {
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
