//! Very many commands and messages that are forgotten.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use factum::store::conformance::{ViewFactory, block_on};
use factum::store::{EventStore, Forget, ViewId, ViewStore, Views};
use factum::{Timestamp, Uuid};
use factum_sqlite::{SqliteStore, ViewTx};
use rusqlite::{Connection, params};

use crate::conformance::InFile;
use crate::support::{Folder, append, event, open};

/// The store remembers so many commands, one each microsecond from 1970 on; their ids are in no order.
fn remember_commands(folder: &Folder, commands: i64) {
    let mut raw = Connection::open(folder.database()).unwrap();
    let batch = raw.transaction().unwrap();
    let mut insert = batch
        .prepare("INSERT INTO factum_commands (id, stream, version, recorded_at) VALUES (?1, 'test.Thing-a', 0, ?2)")
        .unwrap();
    for time in 0..commands {
        insert.execute(params![id(time).into_bytes(), time]).unwrap();
    }
    drop(insert);
    batch.commit().unwrap();
}

fn id(time: i64) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &time.to_be_bytes())
}

fn is_remembered(store: &SqliteStore, time: i64) -> bool {
    block_on(store.find_command(id(time))).unwrap().is_some()
}

fn microsecond(time: i64) -> Timestamp {
    Timestamp::from_microsecond(time).unwrap()
}

/// Appends until it is told to stop; answers how often, and the longest wait.
fn append_until(store: &SqliteStore, stop: &AtomicBool) -> (usize, Duration) {
    let (mut appends, mut longest) = (0, Duration::ZERO);
    while !stop.load(Ordering::SeqCst) {
        let begin = Instant::now();
        append(store, "b", vec![event()]).unwrap();
        longest = longest.max(begin.elapsed());
        appends += 1;
    }
    (appends, longest)
}

/// Whoever appends has its turn after each slice, and there are forty.
#[test]
fn nobody_waits_until_all_is_forgotten() {
    const COMMANDS: i64 = 200_000;
    const KEPT: i64 = 10;
    let folder = Folder::new();
    let store = open(&folder.database());
    remember_commands(&folder, COMMANDS);
    append(&store, "b", vec![event()]).unwrap();

    let stop = AtomicBool::new(false);
    let (forgotten, took, (appends, longest)) = thread::scope(|scope| {
        let appender = scope.spawn(|| append_until(&store, &stop));
        let begin = Instant::now();
        let forgotten = block_on(store.forget_commands(microsecond(COMMANDS - KEPT)));
        let took = begin.elapsed();
        stop.store(true, Ordering::SeqCst);
        (forgotten.unwrap(), took, appender.join().unwrap())
    });
    println!("forgotten in {took:?}; {appends} appends meanwhile, the longest took {longest:?}");
    assert_eq!(forgotten, (COMMANDS - KEPT).unsigned_abs());
    // One for each, if the machine lets the appender run; all in one turn would leave room for two.
    assert!(appends >= 8, "while 40 slices were forgotten there were {appends} appends");

    let kept: Vec<i64> = (COMMANDS - 2 * KEPT..COMMANDS).filter(|time| is_remembered(&store, *time)).collect();
    assert_eq!(kept, (COMMANDS - KEPT..COMMANDS).collect::<Vec<_>>());
    assert_eq!(block_on(store.forget_commands(Timestamp::MAX)).unwrap(), KEPT.unsigned_abs());
}

/// Both bounds, over several slices, in one version of one view.
#[test]
fn messages_are_forgotten_slice_by_slice() {
    const MESSAGES: u64 = 12_000;
    let folder = Folder::new();
    let store = open(&folder.database());
    let views = [1, 2].map(|version| ViewId::new("tally", version).unwrap());
    for view in views.clone() {
        let create = Box::new({
            let view = view.clone();
            move |tx: &mut ViewTx| InFile::create(tx, &view)
        });
        block_on(store.create_view(view, None, create)).unwrap();
    }
    let mut raw = Connection::open(folder.database()).unwrap();
    let batch = raw.transaction().unwrap();
    let insert =
        "INSERT INTO factum_messages (view, version, id, position, received_at) VALUES ('tally', ?1, ?2, ?3, ?3)";
    for version in [1, 2] {
        for number in 0..MESSAGES {
            // The first one has no name.
            let id = if number == 0 { String::new() } else { id(number.cast_signed()).to_string() };
            batch.prepare_cached(insert).unwrap().execute(params![version, id, number.cast_signed()]).unwrap();
        }
    }
    batch.commit().unwrap();
    let [first, second] = views;
    let forget = |view: &ViewId, which| block_on(store.forget_messages(view.clone(), which)).unwrap();
    assert_eq!(forget(&first, Forget::Before(microsecond(4_000))), 4_000);
    assert_eq!(forget(&first, Forget::UpTo(8_000)), 4_001);
    assert_eq!(forget(&first, Forget::UpTo(u64::MAX)), MESSAGES - 8_001);
    assert_eq!(forget(&second, Forget::Before(Timestamp::MAX)), MESSAGES);
}
