//! Earlier states, and what would have been.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::future::Future;

use factum::history::{Branch, Entry, History, NoSuchVersion, Origin, Scenario, ScenarioError};
use factum::store::{CommandRecord, FeedQuery, Page, StreamQuery};
use factum::{
    Append, AppendError, Appended, EventStore, EventStoreExt, ExpectedVersion, LoadError, MemoryStore, Metadata,
    NewEvent, ReadError, Repository, Timestamp, UnknownTypes, Uuid,
};
use proptest::prelude::*;
use support::{Jar, JarCommand, JarEvent, NoRoom};

const ID: &str = "blue";

/// A store that only reads: who appends to it fails the test.
struct ReadOnly(MemoryStore);

impl EventStore for ReadOnly {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        panic!("{} events were appended to {}", append.events.len(), append.stream)
    }

    fn read_stream(&self, query: StreamQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.0.read_stream(query)
    }

    fn read_all(&self, query: FeedQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.0.read_all(query)
    }

    fn find_event(&self, id: Uuid) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.0.find_event(id)
    }

    fn find_command(&self, id: Uuid) -> impl Future<Output = Result<Option<CommandRecord>, ReadError>> + Send {
        self.0.find_command(id)
    }

    fn forget_commands(&self, before: Timestamp) -> impl Future<Output = Result<u64, AppendError>> + Send {
        self.0.forget_commands(before)
    }
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn put(marbles: u32) -> NewEvent {
    NewEvent::new("toys.MarblesPut", 1, format!(r#"{{"marbles":{marbles}}}"#))
}

fn other(event_type: &'static str) -> NewEvent {
    NewEvent::new(event_type, 1, "{}")
}

/// A repository of which the jar has these events, one a second from second 1 on.
async fn jars(events: Vec<NewEvent>) -> Repository<Jar, ReadOnly> {
    let store = MemoryStore::new();
    let stream = Repository::<Jar, MemoryStore>::stream_of(ID.to_owned()).unwrap();
    let at = |(second, event)| NewEvent { recorded_at: Some(time(second)), ..event };
    let events = (1..).zip(events).map(at).collect();
    store.append_events(&stream, ExpectedVersion::None, events).await.unwrap();
    Repository::new(ReadOnly(store))
}

async fn history(events: Vec<NewEvent>) -> History<Jar> {
    jars(events).await.history(ID.to_owned()).await.unwrap()
}

fn log(state: &Jar) -> Vec<u32> {
    state.log.iter().map(marbles).collect()
}

const fn marbles(event: &JarEvent) -> u32 {
    match event {
        JarEvent::Put { marbles } | JarEvent::Taken { marbles } => *marbles,
    }
}

#[tokio::test]
async fn a_history_has_every_stored_event_and_what_it_is_read_as() {
    let history = history(vec![put(4), other("toys.JarDusted"), other("toys.JarShaken")]).await;
    assert_eq!((history.stream().as_str(), history.version()), ("toys.Jar-blue", 3));
    let entry = |entry: &Entry<JarEvent>| (entry.version(), entry.events().len(), entry.origin(), entry.is_known());
    let stored = Origin::Stored;
    let due = [(Some(1), 1, stored, true), (Some(2), 0, stored, true), (Some(3), 2, stored, true)];
    assert_eq!(history.entries().map(entry).collect::<Vec<_>>(), due);
    let recorded = history.get(1).unwrap().stored().unwrap();
    assert_eq!(
        (recorded.event_type, recorded.payload, recorded.stream),
        ("toys.MarblesPut", r#"{"marbles":4}"#, "toys.Jar-blue")
    );
    assert!(history.get(0).is_none() && history.get(4).is_none());
}

#[tokio::test]
async fn what_never_happened_has_an_empty_history_that_can_be_branched() {
    let history = Repository::<Jar, _>::new(ReadOnly(MemoryStore::new())).history(ID.to_owned()).await.unwrap();
    assert_eq!((history.version(), history.state()), (0, Jar::default()));
    let mut branch = history.branch();
    branch.execute(JarCommand::Put(2)).unwrap();
    branch.insert_after(0, JarEvent::Put { marbles: 5 }).unwrap();
    assert_eq!(log(&branch.state()), [1, 1, 5]);
    let error = branch.remove(1).unwrap_err();
    assert_eq!(error.to_string(), "the branch of stream toys.Jar-blue has no version 1: it has no stored event");
}

#[tokio::test]
async fn earlier_states_are_those_that_a_repository_loads() {
    let events = vec![put(1), put(2), other("toys.JarShaken"), other("toys.JarDusted"), put(3)];
    let jars = jars(events).await;
    let history = jars.history(ID.to_owned()).await.unwrap();
    for version in [0, 1, 2, 3, 4, 5, 6, u64::MAX] {
        let loaded = jars.load_at_version(ID.to_owned(), version).await.unwrap();
        assert_eq!((history.state_at_version(version), loaded.version), (loaded.state, version.min(5)));
    }
    let halves = (0..13).map(|half| time(0) + jiff::SignedDuration::from_millis(half * 500));
    for moment in halves.chain([Timestamp::MIN, Timestamp::MAX]) {
        let loaded = jars.load_as_of(ID.to_owned(), moment).await.unwrap();
        assert_eq!(history.state_as_of(moment), loaded.state, "as of {moment}");
        let mut branch = history.branch();
        branch.back_to_time(moment);
        assert_eq!((branch.state(), branch.entries().len() as u64), (loaded.state, loaded.version));
    }
    assert_eq!(history.state(), jars.load(ID.to_owned()).await.unwrap().state);
}

#[tokio::test]
async fn one_event_that_is_read_as_several_is_one_place() {
    let history = history(vec![put(4), other("toys.JarShaken"), put(2)]).await;
    let mut branch = history.branch();
    branch.remove(2).unwrap();
    assert_eq!(log(&branch.state()), [4, 2]);
    let mut branch = history.branch();
    branch.replace(2, JarEvent::Put { marbles: 3 }).unwrap();
    assert_eq!(log(&branch.state()), [4, 3, 2]);
    assert_eq!(branch.entries().nth(1).unwrap().origin(), Origin::Replaced);
    let mut branch = history.branch();
    branch.insert_after(1, JarEvent::Put { marbles: 7 }).unwrap();
    branch.insert_after(2, JarEvent::Put { marbles: 8 }).unwrap();
    assert_eq!(log(&branch.state()), [4, 7, 1, 1, 8, 2]);
    assert_eq!(history.state().log.len(), 4, "the history itself stays");
}

#[tokio::test]
async fn places_keep_their_names_whatever_happens_before_them() {
    let mut branch = history(vec![put(1), put(2), put(3)]).await.branch();
    branch.remove(1).unwrap();
    branch.insert_after(2, JarEvent::Put { marbles: 5 }).unwrap();
    branch.insert_after(2, JarEvent::Put { marbles: 6 }).unwrap();
    branch.insert_after(0, JarEvent::Put { marbles: 4 }).unwrap();
    branch.replace(3, JarEvent::Put { marbles: 7 }).unwrap();
    branch.push(JarEvent::Put { marbles: 8 });
    assert_eq!(log(&branch.state()), [4, 2, 5, 6, 7, 8]);
    let gone = branch.insert_after(1, JarEvent::Put { marbles: 9 }).unwrap_err();
    let NoSuchVersion { version, last, .. } = &gone;
    assert_eq!((*version, *last), (1, Some(3)));
    assert!(gone.to_string().ends_with("has no version 1: its last one is 3, and what was removed is gone"));
    for version in [0, 4, u64::MAX] {
        assert!(branch.remove(version).is_err() && branch.replace(version, JarEvent::Put { marbles: 9 }).is_err());
    }
    assert_eq!(log(&branch.state()), [4, 2, 5, 6, 7, 8], "a refused change changes nothing");
}

#[tokio::test]
async fn commands_are_decided_on_what_would_have_been() {
    let jars = jars(vec![put(6), put(4)]).await;
    let mut branch = jars.history(ID.to_owned()).await.unwrap().branch();
    assert_eq!(branch.execute(JarCommand::Put(1)).unwrap_err(), NoRoom);
    branch.remove(1).unwrap();
    assert_eq!(branch.execute(JarCommand::Put(2)).unwrap(), [&JarEvent::Put { marbles: 1 }; 2]);
    assert_eq!(branch.execute(JarCommand::Take(7)).unwrap_err(), NoRoom);
    assert!(branch.clone().execute(JarCommand::Empty).unwrap().len() == 1);
    assert_eq!((branch.state().marbles, branch.entries().len()), (6, 3), "neither a rejection nor a clone changes it");
    assert_eq!(jars.load(ID.to_owned()).await.unwrap().state.marbles, 10);
}

#[tokio::test]
async fn a_branch_goes_back_with_what_was_added_behind() {
    let mut branch = history(vec![put(1), put(2), put(3)]).await.branch();
    branch.insert_after(1, JarEvent::Put { marbles: 5 }).unwrap();
    branch.insert_after(2, JarEvent::Put { marbles: 6 }).unwrap();
    branch.push(JarEvent::Put { marbles: 7 });
    branch.back_to_version(9);
    assert_eq!(log(&branch.state()), [1, 5, 2, 6, 3, 7]);
    branch.back_to_version(1);
    assert_eq!(log(&branch.state()), [1, 5]);
    branch.back_to_version(0);
    assert_eq!(branch.entries().len(), 0);
}

#[tokio::test]
async fn events_are_left_out_by_what_is_stored_of_them() {
    let history = history(vec![put(1), put(2), put(3)]).await;
    let mut branch = history.branch();
    branch.retain(|entry| entry.stored().is_none_or(|stored| stored.recorded_at != time(2)));
    assert_eq!(log(&branch.state()), [1, 3]);
}

#[tokio::test]
async fn events_of_unknown_types_have_a_place_where_they_are_skipped() {
    let events = || vec![put(1), other("toys.JarPainted"), put(2)];
    let refused = jars(events()).await.history(ID.to_owned()).await.unwrap_err();
    assert!(matches!(refused, LoadError::Decode(error) if error.version == 2));
    let history = jars(events()).await.unknown_types(UnknownTypes::Skip).history(ID.to_owned()).await.unwrap();
    assert_eq!(history.entries().map(Entry::is_known).collect::<Vec<_>>(), [true, false, true]);
    let mut branch = history.branch();
    branch.replace(2, JarEvent::Put { marbles: 4 }).unwrap();
    assert_eq!(log(&branch.state()), [1, 4, 2]);
    assert!(branch.entries().all(Entry::is_known));
}

/// A store in which a second jar got its marbles between those of the first.
async fn two_jars() -> Repository<Jar, ReadOnly> {
    let store = MemoryStore::new();
    for (second, id, event) in [
        (1, "blue", put(1)),
        (2, "red", put(2)),
        (3, "blue", other("toys.JarShaken")),
        (4, "red", put(3)),
        (5, "blue", put(4)),
    ] {
        let stream = Repository::<Jar, MemoryStore>::stream_of(id.to_owned()).unwrap();
        let metadata = Metadata {
            actor: Some("Ines".to_owned()),
            headers: [("channel".to_owned(), "phone".to_owned())].into(),
            depth: 1,
            causation_id: Some(Uuid::from_u128(7)),
            correlation_id: Some(Uuid::from_u128(8)),
        };
        let event = NewEvent { recorded_at: Some(time(second)), metadata, ..event };
        store.append_events(&stream, ExpectedVersion::Any, vec![event]).await.unwrap();
    }
    Repository::new(ReadOnly(store))
}

async fn contents(store: &impl EventStore) -> Vec<String> {
    let page = store.read_all(FeedQuery::default()).await.unwrap();
    page.iter().map(|recorded| format!("{recorded:?}")).collect()
}

#[tokio::test]
async fn branches_that_nobody_changed_make_the_store_that_they_are_of() {
    let jars = two_jars().await;
    let blue = jars.history("blue".to_owned()).await.unwrap().branch();
    let red = jars.history("red".to_owned()).await.unwrap().branch();
    let store = Scenario::new().with(&red).unwrap().with(&blue).unwrap().into_store().await.unwrap();
    assert_eq!(contents(&store).await, contents(jars.store()).await);
}

#[tokio::test]
async fn a_scenario_has_what_would_have_been_in_several_streams() {
    let jars = two_jars().await;
    let mut blue = jars.history("blue".to_owned()).await.unwrap().branch();
    let mut red = jars.history("red".to_owned()).await.unwrap().branch();
    blue.remove(2).unwrap();
    blue.insert_after(0, JarEvent::Put { marbles: 5 }).unwrap();
    red.replace(1, JarEvent::Put { marbles: 7 }).unwrap();
    red.execute(JarCommand::Empty).unwrap();
    let store = Scenario::new().with(&blue).unwrap().with(&red).unwrap().into_store().await.unwrap();
    let page = store.read_all(FeedQuery::default()).await.unwrap();
    let told: Vec<_> = page.iter().map(|one| (one.stream, one.version, one.payload, one.recorded_at)).collect();
    let due = [
        ("toys.Jar-blue", 1, r#"{"marbles":5}"#, time(1)),
        ("toys.Jar-blue", 2, r#"{"marbles":1}"#, time(1)),
        ("toys.Jar-red", 1, r#"{"marbles":7}"#, time(2)),
        ("toys.Jar-red", 2, r#"{"marbles":3}"#, time(4)),
        ("toys.Jar-red", 3, r#"{"marbles":10}"#, time(4)),
        ("toys.Jar-blue", 3, r#"{"marbles":4}"#, time(5)),
    ];
    assert_eq!(told, due);
    let actors: Vec<_> = page.iter().map(|one| one.actor).collect();
    assert_eq!(actors, [None, Some("Ines"), Some("Ines"), Some("Ines"), None, Some("Ines")]);
    let there = Repository::<Jar, _>::new(store);
    for (id, branch) in [("blue", blue), ("red", red)] {
        assert_eq!(there.load(id.to_owned()).await.unwrap().state, branch.state());
    }
    assert_eq!(there.execute("red".to_owned(), JarCommand::Put(2)).await.unwrap().version, 5);
}

#[tokio::test]
async fn two_branches_of_one_stream_make_no_scenario() {
    let branch = two_jars().await.history("blue".to_owned()).await.unwrap().branch();
    let error = Scenario::new().with(&branch).unwrap().with(&branch).unwrap_err();
    assert!(matches!(&error, ScenarioError::Twice(stream) if stream == branch.stream()), "{error}");
    let empty = Scenario::new().into_store().await.unwrap();
    assert_eq!(empty.last_position().await.unwrap(), None);
}

/// What is done to a branch.
#[derive(Debug, Clone)]
enum Edit {
    Insert(u64, u32),
    Remove(u64),
    Replace(u64, u32),
    Push(u32),
    BackTo(u64),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let version = 0..8_u64;
    let edit = prop_oneof![
        (version.clone(), 1..9_u32).prop_map(|(version, marbles)| Edit::Insert(version, marbles)),
        version.clone().prop_map(Edit::Remove),
        (version.clone(), 1..9_u32).prop_map(|(version, marbles)| Edit::Replace(version, marbles)),
        (1..9_u32).prop_map(Edit::Push),
        (4..8_u64).prop_map(Edit::BackTo),
    ];
    proptest::collection::vec(edit, 0..12)
}

/// The same edits of a plain list: the version, or none, and the marbles.
fn edit_list(list: &mut Vec<(Option<u64>, u32)>, edit: &Edit) -> bool {
    let place = |list: &[(Option<u64>, u32)], version| list.iter().position(|(stored, _)| *stored == Some(version));
    match *edit {
        Edit::Insert(version, marbles) => {
            let Some(mut at) = (if version == 0 { Some(0) } else { place(list, version).map(|at| at + 1) }) else {
                return false;
            };
            while list.get(at).is_some_and(|(stored, _)| stored.is_none()) {
                at += 1;
            }
            list.insert(at, (None, marbles));
        }
        Edit::Remove(version) => {
            let Some(at) = place(list, version) else { return false };
            list.remove(at);
        }
        Edit::Replace(version, marbles) => {
            let Some(at) = place(list, version) else { return false };
            list[at].1 = marbles;
        }
        Edit::Push(marbles) => list.push((None, marbles)),
        Edit::BackTo(version) => {
            while list.iter().any(|(stored, _)| stored.is_some_and(|stored| stored > version)) {
                list.pop();
            }
        }
    }
    true
}

fn edit_branch(branch: &mut Branch<Jar>, edit: &Edit) -> bool {
    let put = |marbles| JarEvent::Put { marbles };
    match *edit {
        Edit::Insert(version, marbles) => branch.insert_after(version, put(marbles)).is_ok(),
        Edit::Remove(version) => branch.remove(version).is_ok(),
        Edit::Replace(version, marbles) => branch.replace(version, put(marbles)).is_ok(),
        Edit::Push(marbles) => {
            branch.push(put(marbles));
            true
        }
        Edit::BackTo(version) => {
            branch.back_to_version(version);
            true
        }
    }
}

proptest! {
    /// A branch is what a plain list of its events is, after any changes.
    #[test]
    fn a_branch_is_a_list_of_events(stored in proptest::collection::vec(1..9_u32, 0..7), edits in edits()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let history = runtime.block_on(history(stored.iter().copied().map(put).collect()));
        let mut branch = history.branch();
        let mut list: Vec<(Option<u64>, u32)> = (1..).map(Some).zip(stored.iter().copied()).collect();
        for edit in &edits {
            prop_assert_eq!(edit_branch(&mut branch, edit), edit_list(&mut list, edit), "{:?}", edit);
        }
        let due: Vec<u32> = list.iter().map(|(_, marbles)| *marbles).collect();
        prop_assert_eq!(log(&branch.state()), due);
        let versions: Vec<Option<u64>> = branch.entries().map(Entry::version).collect();
        prop_assert_eq!(versions, list.iter().map(|(version, _)| *version).collect::<Vec<_>>());
        prop_assert_eq!(log(&history.state()), stored);
    }
}
