//! The fused decoder, the typed chain, the model's interpreter and serde's derive agree on any bytes: on the value, and on
//! whether there is one.

use std::collections::BTreeMap;

use factum::DecodeFault;
use factum_model::value::sample;
use factum_test_kit::mutate::{KINDS, Kind, mutated};
use factum_tests::agreement::{Asked, all_agree, comes_back, fused};
use factum_tests::cases::CASES;
use factum_tests::version::{Version, each_version};

use crate::support::samples;

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

impl Tried {
    fn count(&mut self, asked: Asked) {
        self.interpreted += usize::from(asked.interpreter);
        self.through_sets += usize::from(asked.set);
        self.ended += usize::from(asked.ended);
        self.by_serde += usize::from(asked.serde);
    }
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
            tried.count(all_agree(version, &Kind::AsStored, &payload, &outcome));
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
        tried.count(all_agree(version, kind, &payload, &outcome));
        let told = || format!("{} {kind:?}\n{original}\n{payload}", version.place());
        match kind {
            kind if kind.says_the_same() => assert_eq!(outcome.as_ref().ok(), value.as_ref(), "{}", told()),
            Kind::Garbage | Kind::Truncated => assert!(outcome.is_err(), "{}", told()),
            _ => {}
        }
    }
}
