//! What the SQL of views may do, and what becomes of their tables.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use factum::Timestamp;
use factum::store::conformance::block_on;
use factum::store::{Clock, EventStore, FeedQuery, ViewError, ViewId, ViewResult, ViewStore, Views};
use factum_sqlite::{Options, QueryError, SqliteStore, ViewTx};
use futures_util::future::{join, join3};
use rusqlite::Connection;

use crate::support::{Folder, append, event, feed, open, to};

const ROOMS: &str = "CREATE TABLE seats_v1 (room TEXT PRIMARY KEY, free INTEGER NOT NULL) STRICT";

fn view(name: &'static str, version: u32) -> ViewId {
    ViewId::new(name, version).unwrap()
}

fn create(
    store: &SqliteStore,
    view: &ViewId,
    from: Option<u64>,
    code: impl FnOnce(&mut ViewTx) -> ViewResult + Send + 'static,
) -> Result<(), ViewError> {
    block_on(store.create_view(view.clone(), from, Box::new(code)))
}

/// Runs the code and moves the view by one position.
fn update(
    store: &SqliteStore,
    view: &ViewId,
    code: impl FnOnce(&mut ViewTx) -> ViewResult + Send + 'static,
) -> Result<u64, ViewError> {
    let at = block_on(store.views(view.name())).unwrap();
    let at = at.iter().find(|status| status.version == view.version()).unwrap().position;
    block_on(store.update_view(view.clone(), at, Box::new(move |tx: &mut ViewTx| code(tx).map(|()| at + 1))))
}

/// A store with two events and the view `seats_v1` of one room.
fn seats(store: SqliteStore) -> SqliteStore {
    append(&store, "a", vec![event(), event()]).unwrap();
    create(&store, &view("seats", 1), None, |tx| Ok(tx.execute_batch(ROOMS)?)).unwrap();
    let room = |tx: &mut ViewTx| {
        // It may read whatever there is.
        assert_eq!(tx.query_row("SELECT count(*) FROM events", (), |row| row.get(0))?, Some(2));
        tx.execute("INSERT INTO seats_v1 VALUES ('A', 40)", ())?;
        Ok(())
    };
    update(&store, &view("seats", 1), room).unwrap();
    store
}

fn strings(store: &SqliteStore, sql: &str) -> Vec<String> {
    block_on(store.query(sql, (), |row| row.get(0))).unwrap()
}

fn names(store: &SqliteStore, like: &str) -> Vec<String> {
    strings(store, &format!("SELECT name FROM sqlite_schema WHERE name LIKE '{like}' ORDER BY name"))
}

/// The text of the failure.
fn refused<T: std::fmt::Debug>(answer: Result<T, ViewError>) -> String {
    match answer {
        Err(ViewError::Failed { source, .. }) => source.to_string(),
        other => panic!("`Failed` is due, got {other:?}"),
    }
}

const NOT_ALLOWED: &[(&str, &str)] = &[
    ("INSERT INTO streams (name) VALUES ('x')", "may not change `streams`"),
    ("UPDATE events SET payload = ''", "may not change `events`"),
    ("DELETE FROM EVENTS", "may not change `events`"),
    ("UPDATE factum_views SET position = 7", "may not change `factum_views`"),
    ("INSERT INTO seats_v2 VALUES ('A', 1)", "may not change `seats_v2`"),
    ("DELETE FROM seats_v11", "may not change `seats_v11`"),
    ("CREATE TABLE rooms (a)", "may not change `rooms`"),
    ("CREATE TABLE Seats_v1_a (a)", "may not change `Seats_v1_a`"),
    ("CREATE TABLE seats_v1a (a)", "may not change `seats_v1a`"),
    ("CREATE INDEX by_free ON seats_v1 (free)", "may not change `by_free`"),
    ("CREATE INDEX seats_v1_by_payload ON events (payload)", "may not change `events`"),
    ("CREATE VIEW rooms AS SELECT 1", "may not change `rooms`"),
    ("DROP TABLE events", "may not change `events`"),
    ("DROP VIEW shown", "may not change `shown`"),
    ("UPDATE sqlite_master SET name = 'x'", "table sqlite_master may not be modified"),
    ("CREATE TEMP TABLE seats_v1_a (a)", "may not change `sqlite_temp_master`"),
    ("CREATE TRIGGER seats_v1_t AFTER INSERT ON seats_v1 BEGIN SELECT 1; END", "CreateTrigger"),
    ("DROP TRIGGER events_are_never_changed", "DropTrigger"),
    ("ALTER TABLE seats_v1 RENAME TO rooms", "alter a table"),
    ("ALTER TABLE seats_v1 ADD COLUMN a", "alter a table"),
    ("BEGIN", "begin or end a transaction"),
    ("COMMIT", "begin or end a transaction"),
    ("END", "begin or end a transaction"),
    ("ROLLBACK", "begin or end a transaction"),
    ("SAVEPOINT a", "begin or end a transaction"),
    ("ATTACH 'other.db' AS other", "use other files"),
    ("DETACH main", "use other files"),
    ("PRAGMA writable_schema = ON", "the pragma `writable_schema`"),
    ("PRAGMA user_version = 1", "the pragma `user_version`"),
    ("PRAGMA data_version = 1", "the pragma `data_version`"),
    ("ANALYZE", "Analyze"),
    ("REINDEX", "may not change"),
    ("VACUUM", "VACUUM"),
];

