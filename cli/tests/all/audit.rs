//! `audit`: one aggregate's stored events, told for people and for programs.

use cargo_factum::Exit;
use factum::store::EventStoreExt as _;
use factum::store::conformance::block_on;
use factum::{ExpectedVersion, Metadata, NewEvent, Timestamp, Uuid};
use factum_sqlite::SqliteStore;
use serde_json::Value;

use crate::support::{Folder, Ran};

const SCHEMA: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields:
      capacity: { type: u32, retyped: { 2: { from: string, via: parse } } }
  Booked:
    version: 2
    personal: [name]
    fields:
      name: { type: string, renamed: { 2: guest } }
      seats: u32
  Moved:
    version: 2
    upcast: { 2: by_hand }
    fields: { to: { type: string, added: 2 } }
  Gone: { version: 2, retired: { 2: nothing }, fields: { note: string } }
  Split:
    version: 2
    becomes: { 2: [Left@1, Right@1] }
    fields: { a: u8 }
  Left: { a: u8 }
  Right: { a: u8 }
";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// An event, recorded in the minute of its number.
fn event(number: u32, event_type: &'static str, version: u32, payload: &str) -> NewEvent {
    let recorded_at = Timestamp::from_second(1_800_000_000 + i64::from(number) * 60).unwrap();
    let metadata = Metadata {
        correlation_id: Some(id(100)),
        causation_id: (number > 1).then(|| id(u128::from(number) - 1)),
        depth: number - 1,
        actor: Some("Ines".to_owned()),
        headers: [("channel".to_owned(), "phone\u{1b}[2J".to_owned())].into(),
    };
    NewEvent {
        id: id(number.into()),
        recorded_at: Some(recorded_at),
        metadata,
        ..NewEvent::new(event_type, version, payload)
    }
}

