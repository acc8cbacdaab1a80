//! What was generated among shadows also works.

use factum::{Aggregate, Event, EventSet, Upcast};
use factum_hygiene::generated;

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
