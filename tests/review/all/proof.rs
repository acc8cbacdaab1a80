//! That the rules are right: what they pass is read as the steps say, and what they do not has a witness. Over random
//! changes of random schemas.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use factum_model::diff::{Kind, Subject, declared, diff};
use factum_model::lock::Lock;
use factum_model::names::full_name;
use factum_model::released::{Holder, Pin, Released};
use factum_model::rules::witness::Witnesses;
use factum_model::rules::{Direction, Finding, Mode, review, review_changes};
use factum_model::schema::{EventDef, EventFate, EventId, Schema};
use factum_model::value::{self, Fault, sample::Sampler};
use factum_test_kit::schema::{changes, schemas, schemas_with_policies};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::edits;
use crate::reading::{deployed, events, find, misread_by_old, read_on};
use crate::rules::{TODAY, lines, pairs};
use crate::support::documents;
use crate::witness::{breaks, proved};

/// A stored event that new code does not read as old code did, and as the steps go on from there.
fn misread_by_new(old: &Schema, new: &Schema, samples: usize) -> Option<String> {
    for (id, event) in events(old) {
        let mut made = Sampler::new(old, 11);
        for version in &event.versions {
            for _ in 0..samples {
                let payload = made.event(event, version.number).unwrap().to_string();
                let Ok(before) = value::read(old, id, version.number, &payload) else { continue };
                let told = |what: &dyn std::fmt::Debug| {
                    Some(format!("{}@{} {payload}: {what:?}", version.wire_type, version.number))
                };
                let Some((same, _)) = find(new, &version.wire_type, version.number) else { return told(&"it is gone") };
                let after = value::read(new, same, version.number, &payload);
                match (after, read_on((old, new), &before)) {
                    // Only Rust knows; or a step that was declared since says no, which it may.
                    (Err(Fault::ByHand(..)), _) | (Err(Fault::Upcast(_)), Err(_)) => {}
                    (Ok(after), Ok(meant)) if texts(new, &after) == texts(new, &meant) => {}
                    wrong => return told(&wrong),
                }
            }
        }
    }
    None
}

/// As they are written: of a number in JSON its own digits are no matter.
fn texts(schema: &Schema, events: &[value::Event]) -> Vec<(EventId, String)> {
    events.iter().map(|event| (event.event, value::written(schema, event))).collect()
}

/// A new event that deployed code does not read, or not rightly.
fn misread_by_deployed(old: &Schema, new: &Schema, samples: usize) -> Option<String> {
    for (id, event) in events(new).filter(|(_, event)| event.fate == EventFate::Current) {
        let newest = event.current();
        let Some(known) = deployed(old, event) else { continue };
        if newest.readable_from > known.current().number {
            return Some(format!("{}@{} is readable from {}", newest.wire_type, newest.number, newest.readable_from));
        }
        let mut made = Sampler::new(new, 13);
        for _ in 0..samples {
            let payload = made.event(event, newest.number).unwrap().to_string();
            let payload = value::as_stored(new, &newest.shape, &payload).unwrap();
            if let Some(wrong) = misread_by_old((old, known), (new, id), &payload) {
                return Some(format!("{}@{} {payload}: {wrong}", newest.wire_type, newest.number));
            }
        }
    }
    None
}

fn is_by_hand(schema: &Schema) -> bool {
    let child = |event: &EventDef| match &event.fate {
        EventFate::Becomes(_, children) => children.iter().any(|child| child.steps.is_none()),
        EventFate::Current | EventFate::Retired(_) | EventFate::Nothing(_) => false,
    };
    schema.events.iter().any(|event| child(event) || event.versions.iter().any(|version| version.by_hand))
}

/// Whether a version of an event holds a version of a type that is meant.
fn holds(released: &Released, holder: &Holder, meant: &dyn Fn(&Pin) -> bool) -> bool {
    let Some(pins) = released.versions.get(holder) else { return false };
    pins.iter().any(|pin| meant(pin) || holds_type(released, pin, meant, &mut BTreeSet::new()))
}

