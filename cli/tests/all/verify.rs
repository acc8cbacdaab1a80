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
        line("seats.Gone", 1, &format!("{}{}", "[".repeat(128), "]".repeat(128))),
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

/// Also what only the envelope is wrong in; what a line says of its place is nothing to verify.
#[test]
fn an_event_that_no_store_takes_is_told() {
    let folder = Folder::with(SEATS);
    let right = line("seats.Opened", 1, r#"{"capacity":1}"#);
    let wrong = [
        (r#""streamversion":"7""#, r#""streamversion":"0""#, "the attribute `streamversion` is 0"),
        (r#""streamversion""#, r#""source":"again","streamversion""#, "the attribute `source` stands there twice"),
        (r#""streamversion""#, r#""time":"yesterday","streamversion""#, "the attribute `time` is not a time"),
        ("01976f60-3d20-7000-8000-000000000001", "7", "the attribute `id` is not a UUID"),
        ("01976f60-3d20-7000-8000-000000000001", "00000000-0000-0000-0000-000000000000", "its id is nil"),
        (r#""schemaversion":"1""#, r#""schemaversion":"1","readablefrom":"2""#, "it says readable from version 2"),
        (r#""subject":"seats.Hall-1""#, r#""subject":"""#, "the attribute `subject` is empty"),
    ];
    let lines: Vec<String> = wrong.iter().map(|(from, to, _)| right.replace(from, to)).collect();
    folder.write("events.ndjson", &format!("{right}\n{}\n{right}\n", lines.join("\n")));
    let ran = folder.factum(&["verify", "--events", "events.ndjson"]);
    assert_eq!(ran.exit, Exit::Findings);
    for ((number, (.., due)), told) in (2..).zip(wrong).zip(ran.out.lines()) {
        assert!(told.starts_with(&format!("error: line {number}: {due}")), "{told}");
    }
    assert!(ran.out.ends_with("not all are read: 9 events, 2 read, 7 cannot be read\n"), "{}", ran.out);
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

    fn damaged(folder: &Folder, change: &str) {
        let raw = rusqlite::Connection::open(folder.path.join("seats.db")).unwrap();
        raw.execute_batch("DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed;").unwrap();
        raw.execute_batch(change).unwrap();
    }

    #[test]
    fn rows_that_are_corrupt_are_told_and_the_others_are_read() {
        let folder = Folder::with(SEATS);
        block_on(fill(&folder, 2_500).close());
        damaged(&folder, "UPDATE events SET depth = -1 WHERE position IN (3, 4, 1700, 2500)");
        let ran = folder.factum(&["verify", "--store", "sqlite:seats.db"]);
        assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
        let told: Vec<&str> = ran.out.lines().take_while(|line| !line.is_empty()).collect();
        assert_eq!(told[0], "error: position 3: the row is corrupt: its depth is -1");
        let places: Vec<&str> = told.iter().map(|line| line.split(':').nth(1).unwrap()).collect();
        assert_eq!(places, [3, 4, 1500, 1700, 2500].map(|position| format!(" position {position}")));
        assert!(ran.out.ends_with("2,500 events, 2,495 read, 5 cannot be read\n"), "{}", ran.out);
    }

    #[test]
    fn rows_that_are_gone_are_told() {
        let folder = Folder::with(SEATS);
        block_on(fill(&folder, 6).close());
        damaged(&folder, "DELETE FROM events WHERE position IN (1, 4, 5)");
        let ran = folder.factum(&["verify", "--store", "sqlite:seats.db"]);
        assert_eq!(ran.exit, Exit::Findings);
        let told: Vec<&str> = ran.out.lines().take(2).collect();
        let due = [
            "error: position 2: stream seats.Hall-1 goes on with version 2, due is 1: events are missing",
            "error: position 6: stream seats.Hall-1 goes on with version 6, due is 4: events are missing",
        ];
        assert_eq!(told, due);
        assert!(
            ran.out.ends_with("all are read, but not all are in order: 3 events, 3 read, 2 out of order\n"),
            "{}",
            ran.out
        );
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
        folder.write("empty.db", "");
        rusqlite::Connection::open(folder.path.join("bare.db"))
            .unwrap()
            .pragma_update(None, "journal_mode", "wal")
            .unwrap();
        fs::copy(folder.path.join("empty.db"), folder.path.join("new.db")).unwrap();
        let path = folder.path.display();
        for (arguments, told) in [
            (&["verify", "--store", "sqlite:empty.db"][..], "empty.db: is empty, and no store yet"),
            (&["verify", "--store", "sqlite:bare.db"], "bare.db: is empty, and no store yet"),
            (&["verify", "--store", "sqlite:notes.txt"], "notes.txt: is not an SQLite database"),
            (&["audit", "a-1", "--store", "sqlite:nowhere.db"], "nowhere.db: there is no such file"),
            (&["export", "events", "--store", "sqlite:nowhere.db"], "nowhere.db: there is no such file"),
            (&["copy", "--store", "sqlite:nowhere.db", "--into", "sqlite:new.db"], "nowhere.db: there is no such file"),
        ] {
            let ran = folder.factum(arguments);
            assert_eq!((ran.exit, ran.err), (Exit::CouldNotRun, format!("error: {path}/{told}\n")));
        }
    }
}
