//! Policies in a file: what is left when a process dies at it, and when another one goes on.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Child;
use std::thread;

use factum::policy::PolicyError;
use factum::store::conformance::{Clerk, Desk, Said, block_on};
use factum::store::policy::PolicyStoreError;
use factum::store::{EventStoreExt, FeedQuery};
use factum::{Duration, NewEvent, PolicyWorker, ReadError, Recorded, Timestamp};
use factum_sqlite::SqliteStore;

use crate::child::{self, say};
use crate::support::{Folder, append, open};

fn clerk(store: &SqliteStore) -> PolicyWorker<Clerk, SqliteStore, Desk<SqliteStore>> {
    PolicyWorker::new(store.clone(), Clerk::default(), Desk::new(store)).unwrap()
}

/// Says something to somebody; answers at which position.
fn tell(store: &SqliteStore, key: &str, orders: &str) -> u64 {
    let payload = serde_json::to_string(&Said { key: key.to_owned(), orders: orders.to_owned() }).unwrap();
    append(store, key, vec![NewEvent::new("test.Said", 1, payload)]).unwrap().position.unwrap()
}

/// What was done for a key, in order.
fn done(store: &SqliteStore, key: &str) -> Vec<String> {
    let mut done = Vec::new();
    let visit = |recorded: &Recorded<'_>| {
        let said: Said = serde_json::from_str(recorded.payload).unwrap();
        if recorded.event_type == "test.Done" && said.key == key {
            done.push(said.orders);
        }
        Ok::<(), ReadError>(())
    };
    block_on(store.for_each_in_feed(FeedQuery::default(), visit)).unwrap();
    done
}

/// The other process, and the deeds that it says.
fn start(part: &str, folder: &Folder) -> (Child, impl Iterator<Item = String>) {
    let (child, lines) = child::start(part, folder);
    (child, lines.filter_map(|line| Some(line.split_once("DONE ")?.1.to_owned())))
}

/// Another process: runs the policy for ever, and stands still after a command whose deed ends with `last`.
pub(crate) fn run_policy(database: &Path) {
    let store = open(database);
    let desk = Desk::new(&store).after(|command| {
        say(&format!("DONE {}", command.orders));
        while command.orders.ends_with("last") {
            thread::park();
        }
        Box::pin(std::future::ready(()))
    });
    block_on(PolicyWorker::new(store, Clerk::default(), desk).unwrap().run_until(std::future::pending())).unwrap();
}

#[test]
fn a_policy_that_is_killed_before_its_step_is_kept_sends_its_commands_again() {
    let folder = Folder::new();
    let store = open(&folder.database());
    for round in 0..4 {
        let key = format!("k{round}");
        tell(&store, &key, "begin; issue first; issue last; issue after it");
        let (mut runs, mut lines) = start("run policy", &folder);
        assert_eq!(lines.find(|deed| deed.ends_with("last")).as_deref(), Some("last"));
        let answer = block_on(clerk(&store).catch_up());
        assert!(matches!(answer, Err(PolicyError::State(PolicyStoreError::Duplicate { .. }))), "{answer:?}");
        runs.kill().unwrap();
        runs.wait().unwrap();
        assert_eq!(done(&store, &key), ["first", "last"]);
        assert_eq!(block_on(clerk(&store).instance(&key)).unwrap(), None);
        block_on(clerk(&store).catch_up()).unwrap();
        assert_eq!(done(&store, &key), ["first", "last", "after it"]);
    }
}

/// Of all steps up to the policy's position the instance "a" has state and timers, each once, and of none after it.
fn check_kept(store: &SqliteStore, told: &[(u64, String)], when: &str) {
    let position = block_on(clerk(store).status()).unwrap().unwrap().position;
    let steps = told.iter().filter(|(at, _)| *at <= position);
    let due: Vec<&str> = steps.flat_map(|(_, orders)| orders.split("; ")).collect();
    let timers_due: BTreeSet<&str> = due.iter().filter_map(|order| order.strip_prefix("timer 3600 ")).collect();
    let instance = block_on(clerk(store).instance("a")).unwrap();
    let (state, timers) = instance.map(|instance| (instance.state, instance.timers)).unwrap_or_default();
    let state: Vec<String> = if state.is_empty() { Vec::new() } else { serde_json::from_str(&state).unwrap() };
    assert_eq!(state, due, "{when}");
    let timers: Vec<&str> = timers.iter().map(|timer| timer.name.as_str()).collect();
    assert_eq!((timers.len(), timers.into_iter().collect()), (timers_due.len(), timers_due), "{when}");
}

#[test]
fn a_policy_that_is_killed_at_any_moment_does_everything_once() {
    let folder = Folder::new();
    let store = open(&folder.database());
    let (mut due, mut told) = (Vec::new(), Vec::new());
    told.push((tell(&store, "a", "begin"), "begin".to_owned()));
    for round in 0..24 {
        for number in 0..6 {
            let name = format!("{round}.{number}");
            let orders = format!("issue {name}; issue {name} too; timer 3600 {name} a");
            told.push((tell(&store, "a", &orders), orders));
            due.extend([name.clone(), format!("{name} too")]);
        }
        let (mut runs, mut lines) = start("run policy", &folder);
        // A different moment each time.
        lines.by_ref().take(1 + round * 5 % 11).for_each(drop);
        for _ in 0..round % 7 {
            block_on(clerk(&store).status()).unwrap();
        }
        runs.kill().unwrap();
        runs.wait().unwrap();
        assert!(due.starts_with(&done(&store, "a")), "round {round}");
        check_kept(&store, &told, &format!("round {round}"));
    }
    let status = block_on(clerk(&store).catch_up()).unwrap();
    assert_eq!((status.parked, status.instances), (0, 1));
    assert_eq!(done(&store, "a"), due);
    check_kept(&store, &told, "in the end");
}

#[test]
fn timers_are_there_when_the_file_is_opened_again() {
    let folder = Folder::new();
    let store = open(&folder.database());
    tell(&store, "a", "begin; timer 3600 silence a");
    tell(&store, "b", "begin; timer 7200 silence b");
    block_on(clerk(&store).catch_up()).unwrap();
    block_on(store.close());
    let store = open(&folder.database());
    block_on(clerk(&store).catch_up()).unwrap();
    assert_eq!(done(&store, "a"), [""; 0]);
    let later = || Timestamp::now().saturating_add(Duration::from_mins(90)).unwrap();
    block_on(clerk(&store).clock(later).catch_up()).unwrap();
    assert_eq!((done(&store, "a"), done(&store, "b")), (vec!["late silence a".to_owned()], vec![]));
    let instances = block_on(clerk(&store).instances(None, 9)).unwrap();
    let timers: Vec<_> = instances.iter().map(|one| (one.correlation.as_str(), one.timers.len())).collect();
    assert_eq!(timers, [("a", 0), ("b", 1)]);
}
