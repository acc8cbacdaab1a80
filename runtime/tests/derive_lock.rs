//! What derived items tell the lock test of themselves.
#![cfg(all(feature = "derive", feature = "lock"))]
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use factum::lock::{LockedSet as _, VERSION_OF};
use factum::schemars::{JsonSchema, Schema, SchemaGenerator};
use factum::{Event, EventSet, Upcast, UpcastError, Value};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Code(u8);

// By hand, as a derive of schemars' would do it: it is no dependency here.
impl JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        u8::json_schema(generator)
    }
}

/// It has no JSON Schema, and nobody asks for one until the set is locked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unknown;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing")]
struct Seen {
    what: Unknown,
}

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
struct Money {
    #[value(retyped(2, f64, via = scale(100)))]
    amount: i64,
    #[value(added(2), default = Code(7))]
    code: Code,
    #[value(added(2))]
    change: Option<Box<Money>>,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 3, upcast(3, by_hand))]
struct Paid {
    #[event(retyped(2, Vec<MoneyV1>))]
    parts: Vec<Money>,
    #[event(added(3))]
    count: u32,
}

impl Upcast<PaidV2> for PaidV3 {
    fn upcast(old: PaidV2) -> Result<Self, UpcastError> {
        if old.parts.len() > 1 {
            return Err(UpcastError::new("only one"));
        }
        Ok(Self { count: 7, parts: old.parts })
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
enum BillingEvent {
    Paid(Paid),
}

#[test]
fn an_event_says_its_schema_its_types_and_what_its_code_does() {
    let [paid] = &BillingEvent::events()[..] else { panic!("one event") };
    assert_eq!((BillingEvent::NAME, paid.event_type), ("BillingEvent", "billing.Paid"));
    let fields = r#"fields: {"parts": {type: "list<Rust0>", retyped: {2: {from: "list<Rust1>"}}}, "count": {type: "u32", added: 3}}"#;
    let expected = format!(
        r#"{{factum: 1, context: "billing", events: {{"Paid": {{version: 3, {fields}, upcast: {{3: by_hand}}}}}}}}"#
    );
    assert_eq!(paid.schema, expected);
    let mut generator = SchemaGenerator::default();
    let types = (paid.types)(&mut generator);
    assert_eq!(types.iter().map(|(spelling, _)| *spelling).collect::<Vec<_>>(), ["Money", "MoneyV1"]);
    let step = paid.code[2].step.unwrap();
    let outputs = [r#"{"parts":[]}"#, r#"{"parts":[{"amount":5,"code":1},{"amount":6,"code":1}]}"#, "{}"].map(step);
    let outputs = outputs.map(|output| output.map_err(|fault| fault.to_string()));
    assert_eq!(outputs[0].as_deref(), Ok(r#"{"parts":[],"count":7}"#));
    assert_eq!(outputs[1].as_ref().unwrap_err(), "upcast: only one");
    assert!(outputs[2].as_ref().unwrap_err().starts_with("it is not read: "), "{outputs:?}");
    let rewritten = (paid.code[0].rewrite)(r#"{"parts":[{"amount":0.50}]}"#);
    assert_eq!(rewritten.unwrap(), r#"{"parts":[{"amount":0.5}]}"#);
}

#[test]
fn a_value_has_a_json_schema_that_says_what_it_is_a_version_of() {
    let mut generator = SchemaGenerator::default();
    let _ = generator.subschema_for::<Vec<MoneyV1>>();
    let _ = generator.subschema_for::<Money>();
    let money = &generator.definitions()["Money"];
    assert_eq!(money["properties"]["code"]["$ref"], "#/$defs/Code");
    assert_eq!(money["properties"]["change"]["anyOf"][0]["$ref"], "#/$defs/Money");
    assert_eq!(money[VERSION_OF]["version"], 2);
    let old = &generator.definitions()["MoneyV1"];
    assert_eq!(old["properties"]["amount"]["type"], "number");
    assert_eq!((&old[VERSION_OF]["version"], &old[VERSION_OF]["schema"]), (&1.into(), &money[VERSION_OF]["schema"]));
    assert_eq!(old[VERSION_OF]["types"][0]["rust"], "Code");
}
