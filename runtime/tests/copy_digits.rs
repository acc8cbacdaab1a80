//! Numbers of `json` fields in a copy: they keep digits that no 64-bit number has.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use factum::copy::{copy, verify};
use factum::store::FeedQuery;
use factum::store::conformance::block_on;
use factum::{
    Event, EventSet, EventStore, EventStoreExt, ExpectedVersion, Json, MemoryStore, NewEvent, Upcast, UpcastError,
};
use proptest::prelude::*;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "lab", version = 2)]
struct Measured {
    #[event(renamed(2, "raw"))]
    data: Json,
    factor: f64,
    more: Vec<Json>,
}

/// What became of the first measurement is decided by hand.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "lab", version = 2, upcast(2, by_hand))]
struct Weighed {
    #[event(added(2))]
    double: f64,
    raw: Json,
}

impl Upcast<WeighedV1> for WeighedV2 {
    fn upcast(old: WeighedV1) -> Result<Self, UpcastError> {
        let double = old.raw["grams"].as_f64().unwrap_or(0.0) * 2.0;
        Ok(Self { double, raw: old.raw })
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
enum LabEvent {
    Measured(Measured),
    Weighed(Weighed),
}

/// What a stored payload is in a copy.
fn copied(event_type: &'static str, payload: String) -> String {
    let (old, new) = (MemoryStore::new(), MemoryStore::new());
    block_on(async {
        let event = NewEvent::new(event_type, 1, payload);
        let stream = "lab.Bench-1".parse().unwrap();
        old.append_events(&stream, ExpectedVersion::None, vec![event]).await.unwrap();
        let copied = copy::<LabEvent, _, _>(&old, &new, |_| ()).await.unwrap();
        verify::<LabEvent, _, _>(&old, &new, copied.position).await.unwrap();
        let page = new.read_all(FeedQuery::default()).await.unwrap();
        page.get(0).unwrap().payload.to_owned()
    })
}

#[test]
fn numbers_keep_their_digits() {
    let raw = r#"{"a":3.14159265358979323846264338327950288,"b":[123456789012345678901234567890,-0.1e1]}"#;
    let stored = format!(r#"{{"factor":0.5,"raw":{raw},"more":[0.10000000000000000001,0.10000000000000000002,0.1]}}"#);
    let due = format!(r#"{{"data":{raw},"factor":0.5,"more":[0.10000000000000000001,0.10000000000000000002,0.1]}}"#);
    assert_eq!(copied("lab.Measured", stored), due);
}

/// A step that makes something of the number has seen it as a double, and what it has made stays.
#[test]
fn a_step_by_hand_has_what_it_has_made() {
    let stored = r#"{"raw":{"grams":0.30000000000000000001,"unit":1e2}}"#;
    assert_eq!(copied("lab.Weighed", stored.to_owned()), r#"{"double":0.6,"raw":{"grams":0.3,"unit":100.0}}"#);
    let stored = r#"{"raw":{"kilograms":0.30000000000000000001,"unit":1e2}}"#;
    let due = r#"{"double":0.0,"raw":{"kilograms":0.30000000000000000001,"unit":1e2}}"#;
    assert_eq!(copied("lab.Weighed", stored.to_owned()), due);
}

/// Any JSON, as its text.
fn json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?";
    // Few of them, so that the same double comes in several spellings.
    let close = "0\\.3(0{15,20}[1-9])?";
    let text = "[a-z0-9\"\\\\ .-]{0,8}".prop_map(|text| serde_json::to_string(&text).unwrap());
    let leaf = prop_oneof![number, close, text, Just("null".to_owned()), Just("true".to_owned())];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            // As `Json` writes it: each key once, in their order.
            prop::collection::btree_map("[a-z0-9]{0,3}", inner, 0..5).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_was_stored_is_copied_digit_by_digit(
        raw in json(),
        more in prop::collection::vec(json(), 0..4),
        factor in any::<f64>().prop_filter("finite", |factor| factor.is_finite()),
    ) {
        let (more, factor) = (more.join(","), serde_json::to_string(&factor).unwrap());
        let stored = format!(r#"{{"raw":{raw},"factor":{factor},"more":[{more}]}}"#);
        let due = format!(r#"{{"data":{raw},"factor":{factor},"more":[{more}]}}"#);
        prop_assert_eq!(copied("lab.Measured", stored), due);
    }
}
