//! The fused decoder, the typed chain, the model's interpreter and serde's derive agree on any bytes: on the value, and on
//! whether there is one.

use std::collections::BTreeMap;

use factum::DecodeFault;
use factum_model::schema::EventFate;
use factum_model::value::{self, Fault, sample};
use factum_test_kit::mutate::{KINDS, Kind, mutated};
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
    interpreted: usize,
    /// Payloads of each kind, and how many of them were read.
    kinds: BTreeMap<Kind, (usize, usize)>,
}

#[test]
fn fused_chain_and_serde_agree() {
    let mut tried = Tried::default();
    each_version(|version| {
        tried.versions += 1;
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
    println!(
        "{} versions, {} samples ({} refused by a step), {} edges, {} payloads read by the interpreter too, {} by serde",
        tried.versions, tried.samples, tried.refused, tried.edges, tried.interpreted, tried.by_serde
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
    tried.interpreted += usize::from(agrees_with_interpreter(version, kind, payload, outcome));
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

/// The interpreter shares no code with the others. Of an event that is read as none or as others it says those, which
/// the struct alone does not: whether it was compared.
fn agrees_with_interpreter(version: &Version<'_>, kind: Kind, payload: &str, outcome: &Outcome) -> bool {
    if !matches!(version.def.fate, EventFate::Current | EventFate::Retired(_)) {
        return false;
    }
    let interpreted = value::read(version.schema, version.id(), version.this().number, payload);
    let same = match (outcome, &interpreted) {
        (Ok(fused), Ok(events)) => match events.as_slice() {
            [event] => fused.payload == value::written(version.schema, event),
            _ => false,
        },
        (Err(DecodeFault::Payload(_) | DecodeFault::Upcast(_)), Err(Fault::Payload(_) | Fault::Upcast(_))) => true,
        (_, Ok(_) | Err(_)) => false,
    };
    assert!(
        same,
        "{} {kind:?}: fused and interpreter differ\npayload {payload}\nfused {outcome:?}\ninterpreter {interpreted:?}\n{}",
        version.place(),
        version.case.yaml
    );
    true
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
