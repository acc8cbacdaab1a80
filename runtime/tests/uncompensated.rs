//! What could have been taken back, and was not.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use factum::{
    Aggregate, CommandSet, Decision, Event, EventSet, EventStoreExt as _, ExpectedVersion, MemoryStore, NewEvent,
    Repository, nothing,
};
use proptest::prelude::*;

/// Seats were set aside.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats")]
pub struct Held {
    who: u8,
    row: u8,
}

/// They were given back.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Held, by(who, row)))]
pub struct Released {
    who: u8,
    row: u8,
}

/// They were not, after all.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Released, by(who)))]
pub struct HeldAgain {
    who: u8,
}

/// The doors were opened.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats")]
pub struct Opened;

/// They were closed: the last ones.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Opened, by()))]
pub struct Closed;

/// What happens to a hall.
#[derive(Debug, Clone, PartialEq, EventSet)]
pub enum HallEvent {
    /// As above.
    Held(Held),
    /// As above.
    Released(Released),
    /// As above.
    HeldAgain(HeldAgain),
    /// As above.
    Opened(Opened),
    /// As above.
    Closed(Closed),
}

/// Nothing is asked of it.
#[derive(Debug, Clone)]
pub struct Nothing;

/// As above.
#[derive(Debug, Clone, CommandSet)]
pub enum HallCommand {
    /// As above.
    Nothing(Nothing),
}

/// A hall.
#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "seats", id = String, events = HallEvent, commands = HallCommand, rejection = std::fmt::Error)]
pub struct Hall;

impl ApplyHallEvent for Hall {
    fn on_held(&mut self, _: &Held) {}
    fn on_released(&mut self, _: &Released) {}
    fn on_held_again(&mut self, _: &HeldAgain) {}
    fn on_opened(&mut self, _: &Opened) {}
    fn on_closed(&mut self, _: &Closed) {}
}

impl HandleHallCommand for Hall {
    fn nothing(&self, _: Nothing) -> Decision<Self> {
        nothing()
    }
}

fn held(who: u8, row: u8) -> HallEvent {
    Held { who, row }.into()
}

fn released(who: u8, row: u8) -> HallEvent {
    Released { who, row }.into()
}

fn held_again(who: u8) -> HallEvent {
    HeldAgain { who }.into()
}

/// The versions of the events that stand, with a stream of these events.
fn versions(events: &[HallEvent]) -> Vec<u64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = MemoryStore::new();
        let stream = Repository::<Hall, MemoryStore>::stream_of("red".to_owned()).unwrap();
        let stored = events.iter().map(|event| {
            let encoded = event.encode().unwrap();
            NewEvent::new(encoded.event_type, encoded.schema_version, encoded.payload)
        });
        store.append_events(&stream, ExpectedVersion::None, stored.collect()).await.unwrap();
        let history = Repository::<Hall, _>::new(store).history("red".to_owned()).await.unwrap();
        let open = history.uncompensated();
        for found in &open {
            let version = found.entry.version().unwrap();
            assert_eq!(found.event, &events[usize::try_from(version).unwrap() - 1]);
        }
        open.iter().map(|found| found.entry.version().unwrap()).collect()
    })
}

#[test]
fn what_nobody_took_back_stands() {
    assert_eq!(versions(&[held(1, 1), held(2, 1), released(1, 1)]), [2, 3], "a release can be taken back too");
}

#[test]
fn all_declared_fields_tell_which_one() {
    assert_eq!(versions(&[held(1, 1), held(1, 2), released(1, 3)]), [1, 2, 3]);
    assert_eq!(versions(&[held(1, 1), held(1, 2), released(1, 1)]), [2, 3]);
}

#[test]
fn each_takes_back_one_and_the_last_one_first() {
    assert_eq!(versions(&[held(1, 1), held(1, 1), released(1, 1)]), [1, 3]);
    assert_eq!(versions(&[held(1, 1), held(1, 1), released(1, 1), released(1, 1)]), [3, 4]);
}

#[test]
fn nothing_is_taken_back_before_it_happened() {
    assert_eq!(versions(&[released(1, 1), held(1, 1)]), [1, 2]);
}

#[test]
fn what_is_taken_back_in_its_turn_lets_the_first_stand_again() {
    assert_eq!(versions(&[held(1, 1), released(1, 1), held_again(1)]), [1]);
    // And it can be taken back once more.
    assert_eq!(versions(&[held(1, 1), released(1, 1), held_again(1), released(1, 1)]), [4]);
}

#[test]
fn without_fields_it_is_the_last_one() {
    let (opened, closed) = (HallEvent::from(Opened), HallEvent::from(Closed));
    assert_eq!(versions(&[opened.clone(), opened, closed]), [1]);
}

/// What stands, by the words of the documentation: each event is looked for from the start, nothing is remembered.
fn by_definition(events: &[HallEvent]) -> Vec<u64> {
    fn pairs(events: &[HallEvent]) -> Vec<(usize, usize)> {
        let Some((last, before)) = events.split_last() else { return Vec::new() };
        let mut pairs = pairs(before);
        let free = |index: &usize| last.compensates(&before[*index]) && stands(&pairs, *index);
        if let Some(index) = (0..before.len()).rev().find(free) {
            pairs.retain(|(taken, _)| *taken != index);
            pairs.push((index, before.len()));
        }
        pairs
    }
    fn stands(pairs: &[(usize, usize)], index: usize) -> bool {
        pairs.iter().find(|(taken, _)| *taken == index).is_none_or(|(_, by)| !stands(pairs, *by))
    }
    let pairs = pairs(events);
    let open = (0..events.len()).filter(|index| events[*index].is_compensable() && stands(&pairs, *index));
    open.map(|index| index as u64 + 1).collect()
}

fn any_event() -> impl Strategy<Value = HallEvent> {
    prop_oneof![
        (0..2_u8, 0..2_u8).prop_map(|(who, row)| held(who, row)),
        (0..2_u8, 0..2_u8).prop_map(|(who, row)| released(who, row)),
        (0..2_u8).prop_map(held_again),
        Just(Opened.into()),
        Just(Closed.into()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_is_what_the_words_say(events in prop::collection::vec(any_event(), 1..24)) {
        prop_assert_eq!(versions(&events), by_definition(&events));
    }
}
