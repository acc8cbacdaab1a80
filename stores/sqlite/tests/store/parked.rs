//! A process that dies while events are parked.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{pending, ready};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use factum::store::conformance::block_on;
use factum::store::{EventStoreExt as _, FeedQuery, Parked};
use factum::{Delivery, RetryPolicy, Subscription};
use factum_sqlite::SqliteStore;
use futures_channel::oneshot;

use crate::child::{self, say};
use crate::support::{Folder, append, event, open};

/// The version of a bad stream that no consumer can handle.
const POISON: u64 = 3;

fn mails(store: &SqliteStore) -> Subscription<SqliteStore> {
    let retry = RetryPolicy { attempts: 2, base_delay: Duration::from_millis(1), ..RetryPolicy::default() };
    Subscription::new(store.clone(), "mails").unwrap().batch(7).concurrency(4).retry(retry)
}

/// Another process: handles what it can, and says so before it is acknowledged.
pub(crate) fn deliver_until_killed(database: &Path) {
    let handle = |delivery: Delivery| {
        let recorded = delivery.event();
        let is_poison = recorded.stream.starts_with("bad") && recorded.version == POISON;
        let word = if is_poison { "FAILED" } else { "DONE" };
        say(&format!("{word} {}", recorded.position));
        ready(if is_poison { Err("no such address") } else { Ok(()) })
    };
    block_on(mails(&open(database)).run_until(handle, pending())).unwrap();
}

/// What is stored: the stream and the version at each position.
fn places(store: &SqliteStore) -> BTreeMap<u64, (String, u64)> {
    let mut places = BTreeMap::new();
    let visit = block_on(store.for_each_in_feed(FeedQuery::default(), |recorded| {
        places.insert(recorded.position, (recorded.stream.to_owned(), recorded.version));
        Ok::<(), factum::ReadError>(())
    }));
    visit.unwrap();
    places
}

/// Runs the other process until it has said so many lines, and kills it: the positions that it handled, in order.
fn handled_until_death(folder: &Folder, lines: usize) -> Vec<u64> {
    let mut other = child::command("deliver until killed", &folder.database()).spawn().unwrap();
    let mut said = BufReader::new(other.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut all: Vec<String> = said.by_ref().take(lines).collect();
    other.kill().unwrap();
    other.wait().unwrap();
    all.extend(said);
    all.iter().filter_map(|line| line.split_once("DONE ")?.1.parse().ok()).collect()
}

/// A parked event is the poison, or waits behind it.
fn assert_parked(parked: &[Parked], places: &BTreeMap<u64, (String, u64)>) {
    for one in parked {
        let (stream, version) = &places[&one.position];
        assert!(stream.starts_with("bad") && *version >= POISON, "{stream}@{version} is parked");
        assert_eq!((&one.key, one.attempts > 0, one.due), (stream, *version == POISON, false), "{stream}@{version}");
    }
}

#[test]
fn parked_events_stay_parked_with_those_behind_them_when_the_process_is_killed() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let (mut done, mut parked_before) = (BTreeSet::new(), BTreeSet::new());
    for round in 0..8 {
        for name in ["good-1", "bad-1", "good-2", "bad-2", "good-3"] {
            append(&store, name, (0..20).map(|_| event()).collect()).unwrap();
        }
        let began_after = block_on(mails(&store).position()).unwrap().unwrap_or(0);
        let handled = handled_until_death(&folder, 25 + round * 9);

        let places = places(&store);
        let parked = block_on(mails(&store).parked()).unwrap();
        assert_parked(&parked, &places);
        let parked: BTreeSet<u64> = parked.iter().map(|one| one.position).collect();
        assert!(parked.is_superset(&parked_before), "round {round}: {parked_before:?} became {parked:?}");
        let again: Vec<_> = handled.iter().filter(|position| **position <= began_after).collect();
        assert!(again.is_empty(), "round {round}: {again:?} were acknowledged or parked before");
        let mut last = BTreeMap::new();
        for position in &handled {
            let (stream, version) = &places[position];
            assert!(last.insert(stream, version).is_none_or(|before| before < version), "{stream} is out of order");
            assert!(stream.starts_with("good") || *version < POISON, "{stream}@{version} overtook what is parked");
        }
        done.extend(handled);
        let position = block_on(mails(&store).position()).unwrap().unwrap_or(0);
        let missing: Vec<_> = (1..=position).filter(|at| !done.contains(at) && !parked.contains(at)).collect();
        assert!(missing.is_empty(), "round {round}: {missing:?} are neither handled nor parked");
        parked_before = parked;
    }
    assert!(parked_before.len() > 2, "{parked_before:?}: something has to wait behind a poison");
    assert!(done.len() > 100, "most of it is handled, {} were", done.len());
    everything_is_handled_in_the_end(&store, &done);
}

/// The parked ones are tried again by somebody who can handle them: they come in their order, and once.
fn everything_is_handled_in_the_end(store: &SqliteStore, done: &BTreeSet<u64>) {
    let places = places(store);
    assert_eq!(block_on(mails(store).replay(None)).unwrap(), 2, "the keys of the two bad streams");
    let (seen, (enough, stop)) = (Mutex::new(Vec::new()), oneshot::channel::<()>());
    let enough = Mutex::new(Some(enough));
    let handle = |delivery: Delivery| -> std::future::Ready<Result<(), &'static str>> {
        let mut seen = seen.lock().unwrap();
        seen.push(delivery.event().position);
        if places.keys().all(|position| done.contains(position) || seen.contains(position)) {
            enough.lock().unwrap().take().map(|enough| enough.send(()));
        }
        ready(Ok(()))
    };
    let stop = async move { stop.await.unwrap_or_default() };
    block_on(mails(store).run_until(handle, stop)).unwrap();
    assert!(block_on(mails(store).parked()).unwrap().is_empty());
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "an event came twice");
    let bad: Vec<_> = seen.iter().map(|position| &places[position]).filter(|(stream, _)| stream == "bad-1").collect();
    assert!(bad.is_sorted() && bad.len() > 8, "{bad:?}");
}