fn holds_type(released: &Released, pin: &Pin, meant: &dyn Fn(&Pin) -> bool, seen: &mut BTreeSet<Pin>) -> bool {
    if !seen.insert(pin.clone()) {
        return false;
    }
    let inner = released.versions.get(&Holder::Type(pin.name.clone(), pin.version)).cloned().unwrap_or_default();
    inner.iter().any(|pin| meant(pin) || holds_type(released, pin, meant, seen))
}

/// Whether nothing is stored that could show it.
fn shows_nowhere(found: &Finding, (old_lock, new_lock): (&Lock, &Lock), new: &Schema) -> bool {
    let change = &found.change;
    let number = change.version.unwrap_or(1);
    let in_place = matches!(change.kind, Kind::ShapeEdited { .. });
    let emitted = |wire_type: &str, number: u32| {
        let current = |event: &EventDef| {
            event.fate == EventFate::Current
                && event.current().number == number
                && event.current().wire_type == wire_type
        };
        new.events.iter().any(current)
    };
    match &change.subject {
        Subject::Type(name) => {
            let meant = |pin: &Pin| {
                pin.name == *name
                    && match change.kind {
                        Kind::ShapeEdited { .. } => pin.version == number,
                        Kind::UpcastEdited { .. } => true,
                        _ => pin.version >= number,
                    }
            };
            // What deployed code knows of, under whatever name.
            let same = old_lock.same_events();
            let deployed = |wire_type: &str| {
                let mut known = new_lock.events.iter().filter(|(name, event)| same.has(name, &event.value));
                known.any(|(_, event)| event.value.versions.values().any(|it| it.value.wire_type.value == wire_type))
            };
            let stored = |lock: &Lock, all: bool| {
                let released = lock.released();
                released.versions.keys().any(|holder| {
                    let Holder::Event(wire_type, number) = holder else { return false };
                    let concerned = std::ptr::eq(lock, old_lock) || deployed(wire_type);
                    concerned && (all || emitted(wire_type, *number)) && holds(&released, holder, &meant)
                })
            };
            let backward = found.breaks.contains(&Direction::B) && !found.covered;
            let forward = found.breaks.contains(&Direction::F);
            !(backward && stored(old_lock, true) || forward && stored(new_lock, in_place))
        }
        Subject::Event(name) => {
            let ended = |event: &EventDef| full_name(&event.context, &event.name.value) == *name;
            let ended = new.events.iter().find(|event| ended(event)).is_some_and(|it| it.fate != EventFate::Current);
            ended && (found.covered || !found.breaks.contains(&Direction::B))
        }
        Subject::Context(_) | Subject::Aggregate(_) | Subject::Policy(_) => true,
    }
}

#[derive(Debug, Default)]
struct Tried {
    accepted: u32,
    refused: u32,
    compatible: [u32; 2],
    witnesses: BTreeMap<&'static str, u32>,
    without: BTreeMap<&'static str, u32>,
}

/// Judges a pair, and has the judgement proved.
fn prove(old: &Schema, new: &Schema, samples: usize, tried: &mut Tried) -> Result<(), String> {
    let (old_lock, new_lock) = (Lock::of(old), Lock::of(new));
    let found = review_changes(diff(&old_lock, &new_lock), Mode::Full, &[], TODAY);
    let witnesses = Witnesses::new(&old_lock, &new_lock).map_err(|told| format!("{told:?}"))?;
    let by_hand = is_by_hand(old) || is_by_hand(new);
    for finding in &found.findings {
        if finding.name == "unclassified" {
            return Err(format!("no rule: {finding:#?}"));
        }
        let witness = witnesses.of(finding);
        if let Some(witness) = &witness {
            proved(witness, old, new).map_err(|why| format!("{why}\n{witness:#?}\n{finding:#?}"))?;
            *tried.witnesses.entry(finding.name).or_default() += 1;
        }
        let exempt =
            by_hand || shows_nowhere(finding, (&old_lock, &new_lock), new) || edits::may_not_show(finding, old, new);
        if witness.is_none() && breaks(finding) {
            if !exempt {
                return Err(format!("no witness of {finding:#?}"));
            }
            *tried.without.entry(finding.name).or_default() += 1;
        } else if witness.is_some() && !breaks(finding) {
            return Err(format!("a witness of what does not break: {finding:#?}"));
        }
    }
    let moved = found.findings.iter().any(|found| found.name == "context-changed");
    let backward = found.findings.iter().any(|found| found.breaks.contains(&Direction::B) && !found.covered);
    let forward = found.findings.iter().any(|found| found.breaks.contains(&Direction::F));
    if !backward && !moved {
        tried.compatible[0] += 1;
        if let Some(wrong) = misread_by_new(old, new, samples) {
            return Err(format!("not read as it was: {wrong}\n{}", lines(&found)));
        }
    }
    if !forward && !moved && !by_hand {
        tried.compatible[1] += 1;
        if let Some(wrong) = misread_by_deployed(old, new, samples) {
            return Err(format!("not read by deployed code: {wrong}\n{}", lines(&found)));
        }
    }
    Ok(())
}

