//! `copy`: a store into a new one.

use std::fs;

use cargo_factum::Exit;
use factum::copy::CopiedFrom;
use factum::store::conformance::block_on;
use factum::store::{EventStoreExt as _, FeedQuery};
use factum::{EventStore as _, ExpectedVersion, NewEvent};
use factum_sqlite::SqliteStore;

use crate::support::Folder;

const SCHEMA: &str = "factum: 1
context: seats
aggregate: Hall
id: string
state: {}
commands: {}
rejections: {}
events:
  Opened:
    version: 2
    renamed: { 2: Begun }
    fields: { capacity: { type: u32, retyped: { 2: { from: string, via: parse } } } }
  Noted: { version: 2, fields: { about: { type: json, renamed: { 2: more } } } }
  Looked: { version: 2, retired: { 2: nothing }, fields: {} }
  Moved:
    version: 2
    upcast: { 2: by_hand }
    fields: { to: { type: string, added: 2 } }
  Both: { version: 2, becomes: { 2: [Opened@2, Opened@2] }, fields: { capacity: u32 } }
";

fn fill(folder: &Folder, events: &[(&'static str, u32, &str)]) {
    let store = block_on(SqliteStore::open(folder.path.join("old.db"))).unwrap();
    for (event_type, version, payload) in events {
        let event = NewEvent::new(*event_type, *version, *payload);
        block_on(store.append_events(&"seats.Hall-1".parse().unwrap(), ExpectedVersion::Any, vec![event])).unwrap();
    }
    block_on(store.close());
}

/// Each event's type, version, payload and where it came from.
fn copies(folder: &Folder) -> Vec<(String, u32, String, String)> {
    let store = block_on(SqliteStore::open(folder.path.join("new.db"))).unwrap();
    let page = block_on(store.read_all(FeedQuery::default())).unwrap();
    block_on(store.close());
    let copy = |event: factum::Recorded<'_>| {
        let from = CopiedFrom::of(&event).unwrap().unwrap().to_string();
        (event.event_type.to_owned(), event.schema_version, event.payload.to_owned(), from)
    };
    page.iter().map(copy).collect()
}

const COPY: [&str; 5] = ["copy", "--store", "sqlite:old.db", "--into", "sqlite:new.db"];

#[test]
fn old_events_are_rewritten_and_the_old_store_stays() {
    let folder = Folder::with(SCHEMA);
    fill(
        &folder,
        &[
            ("seats.Begun", 1, r#"{"capacity":"12"}"#),
            ("seats.Looked", 1, "{}"),
            ("seats.Both", 1, r#"{"capacity":7}"#),
            ("seats.Opened", 2, r#"{ "capacity":9 }"#),
        ],
    );
    let before = fs::read(folder.path.join("old.db")).unwrap();
    let ran = folder.factum(&COPY);
    let told = "  Copied 4 events to sqlite:new.db, 1 read as nothing\n";
    assert_eq!((ran.exit, ran.out.as_str(), ran.err.as_str()), (Exit::Clean, "", told));
    assert_eq!(fs::read(folder.path.join("old.db")).unwrap(), before);
    let due = [
        (r#"{"capacity":12}"#, "1/1/0"),
        (r#"{"capacity":7}"#, "3/3/0"),
        (r#"{"capacity":7}"#, "3/3/1"),
        (r#"{ "capacity":9 }"#, "4/4/0"),
    ];
    let due = due.map(|(payload, from)| ("seats.Opened".to_owned(), 2, payload.to_owned(), from.to_owned()));
    assert_eq!(copies(&folder), due);
    let ran = folder.factum(&COPY);
    assert_eq!(ran.err, "  Copied 0 events to sqlite:new.db, 4 there already, 1 read as nothing\n");
}

#[test]
fn what_only_rust_can_do_is_told_or_kept() {
    let folder = Folder::with(SCHEMA);
    fill(&folder, &[("seats.Begun", 1, r#"{"capacity":"12"}"#), ("seats.Moved", 1, "{}")]);
    let ran = folder.factum(&COPY);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.out.contains("seats.Moved") && ran.out.contains("1 left to your code"), "{}", ran.out);
    assert!(ran.err.contains("--keep-by-hand") && ran.err.starts_with("error: nothing was copied\n"), "{}", ran.err);
    assert!(!folder.path.join("new.db").exists());
    let ran = folder.factum(&[&COPY[..], &["--keep-by-hand"]].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert_eq!(copies(&folder)[1].clone(), ("seats.Moved".to_owned(), 1, "{}".to_owned(), "2/2/0".to_owned()));
}

#[test]
fn what_cannot_be_read_is_not_copied() {
    let folder = Folder::with(SCHEMA);
    fill(&folder, &[("seats.Begun", 1, r#"{"capacity":"many"}"#)]);
    let ran = folder.factum(&COPY);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, "error: nothing was copied\n"));
    assert!(ran.out.starts_with("error: position 1: seats.Begun version 1 in seats.Hall-1@1:"), "{}", ran.out);
    assert!(!folder.path.join("new.db").exists());
}

#[test]
fn a_store_that_is_no_copy_is_left_alone() {
    let folder = Folder::with(SCHEMA);
    fill(&folder, &[("seats.Begun", 1, r#"{"capacity":"12"}"#)]);
    for same in ["sqlite:old.db", "sqlite:./schemas/../old.db"] {
        let ran = folder.factum(&["copy", "--store", "sqlite:old.db", "--into", same]);
        assert_eq!(ran.exit, Exit::CouldNotRun);
        assert!(ran.err.contains("the same file"), "{}", ran.err);
    }
    fs::copy(folder.path.join("old.db"), folder.path.join("new.db")).unwrap();
    let ran = folder.factum(&COPY);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("is not empty, and its last event, at position 1, is no copy"), "{}", ran.err);
}

/// With what is missing; else a copy would look whole.
#[test]
fn a_store_with_gaps_is_not_copied() {
    let folder = Folder::with(SCHEMA);
    let opened = ("seats.Opened", 2, r#"{"capacity":1}"#);
    fill(&folder, &[opened, opened, opened]);
    let raw = rusqlite::Connection::open(folder.path.join("old.db")).unwrap();
    raw.execute_batch("DROP TRIGGER events_are_never_removed; DELETE FROM events WHERE position = 2").unwrap();
    drop(raw);
    let ran = folder.factum(&COPY);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, "error: nothing was copied\n"));
    let due = "error: position 3: stream seats.Hall-1 goes on with version 3, due is 2: events are missing\n";
    assert!(ran.out.starts_with(due), "{}", ran.out);
    assert!(!folder.path.join("new.db").exists());
}

#[test]
fn a_store_that_somebody_else_writes_to_is_told() {
    let folder = Folder::with(SCHEMA);
    let opened = ("seats.Opened", 2, r#"{"capacity":1}"#);
    fill(&folder, &[opened, opened]);
    assert_eq!(folder.factum(&COPY).exit, Exit::Clean);
    let raw = rusqlite::Connection::open(folder.path.join("new.db")).unwrap();
    raw.execute_batch("DROP TRIGGER events_are_never_changed; UPDATE events SET actor = 'Bob' WHERE position = 1")
        .unwrap();
    drop(raw);
    let ran = folder.factum(&COPY);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    let due = "position 1 of the old store: its copy at position 1 has another actor; if another program writes";
    assert!(ran.err.contains(due), "{}", ran.err);
}

/// Whatever the numbers are: no double holds these. An audit shows them too.
#[test]
fn json_is_carried_over_as_it_was_stored() {
    const JSON: &str = r#"{"z":12345678901234567890.1230, "a":[1e-7,0.10]}"#;
    let folder = Folder::with(SCHEMA);
    fill(&folder, &[("seats.Noted", 1, &format!(r#"{{"more":{JSON}}}"#))]);
    let ran = folder.factum(&COPY);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert_eq!(copies(&folder)[0].2, format!(r#"{{"about":{JSON}}}"#));
    for format in ["text", "json"] {
        let ran = folder.factum(&["audit", "seats.Hall-1", "--store", "sqlite:old.db", "--format", format]);
        assert!(ran.out.contains(&format!(r#"{{"about":{JSON}}}"#)), "{}", ran.out);
    }
}
