//! The fused decoder, the typed chain, the model's interpreter and serde's derive agree on any bytes: on the value, and on
//! whether there is one.

use std::collections::BTreeMap;
use std::fmt::Debug;

use factum::DecodeFault;
use factum_model::schema::EventFate;
use factum_model::value::{self, Fault, HandWritten, sample};
use factum_test_kit::by_hand;
use factum_test_kit::mutate::{KINDS, Kind, mutated};
use factum_tests::cases::CASES;
use factum_tests::support::{Outcome, Value};

use crate::support::{Version, each_version, samples};

/// What was tried.
#[derive(Default)]
struct Tried {
    versions: usize,
    samples: usize,
    /// Samples with a name.
    edges: usize,
    /// Samples that a step had no value for.
    refused: usize,
    by_serde: usize,
    /// Payloads that the interpreter read too: as the struct does, and as the set does.
    interpreted: usize,
    through_sets: usize,
    /// Of events that are read as none or as others.
    ended: usize,
    /// Versions behind which a step is written by hand.
    before_by_hand: usize,
    /// Payloads of each kind, and how many of them were read.
    kinds: BTreeMap<Kind, (usize, usize)>,
}

#[test]
fn fused_chain_and_serde_agree() {
    let mut tried = Tried::default();
    each_version(|version| {
        tried.versions += 1;
        tried.before_by_hand +=
            usize::from(version.def.versions[version.index..].iter().skip(1).any(|later| later.by_hand));
        for seed in 0..samples() {
            one_sample(version, seed, &mut tried);
        }
        for edge in sample::edges(version.schema, &version.def.versions[version.index].shape) {
            tried.edges += 1;
            let payload = edge.json.to_string();
            let outcome = fused(version, &payload);
            assert!(
                !matches!(outcome, Err(DecodeFault::Payload(_))),
                "{} {}: {outcome:?}\n{payload}",
                version.place(),
                edge.name
            );
            all_agree(version, Kind::AsStored, &payload, &outcome, &mut tried);
        }
    });
    assert!(tried.kinds.values().map(|(tried, _)| tried).sum::<usize>() > 1_000, "hardly anything was tried");
    assert!(tried.interpreted > 1_000, "the interpreter was hardly asked");
    assert!(tried.ended > 1_000, "hardly any event ended");
    assert!(tried.before_by_hand > 10, "hardly any step is written by hand");
    println!(
        "{} catalogs, {} versions ({} before a step by hand), {} samples ({} refused by a step), {} edges",
        CASES.len(),
        tried.versions,
        tried.before_by_hand,
        tried.samples,
        tried.refused,
        tried.edges
    );
    println!(
        "payloads read by the interpreter: {} as structs, {} through sets ({} of ended events); {} by serde",
        tried.interpreted, tried.through_sets, tried.ended, tried.by_serde
    );
    for (kind, (count, read)) in &tried.kinds {
        println!("{kind:?}: {count} payloads, {read} read");
    }
}

fn one_sample(version: &Version<'_>, seed: u64, tried: &mut Tried) {
    tried.samples += 1;
    let (sample, names, mut dice) = (version.sample(seed), version.names(), version.dice(seed));
    let original = sample.to_string();
    let value = match fused(version, &original) {
        Ok(value) => Some(value),
        // A sample is what its version says, and yet a step may have no value for it.
        Err(DecodeFault::Upcast(_)) => None,
        Err(fault) => panic!("{}: a sample cannot be read: {fault}\n{original}", version.place()),
    };
    tried.refused += usize::from(value.is_none());
    if let Some(value) = &value {
        comes_back(version, value);
    }
    for kind in KINDS {
        let payload = mutated(&sample, *kind, &names, &mut dice);
        let outcome = fused(version, &payload);
        let (count, read) = tried.kinds.entry(*kind).or_default();
        *count += 1;
        *read += usize::from(outcome.is_ok());
        all_agree(version, *kind, &payload, &outcome, tried);
        let told = || format!("{} {kind:?}\n{original}\n{payload}", version.place());
        match kind {
            kind if kind.says_the_same() => assert_eq!(outcome.as_ref().ok(), value.as_ref(), "{}", told()),
            Kind::Garbage | Kind::Truncated => assert!(outcome.is_err(), "{}", told()),
            _ => {}
        }
    }
}

/// The chain, the interpreter and, for the newest version, serde make the same of it as the fused decoder.
fn all_agree(version: &Version<'_>, kind: Kind, payload: &str, outcome: &Outcome, tried: &mut Tried) {
    agree(version, kind, payload, outcome, &(version.this().chain)(payload));
    agrees_with_interpreter(version, kind, payload, outcome, tried);
    if version.is_newest() {
        tried.by_serde += 1;
        agrees_with_serde(version, kind, payload, outcome);
    }
}

