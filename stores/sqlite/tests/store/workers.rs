//! Views and subscriptions that several processes serve, and processes that die at it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use factum::projection::{Followed, Project, Projection, Projector};
use factum::store::conformance::{Tally, ViewFactory, block_on};
use factum::store::subscription::{Progress, SubscriptionError, SubscriptionStore};
use factum::store::{
    Changed, Changes, EventStore, EventStoreExt, FeedQuery, ViewError, ViewId, ViewResult, ViewStore, Views,
};
use factum::subscription::SubscribeError;
use factum::{DecodeError, Decoded, Recorded, Sleeper, Subscription, TimerThread};
use factum_sqlite::{Options, SqliteStore, ViewTx};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use rusqlite::Connection;

use crate::child::{say, start};
use crate::conformance::InFile;
use crate::support::{Folder, append, event, open};

/// How many events each stream has.
type Counts = Tally<InFile, 1>;

fn projector(store: &SqliteStore) -> Projector<Counts, SqliteStore> {
    Projector::new(store.clone(), Counts::default())
}

fn view() -> ViewId {
    ViewId::new(Counts::NAME, 1).unwrap()
}

fn rows(store: &SqliteStore) -> BTreeMap<String, i64> {
    InFile.rows(store, &view()).unwrap()
}

fn position(store: &SqliteStore) -> u64 {
    block_on(store.views(Counts::NAME)).unwrap()[0].position
}

fn fresh_fold(store: &SqliteStore, up_to: u64) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    let count = |recorded: &Recorded<'_>| {
        if recorded.position <= up_to {
            *counts.entry(recorded.stream.to_owned()).or_insert(0) += 1;
        }
        Ok::<(), factum::ReadError>(())
    };
    block_on(store.for_each_in_feed(FeedQuery::default(), count)).unwrap();
    counts
}

fn last_position(store: &SqliteStore) -> u64 {
    block_on(store.last_position()).unwrap().unwrap_or(0)
}

/// Another process: keeps the view up to date until its input ends.
pub(crate) fn project_until_told(database: &Path) {
    let store = open(database);
    let (told, stop) = oneshot::channel::<()>();
    thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = told.send(());
    });
    say("BEGINS");
    let stop = async move { stop.await.unwrap_or_default() };
    block_on(projector(&store).run_until(stop)).unwrap();
}

/// The same view, whose code stands still at the third event that it meets, with two in its open transaction.
struct StandsStill(AtomicU64);

impl Projection for StandsStill {
    type Tx = ViewTx;
    type Events = UpToTheThird;
    const NAME: &'static str = Counts::NAME;
    const VERSION: u32 = 1;

    fn create(&self, tx: &mut ViewTx) -> ViewResult {
        InFile::create(tx, &view())
    }
}

struct UpToTheThird;

impl Followed for UpToTheThird {
    type Event = ();

    fn concerns(_: &Recorded<'_>) -> bool {
        true
    }

    fn read(_: &Recorded<'_>) -> Result<Decoded<()>, DecodeError> {
        Ok(Decoded::One(()))
    }
}

impl Project<StandsStill> for UpToTheThird {
    fn project(view: &StandsStill, tx: &mut ViewTx, (): &(), recorded: &Recorded<'_>) -> ViewResult {
        if view.0.fetch_add(1, Ordering::Relaxed) == 2 {
            say("STANDS");
            loop {
                thread::park();
            }
        }
        InFile::add(tx, &self::view(), recorded.stream, 1)
    }
}

/// Another process: begins a batch and does not end it.
pub(crate) fn project_and_stand_still(database: &Path) {
    let projector = Projector::new(open(database), StandsStill(AtomicU64::new(0)));
    block_on(projector.catch_up(|_| {})).unwrap();
}

/// The rows are those of the view's position, and after the rest has been applied those of all events.
fn check(store: &SqliteStore, when: &str) {
    if let Some(view) = block_on(store.views(Counts::NAME)).unwrap().first() {
        assert_eq!(rows(store), fresh_fold(store, view.position), "{when}");
    }
    block_on(projector(store).catch_up(|_| {})).unwrap();
    assert_eq!(position(store), last_position(store), "{when}");
    assert_eq!(rows(store), fresh_fold(store, u64::MAX), "{when}");
}

#[test]
fn a_worker_that_is_killed_inside_of_a_transaction_has_had_no_effect() {
    let folder = Folder::new();
    let store = open(&folder.database());
    for _ in 0..3 {
        append(&store, "a", (0..5).map(|_| event()).collect()).unwrap();
        let (mut worker, mut lines) = start("project and stand still", &folder);
        lines.find(|line| line.contains("STANDS")).unwrap();
        worker.kill().unwrap();
        worker.wait().unwrap();
        check(&store, "it was killed while it stood still");
    }
}