#[test]
fn a_view_writes_to_its_own_tables_alone() {
    let folder = Folder::new();
    for store in [open(&folder.database()), block_on(SqliteStore::open_in_memory()).unwrap()] {
        let store = seats(store);
        let other = view("seats", 2);
        create(&store, &other, None, |tx| Ok(tx.execute_batch("CREATE TABLE seats_v2 (a, b)")?)).unwrap();
        let eleventh = view("seats", 11);
        create(&store, &eleventh, None, |tx| Ok(tx.execute_batch("CREATE TABLE seats_v11 (a, b)")?)).unwrap();
        let shown = view("shown", 1);
        create(&store, &shown, None, |tx| Ok(tx.execute_batch("CREATE TABLE shown_v1 (a)")?)).unwrap();
        block_on(store.publish_view(shown)).unwrap();
        let before = names(&store, "%");
        let mut wrong = Vec::new();
        let mut check = |sql, reason: &str, said: String| {
            if !said.contains(reason) {
                wrong.push(format!("{sql}: {said}"));
            }
        };
        for &(sql, reason) in NOT_ALLOWED {
            let run = move |tx: &mut ViewTx| {
                tx.execute("INSERT INTO seats_v1 VALUES ('B', 1)", ())?;
                tx.execute(sql, ())?;
                Ok(())
            };
            check(sql, reason, refused(update(&store, &view("seats", 1), run)));
            let run = move |tx: &mut ViewTx| Ok(tx.execute_batch(sql)?);
            check(sql, reason, refused(update(&store, &view("seats", 1), run)));
            // What its code passes over is not done either.
            let pass_over = move |tx: &mut ViewTx| {
                let _ = tx.execute_batch(sql);
                let _ = tx.query(sql, (), |_| Ok(()));
                Err("enough".into())
            };
            assert_eq!(refused(update(&store, &view("seats", 1), pass_over)), "enough");
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(names(&store, "%"), before);
        assert_eq!(strings(&store, "SELECT room || free FROM seats_v1"), ["A40"]);
        assert_eq!((feed(&store).len(), block_on(store.views("seats")).unwrap()[0].position), (2, 1));
        update(&store, &view("seats", 1), |_| Ok(())).unwrap();
    }
}

#[test]
fn a_statement_that_another_may_run_is_not_taken_over() {
    let store = seats(block_on(SqliteStore::open_in_memory()).unwrap());
    let sql = "INSERT INTO seats_v1 VALUES (?1, 1)";
    let insert = |room: &'static str| move |tx: &mut ViewTx| Ok(tx.execute(sql, (room,)).map(drop)?);
    update(&store, &view("seats", 1), insert("B")).unwrap();
    let other = view("others", 1);
    create(&store, &other, None, |_| Ok(())).unwrap();
    assert!(refused(update(&store, &other, insert("C"))).contains("may not change `seats_v1`"));
    let asked = block_on(store.query(sql, ("D",), |_| Ok(()))).unwrap_err();
    assert!(asked.to_string().contains("may not change `seats_v1`"), "{asked}");
    assert_eq!(strings(&store, "SELECT room FROM seats_v1 ORDER BY room"), ["A", "B"]);
}

/// SQLite ends a transaction by itself where a statement asks it to: what the code does afterwards is not stored.
#[test]
fn code_that_passes_over_the_end_of_its_transaction_changes_nothing() {
    let folder = Folder::new();
    let store = seats(open(&folder.database()));
    let again = |tx: &mut ViewTx| {
        tx.execute("INSERT INTO seats_v1 VALUES ('B', 1)", ())?;
        tx.execute("INSERT OR ROLLBACK INTO seats_v1 VALUES ('A', 1)", ()).unwrap_err();
        let _ = tx.execute("INSERT INTO seats_v1 VALUES ('C', 1)", ());
        Ok(())
    };
    let said = refused(update(&store, &view("seats", 1), again));
    assert!(said.contains("has undone the transaction"), "{said}");
    assert_eq!(strings(&store, "SELECT room FROM seats_v1"), ["A"]);
    update(&store, &view("seats", 1), |tx| Ok(tx.execute("DELETE FROM seats_v1", ()).map(drop)?)).unwrap();
    append(&store, "a", vec![event()]).unwrap();
}

/// A disk without room ends a statement, and where it must the whole transaction: either way nothing of the batch stays.
#[test]
fn a_full_disk_undoes_the_batch() {
    let folder = Folder::new();
    let store = seats(block_on(Options::new().max_bytes(300_000).open(folder.database())).unwrap());
    let fill = |tx: &mut ViewTx| loop {
        tx.execute("INSERT INTO seats_v1 VALUES (hex(randomblob(5000)), 1)", ())?;
    };
    let said = refused(update(&store, &view("seats", 1), fill));
    assert!(said.contains("full"), "{said}");
    let pass_over = |tx: &mut ViewTx| {
        while tx.execute("INSERT INTO seats_v1 VALUES (hex(randomblob(5000)), 1)", ()).is_ok() {}
        tx.execute("DELETE FROM seats_v1 WHERE room <> 'A'", ())?;
        tx.execute("INSERT INTO seats_v1 VALUES ('B', 1)", ())?;
        Ok(())
    };
    // Whether SQLite could go on or not: all of it, or nothing.
    let (rooms, position): (&[&str], _) = match update(&store, &view("seats", 1), pass_over) {
        Ok(_) => (&["A", "B"], 2),
        Err(_) => (&["A"], 1),
    };
    assert_eq!(strings(&store, "SELECT room FROM seats_v1 ORDER BY room"), rooms);
    assert_eq!(block_on(store.views("seats")).unwrap()[0].position, position);
    append(&store, "a", vec![event()]).unwrap();
}

/// A clock that writes down when it is asked: once for each append.
struct Asked(Arc<Mutex<Vec<&'static str>>>);

impl Clock for Asked {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().push("append");
        Timestamp::now()
    }
}

#[test]
fn appends_do_not_wait_for_other_changes() {
    let done = Arc::new(Mutex::new(Vec::new()));
    let store = block_on(Options::new().clock(Asked(Arc::clone(&done))).open_in_memory()).unwrap();
    let seats = view("seats", 1);
    create(&store, &seats, None, |_| Ok(())).unwrap();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    // The writer is kept busy until all of these wait for it, in this order.
    let first = store.update_view(seats.clone(), 0, Box::new(move |_: &mut ViewTx| Ok(wait.recv().map(|()| 1)?)));
    let log = Arc::clone(&done);
    let change = move |_: &mut ViewTx| {
        log.lock().unwrap().push("change");
        Ok(2)
    };
    let change = store.update_view(seats, 1, Box::new(change));
    let (before, after) = (store.append(to("a", vec![event()])), store.append(to("b", vec![event()])));
    let mut all = std::pin::pin!(join(first, join3(before, change, after)));
    let mut poll = || block_on(std::future::poll_fn(|context| Poll::Ready(all.as_mut().poll(context))));
    assert!(poll().is_pending());
    go_on.send(()).unwrap();
    let (first, (before, change, after)) = block_on(all);
    assert!(first.is_ok() && before.is_ok() && change.is_ok() && after.is_ok());
    assert_eq!(*done.lock().unwrap(), ["append", "append", "change"]);
}

fn create_all(version: u32) -> impl FnOnce(&mut ViewTx) -> ViewResult + Send + 'static {
    move |tx| {
        let own = format!("seats_v{version}");
        Ok(tx.execute_batch(&format!(
            "CREATE TABLE {own} (room TEXT PRIMARY KEY, free INTEGER NOT NULL);
             CREATE TABLE {own}_rows (room TEXT, line INTEGER, free INTEGER, PRIMARY KEY (room, line)) WITHOUT ROWID;
             CREATE INDEX {own}_by_free ON {own} (free);
             CREATE VIEW {own}_full AS SELECT room FROM {own} WHERE free = 0;
             CREATE VIRTUAL TABLE {own}_search USING fts5 (text);
             INSERT INTO {own} VALUES ('version {version}', 0);
             INSERT INTO {own}_search VALUES ('by the window of version {version}');
             INSERT INTO {own}_search ({own}_search) VALUES ('optimize')"
        ))?)
    }
}

