//! `export events` and `import`: a store's events on their way to another one.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};

use cargo_factum::Exit;
use factum::store::conformance::block_on;
use factum::store::{EventStoreExt as _, FeedQuery};
use factum::{EventStore as _, ExpectedVersion, Metadata, NewEvent};
use factum_sqlite::SqliteStore;
use serde_json::Value;

use crate::support::{Folder, SEATS};

/// A store of 2,500 events of two streams, each version of one behind that of the other.
fn filled() -> Folder {
    let folder = Folder::with(SEATS);
    let store = block_on(SqliteStore::open(folder.path.join("seats.db"))).unwrap();
    for number in 0..250_u64 {
        let stream = format!("seats.Hall-{}", number % 2).parse().unwrap();
        let event = |more| {
            let payload = format!(r#"{{"capacity":{}}}"#, number * 10 + more);
            let metadata = Metadata { actor: Some("Ad\u{e8}le".to_owned()), depth: 1, ..Metadata::default() };
            NewEvent { metadata, ..NewEvent::new("seats.Opened", 1, payload) }
        };
        let expected = ExpectedVersion::Exact(number / 2 * 10);
        block_on(store.append_events(&stream, expected, (0..10).map(event).collect())).unwrap();
    }
    block_on(store.close());
    folder
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn events(folder: &Folder, store: &str) -> u64 {
    let store = block_on(SqliteStore::open(folder.path.join(store))).unwrap();
    let last = block_on(store.last_position()).unwrap().unwrap_or(0);
    block_on(store.close());
    last
}

#[test]
fn what_is_exported_is_imported_and_exported_again() {
    let folder = filled();
    let before = fs::read(folder.path.join("seats.db")).unwrap();
    let ran = folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "events.ndjson"]);
    assert_eq!(
        (ran.exit, ran.out.as_str(), ran.err.as_str()),
        (Exit::Clean, "", "   Wrote 2,500 events to events.ndjson\n")
    );
    assert_eq!(fs::read(folder.path.join("seats.db")).unwrap(), before, "the store is as it was");
    let ran = folder.factum(&["import", "events.ndjson", "--store", "sqlite:copy.db"]);
    assert_eq!((ran.exit, ran.out.as_str(), ran.err.as_str()), (Exit::Clean, "", "Imported 2,500 events to copy.db\n"));
    let again = folder.factum(&["export", "events", "--store", "sqlite:copy.db"]);
    assert_eq!(again.out, folder.read("events.ndjson"));
    let ran = folder.factum(&["import", "events.ndjson", "--store", "sqlite:copy.db"]);
    assert_eq!(ran.err, "Imported 0 events to copy.db, 2,500 there already\n");
}

#[test]
fn an_export_is_of_what_was_asked_for() {
    let folder = filled();
    let export = |more: &[&str]| {
        let ran = folder.factum(&[&["export", "events", "--store", "sqlite:seats.db"], more].concat());
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        lines(&ran.out)
    };
    let part = export(&["--from", "1000", "--up-to", "1002", "--out", "-"]);
    assert_eq!(
        part.iter().map(|event| event["position"].as_str().unwrap()).collect::<Vec<_>>(),
        ["1000", "1001", "1002"]
    );
    assert_eq!(export(&["--stream", "seats.Hall-1"]).len(), 1_250);
    assert_eq!(export(&["--stream", "seats.Hall-1", "--stream", "seats.Hall-0"]).len(), 2_500);
    assert_eq!(export(&["--context", "seats", "--from", "2500"]).len(), 1);
}