#[test]
fn a_worker_that_is_killed_at_any_moment_has_had_each_effect_once() {
    let folder = Folder::new();
    let store = open(&folder.database());
    for round in 0..15 {
        let (mut worker, mut lines) = start("project until told", &folder);
        lines.find(|line| line.contains("BEGINS")).unwrap();
        // It follows these, one after the other.
        for _ in 0..5 + round % 4 {
            append(&store, ["a", "b"][round % 2], vec![event()]).unwrap();
        }
        worker.kill().unwrap();
        worker.wait().unwrap();
        check(&store, &format!("round {round}"));
    }
}

#[test]
fn two_processes_work_at_one_view() {
    let folder = Folder::new();
    let store = open(&folder.database());
    append(&store, "old", (0..1_200).map(|_| event()).collect()).unwrap();
    let mut workers: Vec<_> = (0..2).map(|_| start("project until told", &folder)).collect();
    for (_, lines) in &mut workers {
        lines.find(|line| line.contains("BEGINS")).unwrap();
    }
    for round in 0..60 {
        append(&store, ["a", "b", "c"][round % 3], (0..=round % 4).map(|_| event()).collect()).unwrap();
    }
    // Woken by what other processes write.
    block_on(projector(&store).wait_until_seen(last_position(&store))).unwrap();
    for (mut worker, _) in workers {
        drop(worker.stdin.take());
        assert!(worker.wait().unwrap().success());
    }
    assert_eq!(position(&store), last_position(&store));
    assert_eq!(rows(&store), fresh_fold(&store, u64::MAX));
}

/// One statement sees one state of the file, whenever it looks: never rows without their position.
#[test]
fn rows_and_position_are_seen_together() {
    let folder = Folder::new();
    let store = open(&folder.database());
    block_on(projector(&store).catch_up(|_| {})).unwrap();
    let raw = Connection::open(folder.database()).unwrap();
    let mut seen =
        raw.prepare("SELECT coalesce(sum(amount), 0), (SELECT position FROM factum_views) FROM tally_v1").unwrap();
    let (done, stop) = oneshot::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(|| block_on(projector(&store).run_until(async { stop.await.unwrap_or_default() })).unwrap());
        let follow = scope.spawn(|| {
            for _ in 0..150 {
                let position = append(&store, "a", vec![event()]).unwrap().position.unwrap();
                block_on(projector(&store).wait_until_seen(position)).unwrap();
            }
            let _ = done.send(());
        });
        while !follow.is_finished() {
            let (rows, position): (i64, i64) = seen.query_row([], |row| row.try_into()).unwrap();
            assert_eq!(rows, position);
        }
    });
    assert_eq!(position(&store), 150);
}

fn mails(store: &SqliteStore) -> Subscription<SqliteStore> {
    Subscription::new(store.clone(), "mails").unwrap().batch(5)
}

/// Another process: says which events it is handed, and which are kept as dealt with.
pub(crate) fn follow_until_killed(database: &Path) {
    let store = open(database);
    block_on(async {
        let mut consumer = mails(&store).open().await.unwrap();
        loop {
            let batch = consumer.next().await.unwrap();
            batch.iter().for_each(|event| say(&format!("MET {}", event.position)));
            consumer.acknowledge(batch.position());
            consumer.save().await.unwrap();
            say(&format!("KEPT {}", batch.position()));
        }
    });
}

#[test]
fn a_subscription_goes_on_where_a_killed_process_left_it() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let mut met = BTreeSet::new();
    for round in 0..8 {
        append(&store, "a", (0..40).map(|_| event()).collect()).unwrap();
        let (mut other, mut lines) = start("follow until killed", &folder);
        let mut kept = 0;
        let mut take = |line: String| {
            if let Some((_, position)) = line.split_once("MET ") {
                met.insert(position.parse::<u64>().unwrap());
            } else if let Some((_, position)) = line.split_once("KEPT ") {
                kept = position.parse().unwrap();
            }
        };
        // Whatever is said beside that comes first, so a few more lines do no harm.
        lines.by_ref().take(8 + round * 3).for_each(&mut take);
        let taken = block_on(store.claim("mails".parse().unwrap(), 0));
        assert!(matches!(taken, Err(SubscriptionError::Duplicate { .. })), "{taken:?}");
        other.kill().unwrap();
        other.wait().unwrap();
        lines.for_each(&mut take);

        // Its name is free at once, and what it has kept is known.
        let mut consumer = block_on(mails(&store).open()).unwrap();
        assert!(consumer.position() >= kept, "{} after {kept} was kept", consumer.position());
        let first = consumer.position() + 1;
        if first <= last_position(&store) {
            let batch = block_on(consumer.next()).unwrap();
            let positions: Vec<u64> = batch.iter().map(|event| event.position).collect();
            assert_eq!(positions[0], first);
            met.extend(positions);
            consumer.acknowledge(batch.position());
        }
        let position = consumer.position();
        block_on(consumer.close()).unwrap();
        assert!((1..=position).all(|position| met.contains(&position)), "something was never delivered");
    }
}

