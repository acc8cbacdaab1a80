//! Every plan becomes a schema that is accepted, and every such schema becomes Rust, the same each time.

use factum_model::schema::{EventDef, EventFate, EventId, Schema};
use factum_model::upcast::nature;
use factum_model::value::sample::{Sampler, edges};
use factum_model::value::{as_stored, read};
use proptest::prelude::*;

use crate::schema::{MAX_VERSIONS, batch, batch_of, schemas, schemas_with_policies};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_schema_is_accepted(schema in schemas_with_policies()) {
        let yaml = schema.to_string();
        if let Err(diagnostics) = crate::checked(&yaml) {
            return Err(TestCaseError::fail(format!("{diagnostics}\n{yaml}")));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_schema_becomes_the_same_rust_each_time(schema in schemas_with_policies()) {
        let yaml = schema.to_string();
        let generated = || {
            let checked = crate::checked(&yaml).map_err(TestCaseError::fail)?;
            factum_codegen::text(&checked, ["random.yaml"]).map_err(|error| TestCaseError::fail(format!("{error}\n{yaml}")))
        };
        prop_assert_eq!(generated()?, generated()?);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_step_fails_that_is_not_said_to(schema in schemas(), seed in any::<u64>()) {
        let yaml = schema.to_string();
        let checked = crate::checked(&yaml).map_err(TestCaseError::fail)?;
        let schema = checked.schema();
        for (id, def) in (0..).map(EventId).zip(&schema.events) {
            for version in def.versions.iter().filter(|version| has_safe_way(schema, def, version.number)) {
                let mut sampler = Sampler::new(schema, seed);
                let random = (0..8).map(|_| sampler.record(&version.shape).to_string()).collect::<Vec<_>>();
                let edges = edges(schema, &version.shape).into_iter().map(|sample| sample.json.to_string());
                // A sample may have what its own version refuses, such as a float out of range.
                for payload in random.into_iter().chain(edges).filter(|text| as_stored(schema, &version.shape, text).is_ok()) {
                    let read = read(schema, id, version.number, &payload);
                    prop_assert!(read.is_ok(), "{:?}\n{} {payload}\n{yaml}", read, version.wire_type);
                }
            }
        }
    }
}

/// Those that may have policies have them, and all that belongs to them.
#[test]
fn policies_are_no_rarity() {
    let all: Vec<String> = batch_of(&schemas_with_policies(), 1, 100).iter().map(ToString::to_string).collect();
    for part in ["policies:", "emits:", "compensates:", "starts:", "state_version:", "timeouts:", "rejected:"] {
        let count = all.iter().filter(|text| text.contains(part)).count();
        assert!(count > 10, "{part} {count}");
    }
}

/// Whether everything that is made of a version's events is said to have a value.
fn has_safe_way(schema: &Schema, event: &EventDef, version: u32) -> bool {
    let later = event.versions.iter().filter(|later| later.number > version);
    let ends = matches!(event.fate, EventFate::Becomes(..));
    !ends
        && later
            .into_iter()
            .all(|later| !later.by_hand && later.steps.iter().all(|step| !nature::of_step(schema, step).fallible))
}

#[test]
fn a_batch_is_decided_by_its_seed() {
    let texts = |seed| batch(seed, 5).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(7), texts(7));
    assert_ne!(texts(7), texts(8));
}

#[test]
fn a_batch_has_everything_in_it() {
    let all: String = batch(1, 200).iter().map(ToString::to_string).collect();
    let newest = format!("version: {MAX_VERSIONS}");
    let parts = "added: removed: renamed: retyped: default: aggregate: newtype: enum: union: fallback: becomes: retired: \
                 nothing upcast: by_hand join: split: nest: flatten: Left Part0 @1 @2 children: or( or: scale( parse to_string \
                 epoch_seconds epoch_millis list< set< map<";
    let missing: Vec<&str> =
        parts.split_whitespace().chain([newest.as_str()]).filter(|part| !all.contains(part)).collect();
    assert!(missing.is_empty(), "no random schema has {missing:?}");
    for (builtin, _) in crate::ty::BUILTINS {
        assert!(all.contains(&format!("\"{builtin}")), "no random schema has `{builtin}`");
    }
}
