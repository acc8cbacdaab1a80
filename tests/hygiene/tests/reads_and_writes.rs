//! What was generated among shadows also works.

use factum::{Aggregate, Event, EventSet, Upcast};
use factum_hygiene::{derived, generated};

#[test]
fn every_version_is_read_and_written() {
    let fused = generated::Default::decode(1, 1, r#"{"default": 4294967295, "some": [2, 1]}"#).expect("version 1");
    let chain = generated::DefaultV1::decode(1, 1, r#"{"default": 4294967295, "some": [2, 1]}"#)
        .map(|old| generated::DefaultV2::upcast(old).and_then(generated::DefaultV3::upcast))
        .expect("version 1 as version 1")
        .expect("no step fails");
    assert_eq!(fused, chain);
    let encoded = fused.encode().expect("it can be written");
    assert_eq!(
        encoded.payload,
        r#"{"default":4294967295,"self_1":"text","some":[1,2],"from":{"a":{"iter":[1],"into":0.5,"at":"2024-02-29"}}}"#
    );
    assert_eq!(generated::Default::decode(3, 3, &encoded.payload).expect("version 3"), fused);
    assert_eq!(generated::BoxEvent::TYPES, ["core.Default", "core.From", "core.Iterator", "core.Ok"]);
}

#[test]
fn the_aggregate_decides() {
    let state = generated::Box::default();
    let command = generated::Some { str: generated::String::from("text".to_owned()) };
    let events = state.handle(command.into()).expect("it is decided");
    assert!(matches!(events.as_slice(), [generated::BoxEvent::Ok(event)] if event.string.to_string() == "text"));
    let rejection = state.handle(generated::Drop { drop: true }.into()).expect_err("it is refused");
    assert_eq!(rejection.to_string(), "some 1");
}

const FIRST: &str = r#"{"first":"Ada","last":"Lovelace","a":1,"b":2,"couple":{"c":3,"d":4},"arm":null,"payload":[{"core":1,"std":true,"vec":[1],"version":0.5,"type":{"any":2,"more":3}}]}"#;

#[test]
fn every_version_of_what_is_derived_is_read_and_written() {
    let fused = derived::Clone::decode(1, 1, FIRST).expect("version 1");
    let first = derived::CloneV1::decode(1, 1, FIRST).expect("version 1 as version 1");
    let chain = derived::CloneV2::upcast(first)
        .and_then(derived::CloneV3::upcast)
        .and_then(derived::CloneV4::upcast)
        .and_then(derived::CloneV5::upcast)
        .and_then(derived::CloneV6::upcast)
        .expect("no step fails");
    assert_eq!(fused, chain);
    let encoded = fused.encode().expect("it can be written");
    assert_eq!(
        encoded.payload,
        r#"{"serializer":"Ada","deserializer":"Lovelace","c":3,"d":4,"pair":{"a":1,"b":2},"arm":9,"payload":[{"core":1,"draft":true,"fields":7,"version":50,"old":null,"type":{"some":2,"more":3}}],"context":3,"event":"err","result":{"kind":"Err"},"factum":[1]}"#
    );
    assert_eq!(derived::Clone::decode(6, 6, &encoded.payload).expect("version 6"), fused);
}

#[test]
fn the_derived_aggregate_decides() {
    let types = ["Clone", "Drop", "Dup", "Fn", "From", "Iterator", "Nil"].map(|name| format!("hygiene.{name}"));
    assert_eq!(derived::Event::TYPES, types);
    let state = derived::Box::default();
    let events = state.handle(derived::Some(7).into()).expect("it is decided");
    assert_eq!(events, [derived::Event::Iterator(derived::Iterator { next: 7 })]);
    assert!(state.handle(derived::None.into()).is_err());
    let from = derived::Event::READERS.iter().find(|reader| reader.event_type == "hygiene.From").expect("listed");
    let read = (from.read)(1, 1, r#"{"next":5}"#).expect("it is read");
    assert_eq!(read.into_iter().count(), 2);
}