#[test]
fn all_that_a_version_has_is_shown_and_removed_together() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let (first, second) = (view("seats", 1), view("seats", 2));
    create(&store, &first, None, create_all(1)).unwrap();
    create(&store, &second, None, create_all(2)).unwrap();
    block_on(store.publish_view(first.clone())).unwrap();
    let shown = ["seats", "seats_full", "seats_rows", "seats_search"];
    let named = || {
        let names = names(&store, "seats%").into_iter();
        names.filter(|name| !name.contains("_v1") && !name.contains("_v2")).collect::<Vec<_>>()
    };
    assert_eq!(named(), shown);
    let full = || strings(&store, "SELECT room FROM seats_full");
    assert_eq!(full(), ["version 1"]);
    block_on(store.publish_view(second.clone())).unwrap();
    assert_eq!((named(), full()), (shown.map(str::to_owned).to_vec(), vec!["version 2".to_owned()]));
    assert_eq!(strings(&store, "SELECT text FROM seats_v2_search ('window')"), ["by the window of version 2"]);

    // Made anew with less: what readers are shown follows.
    create(&store, &second, Some(0), |tx| Ok(tx.execute_batch("CREATE TABLE seats_v2 (room)")?)).unwrap();
    assert_eq!(named(), ["seats"]);
    block_on(store.remove_view(second)).unwrap();
    assert_eq!(named(), [""; 0]);
    block_on(store.remove_view(first)).unwrap();
    assert_eq!(names(&store, "seats%"), [""; 0]);
}

