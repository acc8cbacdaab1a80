//! Other Rust types in the place of the builtins' own. That they change nothing of what is stored and of what can be read
//! is seen with all other generated code: the agreement tests know of no mapping.

use factum::{Aggregate as _, DecodeFault, EncodeError, Event as _, Uuid};
use factum_tests::chosen;
use factum_tests::golden::mapped::{Moment, Parcel, Sent, Stop, TooLate};

use factum_tests::version::each_version;

use crate::support::samples;

const SOMEBODY: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[test]
fn fields_have_the_chosen_types() {
    let parcel = Parcel::default();
    let stop: &Stop = parcel.stops.first().expect("the schema says so");
    let Moment(at): &Moment = &stop.at;
    let _: (&chrono::DateTime<chrono::Utc>, &time::Duration) = (at, &stop.wait);
    assert_eq!(at.timestamp(), 1_769_860_800);
    assert_eq!(stop.wait, time::Duration::minutes(5));
    let _: fn(&Sent) -> (&Vec<u8>, &String, time::Date) = |event| (&event.label, &event.fee, event.day);
    // What streams are named after stays the builtin's own type.
    assert_eq!(Parcel::NAME, "Parcel");
}

#[test]
fn people_see_the_builtins_text() {
    let at = chrono::DateTime::from_timestamp_micros(1_769_860_800_250_000).expect("a moment");
    let sender = serde_json::from_str(&format!("{SOMEBODY:?}")).expect("an id");
    let text = TooLate { at, sender, closed: Moment(at) }.to_string();
    assert_eq!(text, format!("sent at 2026-01-31T12:00:00.25Z, but {SOMEBODY} closed at 2026-01-31T12:00:00.25Z"));
}

#[test]
fn a_value_that_the_type_does_not_hold_is_an_upcast_error() {
    let payload = |to: &str| format!(r#"{{"price":{{"cents":1,"way":"card"}},"to":"{to}","how":"cash"}}"#);
    chosen::read(2, &payload(SOMEBODY)).expect("somebody");
    let nil = payload(&Uuid::nil().to_string());
    for outcome in [chosen::read(2, &nil), chosen::read(1, &nil), chosen::read_by_chain(&nil)] {
        let fault = outcome.expect_err("nobody");
        assert!(matches!(&fault, DecodeFault::Upcast(error) if error.to_string().contains("nobody has")), "{fault:?}");
    }
    let fault = chosen::read(2, &payload("x")).expect_err("no id");
    assert!(matches!(fault, DecodeFault::Payload(_)), "{fault:?}");
}

#[test]
fn a_value_that_the_builtin_does_not_hold_is_not_stored() {
    chosen::written(Uuid::max()).expect("somebody");
    let error = chosen::written(Uuid::nil()).expect_err("nobody");
    assert!(
        matches!(&error, EncodeError::NotRepresentable { event_type: "sales.Sold", reason } if reason.contains("nobody")),
        "{error:?}"
    );
}

#[test]
fn what_is_stored_fits_its_json_schema() {
    let (mut schemas, mut payloads) = (0, 0);
    each_version(|version| {
        let this = version.this();
        let Some(json_schema) = this.json_schema else { return };
        let schema = json_schema();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a JSON Schema");
        schemas += 1;
        for seed in 0..samples() {
            let sample = version.sample(seed).to_string();
            // As this version's own struct writes it.
            let Ok(value) = (this.read)(this.number, this.readable_from, &sample) else { continue };
            payloads += 1;
            let instance = serde_json::from_str(&value.payload).expect("it was written");
            if let Err(error) = validator.validate(&instance) {
                panic!("{}: {error}\n{}\n{schema:#}", version.place(), value.payload);
            }
        }
        // It says something: an empty object is no event with fields, and a number is none at all.
        assert!(!validator.is_valid(&serde_json::json!(7)), "{}", version.place());
        let is_empty = serde_json::json!({});
        let reads_empty = (this.read)(this.number, this.readable_from, "{}").is_ok();
        assert_eq!(validator.is_valid(&is_empty), reads_empty, "{}", version.place());
    });
    assert!(schemas > 20 && payloads > 400, "hardly anything was tried: {schemas} schemas, {payloads} payloads");
    println!("{schemas} JSON Schemas, {payloads} payloads");
}

#[test]
fn a_json_schema_refuses_what_the_reader_refuses() {
    let schema = factum::json_schema::document::<Sent>();
    let validator = jsonschema::validator_for(schema.as_value()).expect("a JSON Schema");
    let event: Sent = serde_json::from_str(SENT).expect("an event");
    assert_eq!(event.encode().expect("it can be stored").payload, SENT);
    let right: serde_json::Value = serde_json::from_str(SENT).expect("JSON");
    validator.validate(&right).expect("it is as written");
    for (field, wrong) in [
        ("at", serde_json::json!("2026-01-31T13:00:00+01:00")),
        ("at", serde_json::json!("2026-01-31T12:00:00.1234567Z")),
        ("day", serde_json::json!("31.1.2026")),
        ("took", serde_json::json!("P1D")),
        ("fee", serde_json::json!("1.234")),
        ("fee", serde_json::json!(1.5)),
        ("by", serde_json::json!([SOMEBODY, SOMEBODY])),
        ("how", serde_json::json!({ "kind": "Pigeon" })),
        ("place", serde_json::json!({ "street": "x" })),
    ] {
        let mut instance = right.clone();
        instance[field] = wrong;
        assert!(!validator.is_valid(&instance), "{field}: {}", instance[field]);
        let read = serde_json::from_value::<Sent>(instance);
        // Of an element that is written twice the reader keeps one.
        assert_eq!(read.is_err(), field != "by", "{field}: {read:?}");
    }
}

#[test]
fn descriptions_are_the_docs() {
    let schema = factum::json_schema::document::<Sent>().to_value();
    assert_eq!(schema["description"], "A parcel is on its way.");
    assert_eq!(schema["properties"]["day"]["description"], "The day by the sender's calendar.");
    assert_eq!(schema["properties"]["stop"]["$ref"], "#/$defs/Stop");
}

const SENT: &str = concat!(
    r#"{"sender":"67e55044-10b1-426f-9247-bb680e5fe0c8","at":"2026-01-31T12:00:00.25Z","day":"2026-01-31","took":"PT5M","#,
    r#""price":"1.5","fee":"1.50","label":"AQID","extra":{"a":[1]},"note":"","seen":"2026-01-31T12:00:00Z","first":null,"#,
    r#""stamps":[],"due":"2030-01-01T00:00:00Z","stop":{"at":"2026-01-31T12:00:00Z","wait":"PT10M","note":null},"#,
    r#""payer":"67e55044-10b1-426f-9247-bb680e5fe0c8","by":["00000000-0000-0000-0000-000000000001","#,
    r#""67e55044-10b1-426f-9247-bb680e5fe0c8"],"visits":{"00000000-0000-0000-0000-000000000001":[],"#,
    r#""67e55044-10b1-426f-9247-bb680e5fe0c8":["2026-01-31T12:00:00Z"]},"named":{"67e55044-10b1-426f-9247-bb680e5fe0c8":null},"#,
    r#""how":{"kind":"Post","stamps":["0.80"],"next":null},"bytes_by_name":{"a":"AQID"},"#,
    r#""place":{"street":"Main St","opened":"2026-01-31T12:00:00Z"}}"#
);