#[test]
fn an_export_of_nothing_is_told_and_a_mistyped_name_refused() {
    let folder = filled();
    folder.write("schemas/seats.yaml", &format!("{SEATS}  Closed: {{ capacity: u32 }}\n"));
    let export = |more: &[&str]| {
        let ran = folder.factum(&[&["export", "events", "--store", "sqlite:seats.db"], more].concat());
        assert_eq!(ran.out, "");
        (ran.exit, ran.err)
    };
    for (asked, told) in [
        (&["--type", "seats.Closed"][..], "no event in seats.db is what was asked for"),
        (&["--type", "seats.Opened", "--stream", "seats.Hall-1", "--up-to", "5"], "no event in seats.db is what"),
        (&["--from", "2501"], "the last event in seats.db is at position 2500"),
        (&["--from", "2501", "--up-to", "9999"], "the last event in seats.db is at position 2500"),
    ] {
        let (exit, err) = export(asked);
        assert_eq!(exit, Exit::Clean, "{err}");
        assert!(err.starts_with(&format!("warning: nothing was exported: {told}")), "{err}");
    }
    let (_, err) = export(&["--from", "2501", "--out", "events.ndjson"]);
    assert!(err.starts_with("   Wrote 0 events to events.ndjson\nwarning: nothing was exported: "), "{err}");
    for (asked, told) in [
        (
            &["--type", "seats.Opened", "--type", "seats.Opend"][..],
            "event type is called `seats.Opend`\n  = help: did you mean `seats.Opened`?",
        ),
        (&["--type", "Closed"], "no event type is called `Closed`"),
        (&["--context", "seat"], "no context is called `seat`\n  = help: did you mean `seats`?"),
        (&["--stream", "seats.Hall-1", "--stream", "seats.Hall-2"], "there is no stream `seats.Hall-2` in seats.db"),
        (&["--stream", ""], "the stream name \"\" is empty"),
        (&["--from", "9", "--up-to", "8"], "no position is 9 or behind it, and 8 or before it"),
    ] {
        let (exit, err) = export(asked);
        assert_eq!(exit, Exit::CouldNotRun, "{err}");
        assert!(err.contains(told), "{err}");
    }
    // Also where there is no schema, which an export does not need, and where it is broken.
    folder.write("schemas/seats.yaml", "factum: 1\n");
    assert!(export(&["--type", "seats.Closed"]).1.contains("did you mean `seats.Opened`?"));
    fs::remove_dir_all(folder.path.join("schemas")).unwrap();
    assert!(export(&["--type", "seats.Closed"]).1.contains("did you mean `seats.Opened`?"));
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let folder = filled();
    folder.write("events.ndjson", "old");
    let ran = folder.factum(&["export", "events", "--store", "sqlite:nowhere.db", "--out", "events.ndjson"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    // A page behind others that cannot be read.
    let store = rusqlite::Connection::open(folder.path.join("seats.db")).unwrap();
    store
        .execute_batch(
            "DROP TRIGGER events_are_never_changed; UPDATE events SET payload = 'no JSON' WHERE position = 2000",
        )
        .unwrap();
    drop(store);
    let ran = folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "events.ndjson"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert_eq!(folder.read("events.ndjson"), "old");
    let left = fs::read_dir(&folder.path)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".factum"));
    assert_eq!(left.count(), 0);
    let ran = folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "no/where.ndjson"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
}

#[test]
fn nothing_is_imported_that_the_schema_does_not_read() {
    let folder = filled();
    folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "events.ndjson"]);
    let broken = folder.read("events.ndjson").replace(r#"{"capacity":2499}"#, r#"{"capacity":"many"}"#);
    folder.write("events.ndjson", &broken);
    let import = ["import", "events.ndjson", "--store", "sqlite:copy.db"];
    let ran = folder.factum(&import);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.out.starts_with("error: line 2500: seats.Opened version 1 in seats.Hall-1@1250"), "{}", ran.out);
    assert_eq!(ran.err, "error: nothing was imported\n");
    assert!(!folder.path.join("copy.db").exists());
    let ran = folder.factum(&[&import[..], &["--unchecked"]].concat());
    assert_eq!((ran.exit, events(&folder, "copy.db")), (Exit::Clean, 2_500));
}