/// Every pair of every rule, with a thousand samples of each version.
#[test]
fn every_pair_is_judged_rightly() {
    let mut tried = Tried::default();
    for (name, old, new) in pairs() {
        prove(&old, &new, 1_000, &mut tried).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    assert!(tried.compatible.iter().all(|count| *count > 5), "{tried:?}");
}

/// Rules that random changes have to reach, with a witness.
const SHOWN: &[&str] = &[
    "by-hand-added",
    "change-without-version",
    "collection-changed",
    "event-deleted",
    "event-renamed",
    "field-optional",
    "field-removed",
    "field-renamed",
    "field-repinned",
    "field-retyped",
    "format-changed",
    "released-version-edited",
    "upcast-edited",
    "variant-added",
    "variant-renamed",
    "version-deleted",
];

#[test]
fn random_changes_are_judged_rightly() {
    let asked = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u32>().unwrap());
    let cases = asked("FACTUM_REVIEW_CASES").unwrap_or(400);
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&asked("FACTUM_REVIEW_SEED").unwrap_or(1).to_le_bytes());
    let tried = RefCell::new(Tried::default());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let outcome = runner.run(&(schemas(), changes()), |(schema, changes)| {
        let (before, after) = (schema.to_string(), schema.changed(&changes).to_string());
        let old = crate::support::checked(&before);
        let mut tried = tried.borrow_mut();
        let Ok(new) = factum_test_kit::checked(&after) else {
            tried.refused += 1;
            return Ok(());
        };
        tried.accepted += 1;
        let failed = |why: String| TestCaseError::fail(format!("{why}\n{changes:?}\n{before}\nbecame\n{after}"));
        prove(old.schema(), new.schema(), 20, &mut tried).map_err(failed)
    });
    let tried = tried.into_inner();
    println!("{tried:#?}");
    match outcome {
        Ok(()) => {}
        // What was tried is in the reason, as YAML.
        Err(TestError::Fail(why, _) | TestError::Abort(why)) => panic!("{why}"),
    }
    assert!(tried.accepted * 2 > tried.refused, "most changes should be accepted by the checks: {tried:?}");
    assert!(tried.compatible.iter().all(|count| count * 20 > cases), "{tried:?}");
    // Other seeds reach others.
    if asked("FACTUM_REVIEW_SEED").or(asked("FACTUM_REVIEW_CASES")).is_none() {
        let unseen: Vec<_> = SHOWN.iter().filter(|rule| !tried.witnesses.contains_key(**rule)).collect();
        assert!(unseen.is_empty(), "random changes showed nothing of {unseen:?}: {tried:?}");
    }
}

proptest! {
    #![proptest_config(Config::with_cases(64))]

    /// Order, comments and layout are no matter to any rule.
    #[test]
    fn rules_are_silent_on_the_same_in_other_words(schema in schemas_with_policies()) {
        let (yaml, reordered) = (schema.to_string(), schema.reordered().to_string());
        let commented = yaml.replace('\n', " # why\n\n");
        let baseline = Lock::of(crate::support::checked(&yaml).schema());
        for other in [&yaml, &reordered, &commented, &yaml.replace('\n', "\r\n")] {
            let found = review(&baseline, &crate::support::checked(other), Mode::Full, &[], TODAY);
            prop_assert!(found.findings.is_empty(), "{}\n{other}", lines(&found));
            // The order of fields alone is told.
            let mut told = declared(&documents(&yaml), &documents(other));
            told.retain(|change| change.kind != Kind::Reordered);
            prop_assert!(told.is_empty(), "{told:?}\n{other}");
        }
    }
}
