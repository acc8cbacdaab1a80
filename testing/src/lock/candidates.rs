//! Values that a JSON Schema takes: few, simple, and the same in every release, since what a program makes of them is kept
//! in locks.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::normal::text;

/// How many values are made of one schema.
const MOST: usize = 24;

/// How deep schemas stand inside each other, and so how deep values are.
const DEEPEST: usize = 12;

/// Makes values of schemas that refer to these definitions.
pub(super) struct Candidates<'d> {
    definitions: &'d Map<String, Value>,
    /// The definitions within which a value stands. One may be there twice: a type may hold itself, and does so once, with
    /// no more in it than has to be there.
    open: Vec<&'d str>,
}

impl<'d> Candidates<'d> {
    pub(super) const fn new(definitions: &'d Map<String, Value>) -> Self {
        Self { definitions, open: Vec::new() }
    }

    /// Values that look as if the schema took them. Whether it does, a validator knows.
    pub(super) fn of(&mut self, schema: &'d Value) -> Vec<Value> {
        self.at(schema, 0)
    }

    fn at(&mut self, schema: &'d Value, depth: usize) -> Vec<Value> {
        let Value::Object(map) = schema else {
            return if *schema == Value::Bool(false) { Vec::new() } else { anything() };
        };
        let all = if depth > DEEPEST {
            Vec::new()
        } else if let Some(only) = map.get("const") {
            vec![only.clone()]
        } else if let Some(Value::Array(values)) = map.get("enum") {
            let mut values = values.clone();
            values.sort_by_cached_key(text);
            values
        } else {
            self.choices(map, depth)
        };
        let mut kept: Vec<Value> = Vec::new();
        for value in all {
            if kept.len() < MOST && !kept.contains(&value) {
                kept.push(value);
            }
        }
        kept
    }

    /// What a schema's own keys ask for, together with each of what it chooses among.
    fn choices(&mut self, map: &'d Map<String, Value>, depth: usize) -> Vec<Value> {
        let mut all = self.own(map, depth);
        if let Some(Value::Array(parts)) = map.get("allOf") {
            for part in parts {
                let part = self.at(part, depth + 1);
                all = combined(&all, &part);
            }
        }
        if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
            let referred = self.referred(reference, depth);
            all = combined(&all, &referred);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(choices)) = map.get(key) {
                let mut found: Vec<Vec<Value>> = choices.iter().map(|choice| self.at(choice, depth + 1)).collect();
                // In which order they are declared is nobody's concern, and what goes on without end comes last.
                found.sort_by_cached_key(|values| values.first().map(text));
                all = combined(&all, &one_of_each_first(&found));
            }
        }
        let asks = ["$ref", "oneOf", "anyOf", "allOf", "type", "properties"].iter().any(|key| map.contains_key(*key));
        if all.is_empty() && !asks { anything() } else { all }
    }

    fn referred(&mut self, reference: &'d str, depth: usize) -> Vec<Value> {
        let name = reference.strip_prefix("#/$defs/").unwrap_or(reference);
        let within = self.open.iter().filter(|open| **open == name).count();
        let Some(schema) = self.definitions.get(name).filter(|_| within < 2) else { return Vec::new() };
        self.open.push(name);
        let all = self.at(schema, depth + 1);
        self.open.pop();
        all
    }

    /// Whether a definition stands within itself.
    fn is_lean(&self) -> bool {
        self.open.last().is_some_and(|last| self.open.iter().filter(|open| *open == last).count() > 1)
    }

    /// What is said of the type; nothing where no type is said.
    fn own(&mut self, map: &'d Map<String, Value>, depth: usize) -> Vec<Value> {
        let kinds: Vec<&str> = match map.get("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ if map.contains_key("properties") => vec!["object"],
            _ => Vec::new(),
        };
        let found: Vec<Vec<Value>> = kinds.into_iter().map(|kind| self.of_kind(kind, map, depth)).collect();
        one_of_each_first(&found)
    }

    fn of_kind(&mut self, kind: &str, map: &'d Map<String, Value>, depth: usize) -> Vec<Value> {
        match kind {
            "null" => vec![Value::Null],
            "boolean" => vec![true.into(), false.into()],
            "integer" => integers(map),
            "number" => numbers(map),
            "string" => texts(map),
            "array" => self.arrays(map, depth),
            "object" => self.objects(map, depth),
            _ => Vec::new(),
        }
    }

    /// A set has one element: nobody knows in which order it is written.
    fn arrays(&mut self, map: &'d Map<String, Value>, depth: usize) -> Vec<Value> {
        if let Some(Value::Array(places)) = map.get("prefixItems") {
            let whole: Option<Vec<Value>> =
                places.iter().map(|place| self.at(place, depth + 1).into_iter().next()).collect();
            return whole.map(Value::Array).into_iter().collect();
        }
        let size = |key: &str| map.get(key).and_then(Value::as_u64).and_then(|size| usize::try_from(size).ok());
        let (least, most) = (size("minItems").unwrap_or(0), size("maxItems").unwrap_or(usize::MAX));
        if self.is_lean() && least == 0 {
            return vec![json!([])];
        }
        let elements = map.get("items").map_or_else(anything, |items| self.at(items, depth + 1));
        let unique = map.get("uniqueItems") == Some(&Value::Bool(true));
        let some = |count: usize| -> Option<Value> {
            let count = count.max(least).min(most);
            let known = count == 0 || (!elements.is_empty() && (!unique || count <= elements.len()));
            known.then(|| elements.iter().cycle().take(count).cloned().collect())
        };
        let each = elements.iter().filter(|_| least <= 1 && most >= 1).map(|element| json!([element]));
        let counts = if unique { [some(1), some(0)] } else { [some(2), some(0)] };
        counts.into_iter().flatten().chain(each).collect()
    }

    /// All members, only those that have to be there, and then each value of each member.
    fn objects(&mut self, map: &'d Map<String, Value>, depth: usize) -> Vec<Value> {
        let required: Vec<&str> =
            map.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties: BTreeMap<&String, &Value> =
            map.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
        let lean = self.is_lean();
        let mut members: Vec<(&String, Vec<Value>)> = Vec::new();
        for (name, schema) in properties {
            if !lean || required.contains(&name.as_str()) {
                members.push((name, self.at(schema, depth + 1)));
            }
        }
        let whole: Map<String, Value> =
            members.iter().filter_map(|(name, values)| Some(((*name).clone(), values.first()?.clone()))).collect();
        let with = |name: &str, value: &Value| {
            let mut varied = whole.clone();
            varied.insert(name.to_owned(), value.clone());
            Value::Object(varied)
        };
        let least = whole.iter().filter(|(name, _)| required.contains(&name.as_str()));
        let least: Map<String, Value> = least.map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut all = Vec::new();
        if let Some(more) = map.get("additionalProperties").filter(|more| more.is_object() && !lean) {
            all.extend(self.at(more, depth + 1).iter().map(|value| with("key", value)));
        }
        all.extend([Value::Object(whole.clone()), least.into()]);
        for (name, values) in &members {
            all.extend(values.iter().skip(1).map(|value| with(name, value)));
        }
        all
    }
}

