//! The memory store keeps every promise, and every promise is on the list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use factum::MemoryStore;
use factum::store::DynEventStore;
use factum::store::conformance::{
    Behaviour, Failure, StoreFactory, TestClock, ViewFactory, Violation, behaviours, policy_behaviours, run_all,
    snapshot_behaviours, subscription_behaviours, view_behaviours,
};
use factum::store::{ViewId, ViewResult};

struct Memory;

impl StoreFactory for Memory {
    type Store = MemoryStore;

    fn make(&self, clock: TestClock) -> Result<MemoryStore, Failure> {
        Ok(MemoryStore::with_clock(clock))
    }
}

type Rows = BTreeMap<String, i64>;

impl ViewFactory for Memory {
    type Tx = Rows;

    fn create(_: &mut Rows, _: &ViewId) -> ViewResult {
        Ok(())
    }

    fn add(rows: &mut Rows, _: &ViewId, key: &str, amount: i64) -> ViewResult {
        *rows.entry(key.to_owned()).or_default() += amount;
        Ok(())
    }

    fn rows(&self, store: &MemoryStore, view: &ViewId) -> Result<Rows, Failure> {
        Ok(store.view_version::<Rows>(view).ok_or("no such version")?.as_ref().clone())
    }

    fn live_rows(&self, store: &MemoryStore, name: &str) -> Result<Rows, Failure> {
        Ok(store.view::<Rows>(name).ok_or("no live version")?.as_ref().clone())
    }
}

/// The same store behind a pointer.
struct Dynamic;

impl StoreFactory for Dynamic {
    type Store = Arc<dyn DynEventStore>;

    fn make(&self, clock: TestClock) -> Result<Self::Store, Failure> {
        Ok(Arc::new(MemoryStore::with_clock(clock)))
    }
}

mod memory {
    use super::Memory;

    factum::store_conformance!(Memory);
    factum::snapshot_conformance!(Memory);
    factum::view_conformance!(Memory);
    factum::subscription_conformance!(Memory);
    factum::policy_conformance!(Memory);
}

#[test]
fn a_store_behind_a_pointer_keeps_every_promise() {
    let violations = run_all(behaviours(), &Dynamic, |name, result| assert!(result.is_ok(), "{name}: {result:?}"));
    assert_eq!(violations, 0);
}

#[test]
fn a_list_is_run_to_its_end_and_its_violations_are_counted() {
    let list = view_behaviours().into_iter().take(1);
    let broken = || Behaviour { name: "broken", check: |_: &Memory| Err(Violation::new("it does not")) };
    let mut told = Vec::new();
    let violations =
        run_all(list.chain([broken(), broken()]), &Memory, |name, result| told.push((name, result.is_ok())));
    let due = [("views::a_view_is_made_once_and_made_anew", true), ("broken", false), ("broken", false)];
    assert_eq!((violations, told.as_slice()), (2, &due[..]));
}

#[test]
fn every_behaviour_of_the_folder_is_on_the_list() {
    let further = [snapshot_behaviours(), view_behaviours(), subscription_behaviours(), policy_behaviours()];
    let lists = further.into_iter().chain([behaviours::<Memory>()]);
    let listed: BTreeSet<String> = lists.flatten().map(|behaviour| behaviour.name.to_owned()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/conformance");
    let mut written = BTreeSet::new();
    let further = [
        "snapshot",
        "replay",
        "views",
        "inline",
        "inside",
        "projections",
        "subscriptions",
        "deliveries",
        "instances",
        "policies",
        "timers",
        "inbox",
    ];
    for theme in
        ["append", "retry", "commands", "content", "time", "read", "feed", "concurrency"].into_iter().chain(further)
    {
        let source = std::fs::read_to_string(folder.join(theme).with_extension("rs")).unwrap();
        let names = source.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split('<').next());
        written.extend(names.map(|name| format!("{theme}::{name}")));
    }
    assert_eq!(listed, written);
}