fn with(events: Vec<NewEvent>) -> Folder {
    let folder = Folder::with(SCHEMA);
    let store = block_on(SqliteStore::open(folder.path.join("seats.db"))).unwrap();
    let other = vec![NewEvent::new("seats.Opened", 2, r#"{"capacity":1}"#)];
    block_on(store.append_events(&"seats.Hall-2".parse().unwrap(), ExpectedVersion::None, other)).unwrap();
    block_on(store.append_events(&"seats.Hall-1".parse().unwrap(), ExpectedVersion::None, events)).unwrap();
    block_on(store.close());
    folder
}

fn every_kind() -> Folder {
    with(vec![
        event(1, "seats.Opened", 1, r#"{"capacity":"12"}"#),
        event(2, "seats.Opened", 2, r#"{"capacity":12}"#),
        event(3, "seats.Booked", 1, r#"{"guest":"Ada","seats":2}"#),
        event(4, "seats.Moved", 1, "{}"),
        event(5, "seats.Gone", 1, r#"{"note":"a"}"#),
        event(6, "seats.Split", 1, r#"{"a":1}"#),
        event(7, "seats.Opened", 1, r#"{"capacity":"many"}"#),
        event(8, "seats.Painted", 1, r#"{"by":"Alan"}"#),
    ])
}

fn audit(folder: &Folder, more: &[&str]) -> Ran {
    let arguments = ["audit", "--store", "sqlite:seats.db", "seats.Hall-1"];
    folder.factum(&[&arguments, more].concat())
}

fn objects(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_event_is_told_in_its_order() {
    let ran = audit(&every_kind(), &[]);
    assert_eq!(ran.exit, Exit::Findings, "one cannot be read, one is not known");
    insta::assert_snapshot!(ran.out);
}

#[test]
fn as_json_it_is_an_object_in_a_line_for_each_event() {
    let ran = audit(&every_kind(), &["--format", "json"]);
    let objects = objects(&ran);
    assert_eq!(objects.len(), 8);
    assert_eq!(objects[2]["payload"], r#"{"guest":"Ada","seats":2}"#);
    assert_eq!(objects[2]["read_as"][0]["payload"], serde_json::json!({ "name": "Ada", "seats": 2 }));
    assert_eq!(objects[3]["needs_code"], "Moved version 2");
    assert_eq!(objects[5]["read_as"].as_array().unwrap().len(), 2);
    assert!(objects[6]["unreadable"].as_str().unwrap().contains("a step has no newer value"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&objects[0]).unwrap());
}

/// What the schema says is what is printed, of each kind of event, and it can say no.
#[test]
fn its_json_is_what_its_schema_says() {
    let folder = every_kind();
    let schema = folder.factum(&["export", "audit-schema"]).out;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let hidden = objects(&audit(&folder, &["--format", "json", "--hide-personal"]));
    let entries = [objects(&audit(&folder, &["--format", "json"])), hidden].concat();
    assert_eq!(entries.len(), 16);
    for entry in &entries {
        let errors: Vec<String> = validator.iter_errors(entry).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{entry:#}: {errors:#?}");
        let told = entry.as_object().unwrap();
        // All is said in every line, and what an event is read as in one of three ways.
        for name in told.keys() {
            let mut without = told.clone();
            without.remove(name);
            assert!(!validator.is_valid(&without.into()), "{name} is asked for: {schema}");
        }
        let mut wrong = told.clone();
        wrong["position"] = "1".into();
        assert!(!validator.is_valid(&wrong.into()), "a position is a number");
    }
    let known = serde_json::from_str::<Value>(&schema).unwrap();
    let readings = ["read_as", "needs_code", "unreadable"];
    let is_known = |name: &str| known["properties"].get(name).is_some() || readings.contains(&name);
    assert!(entries.iter().all(|entry| entry.as_object().unwrap().keys().all(|name| is_known(name))), "{schema}");
}

#[test]
fn personal_data_and_what_is_not_known_can_be_hidden() {
    let folder = every_kind();
    for format in ["text", "json"] {
        let ran = audit(&folder, &["--hide-personal", "--format", format]);
        assert!(!ran.out.contains("Ada") && !ran.out.contains("Alan"), "{}", ran.out);
        assert!(ran.out.contains("(hidden)") && ran.out.contains("capacity"), "{}", ran.out);
        assert_eq!(ran.exit, Exit::Findings);
    }
}

#[test]
fn an_earlier_time_or_version_ends_it() {
    let folder = every_kind();
    let versions = |more: &[&str]| {
        let ran = audit(&folder, &[&["--format", "json"], more].concat());
        (ran.exit, objects(&ran).iter().map(|object| object["version"].as_u64().unwrap()).collect::<Vec<_>>())
    };
    assert_eq!(versions(&["--at-version", "2"]), (Exit::Clean, vec![1, 2]));
    assert_eq!(versions(&["--at-version", "0"]), (Exit::Clean, vec![]));
    assert_eq!(versions(&["--as-of", "2027-01-15T08:03:59.999999Z"]), (Exit::Clean, vec![1, 2, 3]));
    assert_eq!(versions(&["--as-of", "2027-01-15T08:04:00Z"]), (Exit::Clean, vec![1, 2, 3, 4]));
    assert_eq!(versions(&["--as-of", "2027-01-15T08:00:59Z"]), (Exit::Clean, vec![]));
}

#[test]
fn a_long_stream_is_told_over_its_pages() {
    let folder = with((1..=2_500).map(|number| event(number, "seats.Left", 1, r#"{"a":1}"#)).collect());
    let ran = audit(&folder, &["--format", "json"]);
    let versions: Vec<u64> = objects(&ran).iter().map(|object| object["version"].as_u64().unwrap()).collect();
    assert_eq!(ran.exit, Exit::Clean);
    assert_eq!(versions, (1..=2_500).collect::<Vec<_>>());
}

#[test]
fn what_is_stored_moves_no_cursor() {
    let hostile = "{\"a\":1,\"\u{202e}x\u{9b}2J\":\"\u{7f}\"}";
    let ran = audit(&with(vec![event(1, "seats.Left", 1, hostile)]), &[]);
    assert!(!ran.out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{:?}", ran.out);
    assert!(ran.out.contains("\\u{202e}x\\u{9b}2J"), "{}", ran.out);
}

#[test]
fn what_is_not_there_is_said() {
    let folder = every_kind();
    let before = std::fs::read(folder.path.join("seats.db")).unwrap();
    for (stream, said) in [
        ("seats.Hall-9", "there is no stream `seats.Hall-9` in sqlite:seats.db"),
        ("", "the stream name \"\" is empty"),
        ("a\u{7}b", "holds a control character"),
    ] {
        let ran = folder.factum(&["audit", "--store", "sqlite:seats.db", stream]);
        assert_eq!(ran.exit, Exit::CouldNotRun);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    for store in ["sqlite:nowhere.db", "postgres:seats", "sqlite:schemas/seats.yaml"] {
        assert_eq!(folder.factum(&["audit", "--store", store, "seats.Hall-1"]).exit, Exit::CouldNotRun);
    }
    assert_eq!(std::fs::read(folder.path.join("seats.db")).unwrap(), before);
}