#[test]
fn nothing_is_imported_that_the_store_would_refuse() {
    let folder = filled();
    folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "whole.ndjson"]);
    let whole = folder.read("whole.ndjson");
    let all: Vec<&str> = whole.lines().collect();
    let edited = |line: usize, from: &str, to: &str| {
        let mut all: Vec<String> = all.iter().map(|line| (*line).to_owned()).collect();
        assert!(all[line - 1].contains(from));
        all[line - 1] = all[line - 1].replace(from, to);
        all.join("\n")
    };
    let long = format!(r#"{{"capacity":1490,"more":"{}"}}"#, "x".repeat(16 << 20));
    let deep = format!(r#"{{"capacity":1490,"more":{}{}}}"#, "[".repeat(127), "]".repeat(127));
    let from = r#"{"capacity":1490}"#;
    for (text, due) in [
        (
            [&all[..1_500], &all[1_501..]].concat().join("\n"),
            "line 1501: stream seats.Hall-0 goes on with version 752, due is 751",
        ),
        (all[1..].join("\n"), "line 1: stream seats.Hall-0 goes on with version 2, due is 1"),
        ([&all[..1_500], &all[1_499..]].concat().join("\n"), "line 1501: line 1500 has an event of this id already"),
        (edited(1_491, r#""time":"2"#, r#""time":"1"#), "line 1491: it was recorded at 1"),
        (edited(1_491, from, &long), "line 1491: its payload has 16777"),
        (edited(1_491, from, &deep), "line 1491: its payload is nested 128 deep"),
        (
            edited(1_491, r#""streamversion":""#, r#""streamversion":"0","more":""#),
            "line 1491: the attribute `streamversion` is 0",
        ),
        (edited(1_491, r#""actor""#, r#""id":"7","actor""#), "line 1491: the attribute `id` stands there twice"),
    ] {
        folder.write("events.ndjson", &text);
        let ran = folder.factum(&["import", "events.ndjson", "--store", "sqlite:copy.db"]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, "error: nothing was imported\n"), "{due}");
        assert!(ran.out.starts_with(&format!("error: {due}")), "{due}: {}", &ran.out[..ran.out.len().min(300)]);
        assert!(!folder.path.join("copy.db").exists());
    }
}

/// Where a stream stands, and which ids are taken, the store itself tells; a file may begin behind what is there.
#[test]
fn an_import_goes_on_from_what_is_there() {
    let folder = filled();
    folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "whole.ndjson"]);
    let whole = folder.read("whole.ndjson");
    let all: Vec<&str> = whole.lines().collect();
    let import = |lines: &[&str]| {
        folder.write("events.ndjson", &lines.join("\n"));
        folder.factum(&["import", "events.ndjson", "--store", "sqlite:copy.db"])
    };
    assert_eq!(import(&all[..100]).exit, Exit::Clean);
    let ran = import(&all[101..]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, "error: nothing was imported\n"));
    assert!(
        ran.out.starts_with("error: line 1: stream seats.Hall-0 goes on with version 52, due is 51"),
        "{}",
        ran.out
    );
    // What is there already is another event.
    let other = all[50].replace("Ad\u{e8}le", "Eve");
    let ran = import(&[&[other.as_str()], &all[100..]].concat());
    assert_eq!(ran.exit, Exit::Findings);
    let due = "error: line 1: the store has an event of this id already, at position 51, with another actor\n";
    assert!(ran.out.starts_with(due), "{}", ran.out);
    let ran = import(&all[90..]);
    assert_eq!(ran.err, "Imported 2,400 events to copy.db, 10 there already\n");
    let again = folder.factum(&["export", "events", "--store", "sqlite:copy.db"]);
    assert_eq!(again.out, whole);
}

#[test]
fn an_import_that_stops_says_where_and_goes_on_later() {
    let folder = filled();
    folder.factum(&["export", "events", "--store", "sqlite:seats.db", "--out", "events.ndjson"]);
    let whole = folder.read("events.ndjson");
    let all: Vec<&str> = whole.lines().collect();
    folder.write("events.ndjson", &[&all[..1_500], &all[1_501..]].concat().join("\n"));
    let import = ["import", "events.ndjson", "--store", "sqlite:copy.db"];
    let ran = folder.factum(&[&import[..], &["--unchecked"]].concat());
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("events.ndjson: line 1501: "), "{}", ran.err);
    assert!(ran.err.contains("what is there is not stored twice"), "{}", ran.err);
    assert!(ran.err.contains("if another program writes to the store too"), "{}", ran.err);
    folder.write("events.ndjson", &whole);
    assert_eq!(folder.factum(&import).exit, Exit::Clean);
    assert_eq!(events(&folder, "copy.db"), 2_500);
}

#[test]
fn standard_input_is_read_once() {
    let folder = Folder::with(SEATS);
    let ran = folder.factum(&["import", "-", "--store", "sqlite:copy.db"]);
    assert_eq!(ran.exit, Exit::CouldNotRun);
    assert!(ran.err.contains("--unchecked"), "{}", ran.err);
}

/// `export events | head -n 1`, and `export events | import -`.
#[test]
fn a_pipe_may_be_closed_and_may_be_read() {
    let folder = filled();
    let program = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-factum"));
        command.current_dir(&folder.path).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let export = ["export", "events", "--store", "sqlite:seats.db"];
    let mut closed = program(&export).spawn().unwrap();
    let mut first = [0; 10];
    closed.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = closed.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141));
    assert_eq!((&first, output.stderr.as_slice()), (br#"{"specvers"#, &b""[..]), "nobody is told, and nothing panics");

    let mut exporting = program(&export).spawn().unwrap();
    let piped = exporting.stdout.take().unwrap();
    let import = program(&["import", "-", "--unchecked", "--store", "sqlite:copy.db"]).stdin(piped).output().unwrap();
    assert!(import.status.success() && exporting.wait().unwrap().success(), "{import:?}");
    assert_eq!(events(&folder, "copy.db"), 2_500);
    let store = block_on(SqliteStore::open(folder.path.join("copy.db"))).unwrap();
    let page = block_on(store.read_all(FeedQuery { from: Some(2_500), ..FeedQuery::default() })).unwrap();
    assert_eq!(page.iter().next().unwrap().actor, Some("Ad\u{e8}le"));
    block_on(store.close());
}

/// Neither a store nor what stands beside one, nor a device.
#[test]
fn an_output_takes_the_place_of_files_alone() {
    let folder = filled();
    for (output, reason) in [
        ("seats.db", "is an SQLite database"),
        ("./seats.db", "is an SQLite database"),
        ("seats.db-wal", "belongs to the database"),
        ("seats.db.writer", "belongs to the database"),
        ("seats.db.next.writer", "belongs to the database"),
        ("seats.db.a.b-c.subscription", "belongs to the database"),
        ("/dev/null", "no regular file"),
    ] {
        for export in [&["events", "--store", "sqlite:seats.db"][..], &["sql"]] {
            let ran = folder.factum(&[&["export"], export, &["--out", output]].concat());
            assert_eq!(ran.exit, Exit::CouldNotRun, "{output}: {}", ran.err);
            assert!(ran.err.contains(reason), "{output}: {}", ran.err);
        }
    }
    assert_eq!(folder.factum(&["verify", "--store", "sqlite:seats.db"]).exit, Exit::Clean);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}
