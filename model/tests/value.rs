//! Stored payloads, read without generated code.
#![cfg(all(feature = "json", feature = "render", feature = "yaml"))]
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use std::fs;
use std::path::Path;

use factum_model::schema::{EventId, Schema};
use factum_model::value::{self, Fault};
use factum_model::{Sources, check, render};
use proptest::prelude::*;

fn schema_of(text: &str) -> Schema {
    let mut sources = Sources::new();
    sources.add("schema.yaml", text.as_bytes().to_vec());
    let outcome = check(&mut sources);
    let problems = render(&outcome.diagnostics, &sources, false);
    outcome.checked.unwrap_or_else(|| panic!("{problems}")).schema().clone()
}

fn accepted(name: &str) -> Schema {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accepted");
    schema_of(&fs::read_to_string(folder.join(name)).unwrap())
}

/// What a payload of the event's version is read as, written again.
fn read(schema: &Schema, event: &str, version: u32, payload: &str) -> Result<Vec<String>, Fault> {
    let id = schema.events.iter().position(|known| known.name.value == event).unwrap();
    let events = value::read(schema, EventId(u32::try_from(id).unwrap()), version, payload)?;
    let name = |event: &value::Event| schema.events[event.event.0 as usize].name.value.clone();
    Ok(events.iter().map(|event| format!("{} {}", name(event), value::written(schema, event))).collect())
}

/// An event of one field `a` in version 1 and 2.
fn field(line: &str, payload: &str) -> Result<String, Fault> {
    let types = "types:\n  Text: { newtype: string }\n  Channel: { version: 2, enum: { web: , phone: { renamed: { 2: tel } }, fax: { removed: 2, becomes: phone }, other: { fallback: true } } }\n  Pay: { version: 2, union: { Card: { last4: { type: u32, retyped: { 2: u8 } } }, Cash: { removed: 2, becomes: Card, fields: { last4: u32 } } } }\n";
    let text = format!("factum: 1\ncontext: c\nevents: {{ E: {{ version: 2, fields: {{ a: {line} }} }} }}\n{types}");
    let found = read(&schema_of(&text), "E", 1, &format!("{{\"a\":{payload}}}"))?.remove(0);
    Ok(found.strip_prefix("E {\"a\":").and_then(|rest| rest.strip_suffix('}')).unwrap().to_owned())
}

fn converted(line: &str, payload: &str) -> String {
    field(line, payload).unwrap_or_else(|fault| format!("{fault:?}"))
}

const NOW: &str = r#"{"reservation":"67e55044-10b1-426f-9247-bb680e5fe0c8","quantity":3,"price":1999,"cost":{"amount":150,"currency":"EUR"},"costs":{"a":[null,{"amount":1,"currency":"USD"}]},"channel":"partner","note":null,"given":"Ada","family":"King Lovelace","town":{"zip":"W1"},"tag":["x"],"at":"1970-01-01T00:00:01.5Z","code":"7","digits":12,"limit":7,"shares":{"67e55044-10b1-426f-9247-bb680e5fe0c8":"1.50"}}"#;