#[test]
fn names_of_the_store_and_of_others_are_refused() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let answer = create(&store, &view("factum_parked", 1), None, |_| Ok(()));
    assert!(matches!(&answer, Err(ViewError::Refused { reason, .. }) if reason.contains("`factum_`")), "{answer:?}");
    Connection::open(folder.database()).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    for name in ["events", "theirs"] {
        let named = view(name, 1);
        let table = format!("CREATE TABLE {named} (a)");
        create(&store, &named, None, move |tx| Ok(tx.execute_batch(&table)?)).unwrap();
        let answer = block_on(store.publish_view(named.clone()));
        assert!(matches!(&answer, Err(ViewError::Refused { reason, .. }) if reason.contains(name)), "{answer:?}");
        assert!(!block_on(store.views(name)).unwrap()[0].live, "{name}");
        block_on(store.remove_view(named)).unwrap();
    }
    assert_eq!(strings(&store, "SELECT name FROM sqlite_schema WHERE name = 'theirs'"), ["theirs"]);
}

#[test]
fn a_query_changes_nothing() {
    let folder = Folder::new();
    for store in [open(&folder.database()), block_on(SqliteStore::open_in_memory()).unwrap()] {
        let store = seats(store);
        for sql in [
            "DELETE FROM seats_v1",
            "DELETE FROM seats_v1 RETURNING room",
            "INSERT INTO streams (name) VALUES ('x')",
            "PRAGMA query_only = OFF",
            "PRAGMA user_version = 1",
            "CREATE TEMP TABLE a (b)",
            "BEGIN",
            "COMMIT",
            "nonsense",
        ] {
            let answer = block_on(store.query(sql, (), |_| Ok(())));
            assert!(matches!(answer, Err(QueryError::Sqlite(_))), "{sql}: {answer:?}");
        }
        assert_eq!(strings(&store, "SELECT room FROM seats_v1"), ["A"]);
        assert_eq!(block_on(store.read_all(FeedQuery::default())).unwrap().len(), 2);
        block_on(store.close());
        assert_eq!(block_on(store.query("SELECT 1", (), |_| Ok(()))), Err(QueryError::Closed));
    }
}

/// The last handle may go with code that the store itself runs: it is closed when that has ended.
#[test]
fn a_store_may_be_given_up_by_code_that_it_runs() {
    let folder = Folder::new();
    let store = seats(open(&folder.database()));
    let (begins, begun) = std::sync::mpsc::channel();
    let (given_up, gone) = std::sync::mpsc::channel();
    let held = store.clone();
    let code = move |_: &mut ViewTx| {
        begins.send(())?;
        gone.recv()?;
        block_on(held.close());
        drop(held);
        Ok(7)
    };
    let mut moving = Box::pin(store.update_view(view("seats", 1), 1, Box::new(code)));
    block_on(std::future::poll_fn(|context| {
        assert!(moving.as_mut().poll(context).is_pending());
        Poll::Ready(())
    }));
    drop(moving);
    drop(store);
    // Otherwise the store that is opened now may have its turn before.
    begun.recv().unwrap();
    given_up.send(()).unwrap();
    let store = open(&folder.database());
    assert_eq!(block_on(store.views("seats")).unwrap()[0].position, 7);
}
