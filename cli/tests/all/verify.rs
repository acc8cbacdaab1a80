//! `verify`: stored events through the schema.

use cargo_factum::Exit;

use crate::support::{Folder, SEATS};

const SCHEMA: &str = "factum: 1
context: seats
events:
  Opened:
    version: 2
    fields:
      capacity: { type: u32, retyped: { 2: { from: string, via: parse } } }
  Moved:
    version: 2
    upcast: { 2: by_hand }
    fields: { to: { type: string, added: 2 } }
  Gone: { version: 2, retired: { 2: nothing }, fields: { note: string } }
";

/// A line as an export has it.
fn line(event: &str, version: u32, data: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"01976f60-3d20-7000-8000-000000000001","source":"seats","type":"{event}","subject":"seats.Hall-1","streamversion":"7","schemaversion":"{version}","data":{data}}}"#
    )
}

#[test]
fn every_event_is_read_and_every_failure_is_told() {
    let folder = Folder::with(SCHEMA);
    let lines = [
        line("seats.Opened", 1, r#"{"capacity":"12"}"#),
        line("seats.Opened", 2, r#"{"capacity":12}"#),
        line("seats.Opened", 1, r#"{"capacity":"many"}"#),
        line("seats.Opened", 2, r#"{"capacity":"12"}"#),
        line("seats.Opened", 3, r#"{"capacity":12}"#),
        line("seats.Opened", 3, r#"{"capacity":12}"#).replace("\"data\"", "\"readablefrom\":2,\"data\""),
        line("seats.Closed", 1, "{}"),
        line("seats.Moved", 1, "{}"),
        line("seats.Moved", 1, "[1]"),
        line("seats.Gone", 1, r#"{"note":"a"}"#),
        String::new(),
        "{}".to_owned(),
        line("se\u{1b}[2Jats.X", 1, "{}").replace('\u{1b}', "\\u001b"),
    ];
    folder.write("events.ndjson", &lines.join("\r\n"));
    let ran = folder.factum(&["verify", "--events", "events.ndjson"]);
    assert_eq!(ran.exit, Exit::Findings);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn few_failures_may_be_shown_and_all_are_counted() {
    let folder = Folder::with(SEATS);
    folder.write("events.ndjson", &[line("seats.Closed", 1, "{}"), line("seats.Opened", 1, "{}")].join("\n"));
    let ran = folder.factum(&["verify", "--events", "events.ndjson", "--failures", "1"]);
    assert!(ran.out.contains("... and 1 more"), "{}", ran.out);
    assert!(ran.out.contains("2 cannot be read"), "{}", ran.out);
}

#[test]
fn what_cannot_be_opened_is_said() {
    let folder = Folder::with(SEATS);
    let ran = folder.factum(&["verify", "--events", "nowhere.ndjson"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("nowhere.ndjson"), "{}", ran.err);
    let ran = folder.factum(&["verify", "--store", "postgres:x"]);
    assert!(ran.err.contains("sqlite:FILE"), "{}", ran.err);
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::collections::BTreeMap;
    use std::fs;

    use factum::store::EventStoreExt as _;
    use factum::store::conformance::block_on;
    use factum::{ExpectedVersion, NewEvent};
    use factum_sqlite::SqliteStore;

    use super::*;

    fn fill(folder: &Folder, events: usize) -> SqliteStore {
        let store = block_on(SqliteStore::open(folder.path.join("seats.db"))).unwrap();
        let event = |number: usize| {
            let payload = if number == 1_500 { "{}".to_owned() } else { format!(r#"{{"capacity":{number}}}"#) };
            NewEvent::new("seats.Opened", 1, payload)
        };
        let events = (1..=events).map(event).collect();
        block_on(store.append_events(&"seats.Hall-1".parse().unwrap(), ExpectedVersion::None, events)).unwrap();
        store
    }

    fn contents(folder: &Folder) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
        let entries = fs::read_dir(&folder.path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
    }

    #[test]
    fn a_store_is_read_over_its_pages_and_left_as_it_was() {
        let folder = Folder::with(SEATS);
        block_on(fill(&folder, 2_500).close());
        let before = contents(&folder);
        let ran = folder.factum(&["verify", "--store", "sqlite:seats.db"]);
        assert_eq!(ran.exit, Exit::Findings);
        let first = ran.out.lines().next().unwrap();
        assert!(first.starts_with("error: position 1500: seats.Opened version 1 in seats.Hall-1@1500:"), "{first}");
        assert!(ran.out.ends_with("2,500 events, 2,499 read, 1 cannot be read\n"), "{}", ran.out);
        assert_eq!(contents(&folder), before);
    }

    #[test]
    fn a_store_that_others_write_is_read_with_what_is_only_in_its_log() {
        let folder = Folder::with(SEATS);
        let store = fill(&folder, 100);
        let ran = folder.factum(&["verify", "--store", "sqlite:seats.db"]);
        assert!(ran.out.ends_with("all are read: 100 events, 100 read\n"), "{}", ran.out);
        block_on(store.close());
    }

    #[test]
    fn what_is_no_store_is_refused() {
        let folder = Folder::with(SEATS);
        folder.write("notes.txt", "no database at all");
        let ran = folder.factum(&["verify", "--store", "sqlite:notes.txt"]);
        assert_eq!(ran.exit, Exit::CouldNotRun);
        let ran = folder.factum(&["verify", "--store", "sqlite:nowhere.db"]);
        assert_eq!(ran.exit, Exit::CouldNotRun);
        assert!(!folder.path.join("nowhere.db").exists());
    }
}
