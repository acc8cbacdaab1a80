//! `schemas/factum.schema.json` says of a file what the reader says, as far as editors can see it: what is accepted
//! validates, and what is refused for its shape does not.
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

mod accepted;
mod messages;
mod patterns;
mod refused;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value};
use serde_yaml::Value as Yaml;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = fs::read_to_string(root().join("schemas/factum.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
});

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::draft202012::meta::validate(&SCHEMA).unwrap();
    jsonschema::draft202012::new(&SCHEMA).unwrap()
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text as an editor sees it: scalars are typed as in the core schema of YAML 1.2. `None` if it is no YAML at all.
fn seen(yaml: &str) -> Option<Value> {
    serde_yaml::from_str(yaml).ok().map(json)
}

fn json(value: Yaml) -> Value {
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::Number(number) => serde_json::to_value(number).unwrap(),
        Yaml::String(text) => text.into(),
        Yaml::Sequence(elements) => elements.into_iter().map(json).collect(),
        Yaml::Mapping(entries) => {
            entries.into_iter().map(|(key, value)| (key_text(&key), json(value))).collect::<Map<_, _>>().into()
        }
        Yaml::Tagged(tagged) => json(tagged.value),
    }
}

/// JSON has texts for keys.
fn key_text(key: &Yaml) -> String {
    match json(key.clone()) {
        Value::String(text) => text,
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    }
}

/// What an editor says of a text: each place and what is wrong there.
fn said(yaml: &str) -> Vec<String> {
    let Some(value) = seen(yaml) else { return vec!["no YAML".to_owned()] };
    VALIDATOR.iter_errors(&value).map(|error| format!("{}: {}", error.instance_path(), words(&error))).collect()
}

/// Of a text that does not match, editors say what the schema gives them to say.
fn words(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::PropertyNames { error } => words(error),
        ValidationErrorKind::Pattern { pattern } => message_for(&SCHEMA, pattern).unwrap().to_owned(),
        _ => error.to_string(),
    }
}

fn message_for<'s>(schema: &'s Value, pattern: &str) -> Option<&'s str> {
    if schema.get("pattern").is_some_and(|found| found == pattern) {
        return schema.get("patternErrorMessage")?.as_str();
    }
    let parts = schema.as_object().into_iter().flat_map(Map::values);
    parts.chain(schema.as_array().into_iter().flatten()).find_map(|part| message_for(part, pattern))
}

#[test]
fn a_scalar_is_what_an_editor_takes_it_for() {
    let text = "[no, yes, true, ~, null, 3, 1.10, 0x10, 1_000, '3', 2026-01-31, .5]";
    let wanted = serde_json::json!(["no", "yes", true, null, null, 3, 1.1, 16, "1_000", "3", "2026-01-31", 0.5]);
    assert_eq!(seen(text).unwrap(), wanted);
    assert_eq!(seen("{ 2: a, true: b }").unwrap(), serde_json::json!({ "2": "a", "true": "b" }));
}