/// Each value of the one with each of the other, where both are objects; where one says nothing, the other.
fn combined(some: &[Value], others: &[Value]) -> Vec<Value> {
    if some.is_empty() {
        return others.to_vec();
    }
    let mut all = Vec::new();
    for other in others {
        for value in some {
            all.push(match (value, other) {
                (Value::Object(value), Value::Object(other)) => {
                    value.iter().chain(other).map(|(key, value)| (key.clone(), value.clone())).collect()
                }
                (_, other) => other.clone(),
            });
        }
    }
    if all.is_empty() { some.to_vec() } else { all }
}

/// The first of each, then the second of each: what is cut off leaves each of them something.
fn one_of_each_first(found: &[Vec<Value>]) -> Vec<Value> {
    let longest = found.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|index| found.iter().filter_map(move |values| values.get(index))).cloned().collect()
}

fn anything() -> Vec<Value> {
    vec!["text".into(), 7.into(), json!({ "key": [true, null] }), json!([])]
}

fn integers(map: &Map<String, Value>) -> Vec<Value> {
    let bound = |key: &str| map.get(key).filter(|bound| bound.is_i64() || bound.is_u64()).cloned();
    let (low, high): (Value, Value) = match map.get("format").and_then(Value::as_str) {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("int64" | "int" | "int128") => (i64::MIN.into(), i64::MAX.into()),
        Some("uint8") => (0.into(), u8::MAX.into()),
        Some("uint16") => (0.into(), u16::MAX.into()),
        Some("uint32") => (0.into(), u32::MAX.into()),
        Some("uint64" | "uint" | "uint128") => (0.into(), u64::MAX.into()),
        _ => ((-7).into(), 120.into()),
    };
    let (low, high) = (bound("minimum").unwrap_or(low), bound("maximum").unwrap_or(high));
    let within =
        |value: &i64| low.as_i64().is_none_or(|low| low <= *value) && high.as_i64().is_none_or(|high| *value <= high);
    let middle: Vec<Value> = [7, 1, 0].into_iter().filter(within).map(Value::from).collect();
    middle.into_iter().chain([low.clone(), high.clone()]).collect()
}

fn numbers(map: &Map<String, Value>) -> Vec<Value> {
    let bounds = ["minimum", "maximum"].into_iter().filter_map(|key| map.get(key).cloned());
    let usual = [json!(1.5), json!(0.0), json!(-2.25)];
    usual.into_iter().chain(bounds).collect()
}

/// Texts of a format, or any.
fn texts(map: &Map<String, Value>) -> Vec<Value> {
    let of_format: &[&str] = match map.get("format").and_then(Value::as_str) {
        Some("uuid") => &["67e55044-10b1-426f-9247-bb680e5fe0c8", "00000000-0000-0000-0000-000000000000"],
        Some("date-time") => &["2026-02-01T09:30:00Z", "1970-01-01T00:00:00Z"],
        Some("date") => &["2026-02-01", "1970-01-01"],
        Some("time") => &["09:30:00Z"],
        Some("partial-time") => &["09:30:00"],
        Some("partial-date-time") => &["2026-02-01T09:30:00"],
        Some("duration") => &["PT1H30M", "PT0S"],
        Some("email" | "idn-email") => &["ada@example.com"],
        Some("hostname" | "idn-hostname") => &["example.com"],
        Some("ipv4" | "ip") => &["192.0.2.1"],
        Some("ipv6") => &["2001:db8::1"],
        Some("uri" | "iri" | "uri-reference" | "iri-reference") => &["https://example.com/"],
        _ => &[],
    };
    if !of_format.is_empty() {
        return of_format.iter().map(|text| (*text).into()).collect();
    }
    let length = |key: &str| map.get(key).and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
    let (least, most) = (length("minLength").unwrap_or(0), length("maxLength").unwrap_or(usize::MAX));
    let decimal = ["1", "-12.50", "0"].into_iter().filter(|_| map.contains_key("pattern"));
    let texts = ["text", "", "\u{fc}n\u{ee} \"q\"\\\n", "A"].into_iter().chain(decimal);
    let fitting = texts.map(|text| {
        let short = text.chars().count().min(most);
        text.chars().chain("a".chars().cycle()).take(short.max(least.min(1_000))).collect::<String>()
    });
    fitting.map(Value::from).collect()
}