#[test]
fn a_name_is_taken_among_stores_of_one_process() {
    let folder = Folder::new();
    let (first, second) = (open(&folder.database()), open(&folder.database()));
    let consumer = block_on(mails(&first).open()).unwrap();
    let refused = block_on(mails(&second).open());
    assert!(matches!(refused, Err(SubscribeError::State(SubscriptionError::Duplicate { .. }))), "{refused:?}");
    drop(consumer);
    block_on(mails(&second).open()).unwrap();
}

#[test]
fn whoever_has_no_turn_for_too_long_is_told_so() {
    let folder = Folder::new();
    let store = block_on(Options::new().busy_timeout(Duration::from_millis(20)).open(folder.database())).unwrap();
    let mails = "mails".parse().unwrap();
    let claim = block_on(store.claim("news".parse().unwrap(), 0)).unwrap();
    block_on(projector(&store).catch_up(|_| {})).unwrap();
    let writer = std::fs::File::options().write(true).open(folder.path().join("events.db.writer")).unwrap();
    writer.lock().unwrap();
    assert!(matches!(block_on(store.claim(mails, 0)), Err(SubscriptionError::Busy)));
    let save = block_on(store.save(Progress::to("news".parse().unwrap(), 1)));
    assert!(matches!(save, Err(SubscriptionError::Busy)), "{save:?}");
    let update = block_on(store.update_view(view(), 0, Box::new(|_: &mut ViewTx| Ok(1))));
    assert!(matches!(update, Err(ViewError::Busy)), "{update:?}");
    assert!(matches!(block_on(store.remove_view(view())), Err(ViewError::Busy)));
    writer.unlock().unwrap();
    // Nobody goes past those who are waiting.
    let next = std::fs::File::options().write(true).open(folder.path().join("events.db.next.writer")).unwrap();
    next.lock().unwrap();
    let save = block_on(store.save(Progress::to("news".parse().unwrap(), 1)));
    assert!(matches!(save, Err(SubscriptionError::Busy)), "{save:?}");
    next.unlock().unwrap();
    drop(claim);
    assert_eq!(block_on(store.claim("news".parse().unwrap(), 9)).unwrap().position, 0);
    assert_eq!(position(&store), 0);
}

/// A process that is being started has, for a moment, all files of the one that starts it, their locks among them.
#[test]
fn a_name_is_free_also_while_processes_are_started() {
    let folder = Folder::new();
    let store = open(&folder.database());
    thread::scope(|scope| {
        let starts = scope.spawn(|| {
            for _ in 0..100 {
                assert!(std::process::Command::new("true").status().unwrap().success());
            }
        });
        while !starts.is_finished() {
            drop(block_on(store.claim("mails".parse().unwrap(), 0)).unwrap());
        }
    });
}

/// A minute is not a measure, only better than for ever.
fn soon(changed: Changed) {
    let late = TimerThread.sleep(Duration::from_mins(1));
    assert!(matches!(block_on(select(changed, late)), Either::Left(_)), "nobody was woken");
}

/// Whoever waits is woken by another store of the file, and by the end of their own.
#[test]
fn a_wait_ends_with_what_others_write_and_with_the_store() {
    let folder = Folder::new();
    let (ours, theirs) = (open(&folder.database()), open(&folder.database()));
    for _ in 0..5 {
        let changed = ours.changed();
        append(&theirs, "a", vec![event()]).unwrap();
        soon(changed);
    }
    let changed = ours.changed();
    block_on(ours.close());
    soon(changed);
    assert!(block_on(ours.read_all(FeedQuery::default())).is_err());
    soon(ours.changed());
    let in_memory = block_on(SqliteStore::open_in_memory()).unwrap();
    let changed = in_memory.changed();
    block_on(in_memory.close());
    soon(changed);
}
