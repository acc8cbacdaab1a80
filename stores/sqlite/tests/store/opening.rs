//! Files that are opened: new ones, ours, older ones, and such as a crash leaves behind.

use std::fs;

use factum::store::conformance::block_on;
use factum::store::{EventStore, FeedQuery};
use factum_sqlite::{Options, SqliteStore};
use rusqlite::Connection;

use crate::support::{Folder, append, event, feed, newest_layout, open};

const APPLICATION_ID: i32 = 0x6661_6374;

#[test]
fn a_file_is_made_and_found_again() {
    let folder = Folder::new();
    let stored = event();
    append(&open(&folder.database()), "a", vec![stored.clone()]).unwrap();
    let store = block_on(Options::new().must_exist(true).quick_check(true).open(folder.database())).unwrap();
    assert_eq!(feed(&store), [stored.id]);
    assert_eq!(store.path(), Some(fs::canonicalize(folder.database()).unwrap().as_path()));
}

#[test]
fn a_link_leads_to_the_same_store() {
    let folder = Folder::filled(2);
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(folder.database(), &link).unwrap();
    assert_eq!(open(&link).path(), open(&folder.database()).path());
}

#[test]
fn a_name_is_only_a_name() {
    for name in [":memory:", "file:a.db?mode=memory", "100%.db", "a b#c.db", "ünïcödé.db"] {
        let folder = Folder::new();
        let path = folder.path().join(name);
        append(&open(&path), "a", vec![event()]).unwrap();
        assert!(path.is_file(), "{name}");
        assert_eq!(feed(&open(&path)).len(), 1, "{name}");
    }
}

/// What is left if a process dies right after it has made the file.
#[test]
fn an_empty_file_becomes_a_store() {
    let folder = Folder::new();
    fs::write(folder.database(), "").unwrap();
    append(&open(&folder.database()), "a", vec![event()]).unwrap();
    assert_eq!(feed(&open(&folder.database())).len(), 1);
}

/// What is left if a process dies between that and the first migration.
#[test]
fn a_claimed_file_becomes_a_store() {
    let folder = Folder::new();
    let raw = Connection::open(folder.database()).unwrap();
    raw.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    raw.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(raw);
    append(&open(&folder.database()), "a", vec![event()]).unwrap();
    assert_eq!(feed(&open(&folder.database())).len(), 1);
}

#[test]
fn a_file_with_its_wal_is_recovered() {
    let folder = Folder::new();
    let store = open(&folder.database());
    for _ in 0..10 {
        append(&store, "a", vec![event()]).unwrap();
    }
    // As a crash leaves them: the file and its WAL, copied while they are in use.
    let crashed = Folder::new();
    for suffix in ["", "-wal"] {
        let name = format!("events.db{suffix}");
        fs::copy(folder.path().join(&name), crashed.path().join(&name)).unwrap();
    }
    assert_eq!(feed(&open(&crashed.database())), feed(&store));
}

#[test]
fn an_older_file_is_migrated() {
    let folder = Folder::new();
    let raw = Connection::open(folder.database()).unwrap();
    raw.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    raw.pragma_update(None, "journal_mode", "wal").unwrap();
    raw.execute_batch(include_str!("../../src/schema/001_events.sql")).unwrap();
    raw.pragma_update(None, "user_version", 1).unwrap();
    raw.execute_batch(
        "INSERT INTO streams VALUES (1, 'a'); INSERT INTO kinds VALUES (1, 'test.Happened', 2, 1);
         INSERT INTO events VALUES (1, 1, 1, x'01900000000070008000000000000001', 1, 1700000000000000, NULL, NULL,
                                    0, NULL, NULL, '{\"n\":1}')",
    )
    .unwrap();
    drop(raw);

    let store = open(&folder.database());
    let page = block_on(store.read_all(FeedQuery::default())).unwrap();
    let old = page.iter().next().unwrap();
    assert_eq!((old.stream, old.version, old.schema_version, old.payload), ("a", 1, 2, r#"{"n":1}"#));
    assert_eq!(append(&store, "a", vec![event()]).unwrap().version, 2);
    block_on(store.close());

    let raw = Connection::open(folder.database()).unwrap();
    let layout: i32 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(layout, newest_layout());
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let folder = Folder::new();
    let raw = Connection::open(folder.database()).unwrap();
    raw.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    raw.execute_batch(include_str!("../../src/schema/001_events.sql")).unwrap();
    // Layout 2 adds this table's namesake: it cannot.
    raw.execute_batch("CREATE TABLE kinds_are_never_changed (a); CREATE TRIGGER kinds_are_never_removed BEFORE DELETE ON kinds BEGIN SELECT 1; END;")
        .unwrap();
    raw.pragma_update(None, "user_version", 1).unwrap();
    let objects = |raw: &Connection| -> i64 {
        raw.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap()
    };
    let before = objects(&raw);
    drop(raw);
    block_on(SqliteStore::open(folder.database())).unwrap_err();
    let raw = Connection::open(folder.database()).unwrap();
    assert_eq!(objects(&raw), before);
    let layout: i32 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(layout, 1);
}

#[test]
fn stored_rows_refuse_to_be_changed() {
    let folder = Folder::filled(1);
    let raw = Connection::open(folder.database()).unwrap();
    for table in ["events", "streams", "kinds"] {
        raw.execute(&format!("DELETE FROM {table}"), []).unwrap_err();
        let column = match table {
            "events" => "payload",
            "kinds" => "type",
            _ => "name",
        };
        raw.execute(&format!("UPDATE {table} SET {column} = 'other'"), []).unwrap_err();
    }
    assert_eq!(feed(&open(&folder.database())).len(), 1);
}

#[test]
fn many_open_a_new_file_at_once() {
    let folder = Folder::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let path = folder.database();
            scope.spawn(move || append(&open(&path), &format!("stream-{number}"), vec![event()]).unwrap());
        }
    });
    assert_eq!(feed(&open(&folder.database())).len(), 8);
}