fn fused(version: &Version<'_>, payload: &str) -> Outcome {
    (version.newest().read)(version.this().number, version.this().readable_from, payload)
}

/// What was read is written, and reads as itself.
fn comes_back(version: &Version<'_>, value: &Value) {
    let newest = version.newest();
    let again = (newest.read)(newest.number, newest.readable_from, &value.payload);
    assert_eq!(again.ok().as_ref(), Some(value), "{}: what was written does not come back", version.place());
}

fn agree(version: &Version<'_>, kind: Kind, payload: &str, fused: &Outcome, chain: &Outcome) {
    let same = match (fused, chain) {
        (Ok(fused), Ok(chain)) => fused == chain,
        // With two faults in it, a payload may fail by a step or by itself, whichever is met first.
        (Err(DecodeFault::Upcast(_)), Err(_)) | (Err(_), Err(DecodeFault::Upcast(_))) => true,
        (Err(fused), Err(chain)) => class(fused) == class(chain),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    assert!(
        same,
        "{} {kind:?}: fused and chain differ\npayload {payload}\nfused {fused:?}\nchain {chain:?}\n{}",
        version.place(),
        version.case.yaml
    );
}

/// What is wrong, without its words.
fn class(fault: &DecodeFault) -> &'static str {
    match fault {
        DecodeFault::Payload(_) => "payload",
        DecodeFault::Upcast(_) => "upcast",
        DecodeFault::UnknownType => "type",
        DecodeFault::UnknownVersion { .. } | DecodeFault::VersionTooNew { .. } => "version",
    }
}

/// The interpreter shares no code with the others. What an event is read as that ended, only its set says.
fn agrees_with_interpreter(version: &Version<'_>, kind: Kind, payload: &str, outcome: &Outcome, tried: &mut Tried) {
    let by_hand = |step: &HandWritten<'_>| by_hand::interpreted(version.schema, step);
    let interpreted = value::read_with(version.schema, version.id(), version.this().number, payload, &by_hand);
    let interpreted = interpreted.map(|events| {
        let stored = events.iter().map(|event| {
            let wire_type = &version.schema.events[event.event.0 as usize].current().wire_type;
            (wire_type.clone(), value::written(version.schema, event))
        });
        stored.collect::<Vec<_>>()
    });
    let told = |what: &str, outcome: &dyn Debug| {
        let (place, yaml) = (version.place(), version.case.yaml);
        format!(
            "{place} {kind:?}: {what} and interpreter differ\npayload {payload}\n{what} {outcome:?}\ninterpreter {interpreted:?}\n{yaml}"
        )
    };
    if matches!(version.def.fate, EventFate::Current | EventFate::Retired(_)) {
        tried.interpreted += 1;
        let fused =
            outcome.as_ref().map(|value| vec![(version.def.current().wire_type.clone(), value.payload.clone())]);
        assert!(same(&fused, &interpreted), "{}", told("fused", &fused));
    }
    if let Some(through) = version.event.through {
        tried.through_sets += 1;
        tried.ended += usize::from(matches!(version.def.fate, EventFate::Nothing(_) | EventFate::Becomes(..)));
        let wire_type = &version.def.versions[version.index].wire_type;
        let read = through(wire_type, version.this().number, version.this().readable_from, payload);
        assert!(same(&read.as_ref().map(Clone::clone), &interpreted), "{}", told("set", &read));
    }
}

/// The same events, or both none.
fn same(
    read: &Result<Vec<(String, String)>, &DecodeFault>,
    interpreted: &Result<Vec<(String, String)>, Fault>,
) -> bool {
    match (read, interpreted) {
        (Ok(read), Ok(interpreted)) => read == interpreted,
        (Err(DecodeFault::Payload(_) | DecodeFault::Upcast(_)), Err(Fault::Payload(_) | Fault::Upcast(_))) => true,
        (_, Ok(_) | Err(_)) => false,
    }
}

fn agrees_with_serde(version: &Version<'_>, kind: Kind, payload: &str, outcome: &Outcome) {
    let by_serde = (version.event.by_serde)(payload);
    let same = match (outcome, &by_serde) {
        (Ok(value), Ok(by_serde)) => value.payload == *by_serde,
        (Err(_), Err(_)) => true,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    };
    assert!(
        same,
        "{} {kind:?}: factum and serde differ\npayload {payload}\nfactum {outcome:?}\nserde {by_serde:?}\n{}",
        version.place(),
        version.case.yaml
    );
}