#[test]
fn an_event_goes_through_its_steps() {
    let schema = accepted("steps.yaml");
    let read_7 = read(&schema, "SeatsReserved", 7, NOW).unwrap().remove(0);
    assert!(read_7.contains(r#""zip":"W1""#) && !read_7.contains("town"), "{read_7}");
    let sixth = NOW
        .replace(r#""tag":["x"]"#, r#""tag":"x""#)
        .replace(r#""at":"1970-01-01T00:00:01.5Z""#, r#""at":1500"#)
        .replace(r#""code":"7""#, r#""code":7"#)
        .replace(r#""digits":12"#, r#""digits":"12""#)
        .replace(r#""limit":7"#, r#""limit":null"#)
        .replace("1.50", "1.5");
    assert_eq!(read(&schema, "SeatsReserved", 6, &sixth).unwrap(), [read_7]);
    let first = r#"{"reservation":"67e55044-10b1-426f-9247-bb680e5fe0c8","seats":3,"price":19.99,"cost":{"amount":1.5},"costs":{},"clerk":"","first":"Ada","last":"King","city":"London","street":"x","tag":"x","at":0,"code":7,"digits":"12","shares":{}}"#;
    let by_hand = read(&schema, "SeatsReserved", 1, first);
    assert_eq!(by_hand, Err(Fault::ByHand(EventId(0), 6)));
    let split = read(&schema, "SeatsReserved", 1, &first.replace("\"last\":\"King\",", ""));
    assert!(matches!(split, Err(Fault::Upcast(_))), "the joined name has one part, and is split in two later");
    let unread = read(&schema, "SeatsReserved", 1, &first.replace("\"clerk\":\"\",", ""));
    assert!(matches!(unread, Err(Fault::Payload(_))), "a removed field is still checked");
    assert_eq!(read(&schema, "SeatsReserved", 9, "{}"), Err(Fault::UnknownVersion));
}

#[test]
fn an_ended_event_is_read_as_what_it_became() {
    let schema = accepted("steps.yaml");
    let sold = read(&schema, "Sold", 1, r#"{"seat":1,"price":250,"old":true}"#).unwrap();
    assert_eq!(sold, [r#"Held {"seat":1,"note":null}"#, r#"Paid {"price":"2.50","paid":null}"#]);
    assert_eq!(read(&schema, "Retired", 1, r#"{"a":1}"#).unwrap(), [r#"Retired {"a":1}"#]);
    assert_eq!(read(&schema, "Forgotten", 1, r#"{"a":1}"#).unwrap(), [""; 0]);
    assert!(matches!(read(&schema, "Forgotten", 1, "{}"), Err(Fault::Payload(_))));
    assert!(matches!(read(&schema, "Split", 1, "{}"), Err(Fault::ByHand(_, 2))));
}

#[test]
fn declared_types_take_their_own_steps() {
    assert_eq!(converted("{ type: Channel, retyped: { 2: Channel@1 } }", "\"tel\""), "\"phone\"");
    assert_eq!(converted("{ type: Channel, retyped: { 2: Channel@1 } }", "\"fax\""), "\"phone\"");
    assert_eq!(converted("{ type: Channel, retyped: { 2: Channel@1 } }", "\"odd\""), "\"odd\"");
    let equal = field("{ type: set<Channel>, retyped: { 2: set<Channel@1> } }", "[\"tel\", \"fax\", \"tel\"]");
    assert!(matches!(equal, Err(Fault::Upcast(_))), "{equal:?}");
    let pay = "{ type: \"list<Pay?>\", retyped: { 2: \"list<Pay@1?>\" } }";
    let read = converted(pay, r#"[{"last4":1,"kind":"Card"},null,{"kind":"Cash","last4":300}]"#);
    assert_eq!(read, r#"[{"kind":"Card","last4":1},null,{"kind":"Card","last4":300}]"#);
    assert!(matches!(field(pay, r#"[{"last4":300,"kind":"Card"}]"#), Err(Fault::Payload(_))), "it was an u8");
}

#[test]
fn conversions_are_exact_or_fail() {
    let scale = |from: &str, to: &str, factor: &str, payload: &str| {
        converted(&format!("{{ type: {to}, retyped: {{ 2: {{ from: {from}, via: scale({factor}) }} }} }}"), payload)
    };
    assert_eq!(scale("f64", "i64", "100", "19.99"), "1999");
    assert_eq!(scale("f64", "i64", "100", "1.005"), "100", "half to even");
    assert_eq!(scale("f64", "i64", "100", "1.015"), "102");
    assert_eq!(scale("f64", "i64", "100", "-0.125"), "-12");
    assert_eq!(scale("f64", "i64", "1", "1e-320"), "0");
    assert_eq!(scale("f32", "u32", "10", "0.1"), "1");
    assert_eq!(scale("i64", "decimal(2)", "0.01", "1999"), "\"19.99\"");
    assert_eq!(scale("i64", "f64", "0.01", "1999"), "19.99");
    assert!(scale("decimal", "i64", "100", "\"19.995\"").starts_with("Upcast"));
    assert!(scale("f64", "u8", "100", "2.56").starts_with("Upcast"));
    assert!(scale("f64", "i64", "100", "1e300").starts_with("Upcast"));
    assert_eq!(converted("{ type: f64, retyped: { 2: f32 } }", "0.1"), "0.10000000149011612");
    assert_eq!(converted("{ type: f32, retyped: { 2: { from: f32?, via: or(0.1) } } }", "null"), "0.1");
    assert_eq!(converted("{ type: string, retyped: { 2: { from: f32, via: to_string } } }", "1e20"), "\"1e+20\"");
    let parse = |to: &str, text: &str| {
        converted(&format!("{{ type: {to}, retyped: {{ 2: {{ from: string, via: parse }} }} }}"), text)
    };
    assert_eq!(parse("u8", "\"12\""), "12");
    assert!(parse("u8", "\"+12\"").starts_with("Upcast") && parse("u8", "\"012\"").starts_with("Upcast"));
    assert!(parse("f64", "\" 1\"").starts_with("Upcast") && parse("bool", "\"True\"").starts_with("Upcast"));
    assert_eq!(parse("date", "\"2026-02-28\""), "\"2026-02-28\"");
    let epoch = "{ type: i64, retyped: { 2: { from: timestamp, via: epoch_seconds } } }";
    assert_eq!(converted(epoch, "\"1969-12-31T23:59:59Z\""), "-1");
    assert!(converted(epoch, "\"1969-12-31T23:59:59.5Z\"").starts_with("Upcast"));
}

/// Exactly what a version stored is read, no more and no less.
#[test]
fn payloads_are_read_strictly() {
    let keep = "{ type: T, removed: 2 }, b: { type: u8, added: 2, default: 1 }";
    let reads = |ty: &str, payload: &str| {
        let text = format!(
            "factum: 1\ncontext: c\nevents: {{ E: {{ version: 2, fields: {{ a: {} }} }} }}\n",
            keep.replace('T', &format!("\"{ty}\""))
        );
        read(&schema_of(&text), "E", 1, payload).is_ok()
    };
    for (ty, good) in [
        ("u8", "{\"a\": 255, \"x\": [{}]}"),
        ("u8", "[255]"),
        ("f32", "{\"a\":1e30}"),
        ("u8?", "{}"),
        ("map<u8, bool>", "{\"a\":{\"1\":true,\"1\":false}}"),
        ("set<u8>", "{\"a\":[2,1,2]}"),
        ("json", "{\"a\":null}"),
        ("bytes", "{\"a\":\"AQI=\"}"),
    ] {
        assert!(reads(ty, good), "{ty}: {good}");
    }
    for (ty, bad) in [
        ("u8", "{\"a\": 256}"),
        ("u8", "{\"a\": 1.0}"),
        ("u8", "{\"a\": 1, \"a\": 1}"),
        ("u8", "{\"a\": 1} x"),
        ("u8", "{}"),
        ("u8", "{\"a\": null}"),
        ("u8", "[1, 2]"),
        ("f32", "{\"a\":1e39}"),
        ("map<u8, bool>", "{\"a\":{\" 1\":true}}"),
        ("timestamp", "{\"a\":\"2026-01-01T00:00:00+01:00\"}"),
        ("timestamp", "{\"a\":\"2026-01-01T00:00:00.0000001Z\"}"),
        ("duration", "{\"a\":\"P1DT1H\"}"),
        ("decimal(2)", "{\"a\":\"1.005\"}"),
        ("bytes", "{\"a\":\"AQI\"}"),
        ("date", "{\"a\":\"20260101\"}"),
    ] {
        assert!(!reads(ty, bad), "{ty}: {bad}");
    }
}

/// Any JSON that a `json` field may hold, as somebody may have written it.
fn any_json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?";
    let leaf = prop_oneof![number, "\"[a-z\u{e9} ]{0,5}\"", Just("null".to_owned()), Just("\"\\u00e9\"".to_owned())];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec(("[a-c]", inner), 0..4).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    /// Whatever steps the event goes through, and wherever the field stands.
    #[test]
    fn what_a_json_field_holds_is_carried_over_as_it_was_stored(texts in prop::collection::vec(any_json(), 3)) {
        let fields = "{ b: { type: json, renamed: { 2: any } }, list: list<json>, in: Held, new: { type: u8, added: 2, default: 7 } }";
        let types = "types: { Held: { fields: { any: json } } }";
        let schema = schema_of(&format!("factum: 1\ncontext: c\nevents: {{ E: {{ version: 2, fields: {fields} }} }}\n{types}\n"));
        let payload = |first: &str, last: &str| {
            let [a, b, c] = &texts[..] else { panic!("three") };
            format!(r#"{{"{first}":{a},"list":[{b},{b}],"in":{{"any":{c}}}{last}}}"#)
        };
        let read = value::read(&schema, EventId(0), 1, &payload("any", "")).unwrap().remove(0);
        prop_assert_eq!(value::carried_over(&schema, &read), payload("b", r#","new":7"#));
        // factum's own writer goes through doubles.
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        prop_assert_eq!(parsed(&value::written(&schema, &read)), parsed(&payload("b", r#","new":7"#)));
    }
}
