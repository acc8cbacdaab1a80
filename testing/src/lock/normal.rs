//! JSON Schemas in a form that is one text for one meaning: what says nothing of the wire is left out, what is said in no
//! particular order is sorted, and what is said elsewhere stands there as the hash of what is said.

use std::collections::BTreeMap;

use factum::lock::VERSION_OF;
use factum_model::lock::Fingerprint;
use serde_json::{Map, Value, json};

/// What only people and tools read.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "$schema",
    "$id",
    "$defs",
    "definitions",
];

/// Keys below which there is a schema for each name.
const BY_NAME: &[&str] = &["properties", "patternProperties", "dependentSchemas"];

/// Keys below which there are schemas in order.
const IN_ORDER: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keys below which there is one schema.
const ONE: &[&str] = &[
    "items",
    "additionalProperties",
    "propertyNames",
    "not",
    "contains",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Where a version of a derived value stands in a normal schema.
pub(super) const VERSION: &str = "version";

/// What a version of a derived value is called: asked with what its JSON Schema says of it.
pub(super) type NameOf<'a> = &'a mut dyn FnMut(&Value) -> String;

/// Makes schemas normal that refer to these definitions.
pub(super) struct Normaliser<'a> {
    definitions: &'a Map<String, Value>,
    version_of: NameOf<'a>,
    /// The definitions within which the schema stands, outermost first.
    open: Vec<String>,
    /// The hashes of definitions, those apart that hold themselves: there it depends on where one begins.
    known: BTreeMap<String, Value>,
}

impl<'a> Normaliser<'a> {
    pub(super) fn new(definitions: &'a Map<String, Value>, version_of: NameOf<'a>) -> Self {
        Self { definitions, version_of, open: Vec::new(), known: BTreeMap::new() }
    }

    /// The schema, normal. One that is a reference is what it refers to.
    pub(super) fn normal(&mut self, schema: &Value) -> Value {
        let referred = schema.get("$ref").and_then(Value::as_str).and_then(name);
        let alone = schema.as_object().is_some_and(|map| map.keys().all(|key| key == "$ref" || is_annotation(key)));
        match referred.filter(|_| alone) {
            Some(name) if !self.open.contains(&name) => self.within(&name),
            Some(_) | None => self.schema(schema),
        }
    }

    /// A definition's own schema.
    fn within(&mut self, name: &str) -> Value {
        let Some(schema) = self.definitions.get(name) else { return json!({ "$ref": name }) };
        self.open.push(name.to_owned());
        let normal = self.normal(schema);
        self.open.pop();
        normal
    }

    fn schema(&mut self, schema: &Value) -> Value {
        let Value::Object(map) = schema else {
            return if *schema == Value::Bool(true) { json!({}) } else { schema.clone() };
        };
        if let Some(version) = map.get(VERSION_OF) {
            return json!({ VERSION: (self.version_of)(version) });
        }
        let mut normal = Map::new();
        for (key, value) in map.iter().filter(|(key, _)| !is_annotation(key)) {
            normal.insert(key.clone(), self.value(key, value));
        }
        folded(normal)
    }

    fn value(&mut self, key: &str, value: &Value) -> Value {
        match value {
            Value::String(reference) if key == "$ref" => self.reference(reference),
            Value::Object(map) if BY_NAME.contains(&key) => {
                map.iter().map(|(name, schema)| (name.clone(), self.schema(schema))).collect()
            }
            Value::Array(schemas) if IN_ORDER.contains(&key) => {
                let mut schemas: Vec<Value> = schemas.iter().map(|schema| self.schema(schema)).collect();
                if key != "prefixItems" {
                    schemas.sort_by_cached_key(text);
                }
                schemas.into()
            }
            Value::Array(_) if matches!(key, "required" | "enum" | "type") => sorted(value.clone()),
            value if ONE.contains(&key) => self.schema(value),
            value => value.clone(),
        }
    }

    /// The hash of what is referred to; within itself, how many definitions further out it is.
    fn reference(&mut self, reference: &str) -> Value {
        let Some(name) = name(reference) else { return reference.into() };
        if let Some(known) = self.known.get(&name) {
            return known.clone();
        }
        if let Some(depth) = self.open.iter().rev().position(|open| *open == name) {
            return depth.into();
        }
        let normal = self.within(&name);
        // A version is told by its name, and what is short needs no hash.
        if let Some(version) = normal.get(VERSION) {
            return version.clone();
        }
        let hash: Value = Fingerprint::of(&text(&normal)).to_string().into();
        if self.open.is_empty() {
            self.known.insert(name, hash.clone());
        }
        hash
    }
}

/// The definition that a reference names.
fn name(reference: &str) -> Option<String> {
    let name = reference.strip_prefix("#/$defs/")?;
    // As schemars encodes it.
    let mut decoded = Vec::new();
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        decoded.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    Some(String::from_utf8(decoded).ok()?.replace("~1", "/").replace("~0", "~"))
}

fn is_annotation(key: &str) -> bool {
    ANNOTATIONS.contains(&key) || (key.starts_with("x-") && key != VERSION_OF)
}

/// `const` is an `enum` of one, a choice among texts is an `enum`, a choice among one is that one, and what asks for
/// nothing is not said.
fn folded(mut schema: Map<String, Value>) -> Value {
    if let Some(only) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([only]));
    }
    for key in ["required", "properties", "patternProperties"] {
        if schema.get(key).is_some_and(is_empty) {
            schema.remove(key);
        }
    }
    for key in ["oneOf", "anyOf"] {
        let texts = schema.get(key).and_then(Value::as_array).and_then(|choices| texts_of(choices));
        if let Some(texts) = texts.filter(|_| !schema.contains_key("enum")) {
            schema.remove(key);
            schema.insert("enum".to_owned(), sorted(texts.into()));
        }
    }
    let texts = |values: &Value| values.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    if schema.get("enum").is_some_and(texts) && schema.get("type").is_some_and(|kind| kind == "string") {
        schema.remove("type");
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let (1, Some(Value::Array(choices))) = (schema.len(), schema.get(key))
            && let [only] = &choices[..]
        {
            return only.clone();
        }
    }
    schema.into()
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// The texts that these schemas choose among, if they do nothing else.
fn texts_of(choices: &[Value]) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for choice in choices {
        let choice = choice.as_object().filter(|choice| choice.len() == 1)?;
        let texts = choice.get("enum")?.as_array().filter(|texts| texts.iter().all(Value::is_string))?;
        all.extend(texts.iter().cloned());
    }
    (!all.is_empty()).then_some(all)
}

fn sorted(values: Value) -> Value {
    let Value::Array(mut values) = values else { return values };
    values.sort_by_cached_key(text);
    values.dedup();
    values.into()
}

/// JSON in one line, objects sorted by key whatever a map of serde's does.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let members =
                sorted.into_iter().map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), text(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
