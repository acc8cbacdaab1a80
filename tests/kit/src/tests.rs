//! Every plan becomes a schema that is accepted, and every such schema becomes Rust, the same each time.

use proptest::prelude::*;

use crate::schema::{MAX_VERSIONS, batch, schemas};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_schema_is_accepted(schema in schemas()) {
        let yaml = schema.to_string();
        if let Err(diagnostics) = crate::checked(&yaml) {
            return Err(TestCaseError::fail(format!("{diagnostics}\n{yaml}")));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_schema_becomes_the_same_rust_each_time(schema in schemas()) {
        let yaml = schema.to_string();
        let generated = || {
            let checked = crate::checked(&yaml).map_err(TestCaseError::fail)?;
            factum_codegen::text(&checked, ["random.yaml"]).map_err(|error| TestCaseError::fail(format!("{error}\n{yaml}")))
        };
        prop_assert_eq!(generated()?, generated()?);
    }
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
