//! Nothing that a schema or a payload may contain makes a reader panic or hang, or take memory without bound; and where
//! several readers could read a payload, they agree on it. The fuzz targets try the same for longer.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use factum_model::{Sources, check, render};
use factum_test_kit::edit::{edited, edits};
use factum_tests::agreement::readers_agree;
use factum_tests::version::{Version, versions};
use proptest::prelude::*;

/// Every schema of the goldens and of the model's tests, the refused ones too.
static SCHEMAS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["golden", "../model/tests/accepted", "../model/tests/refused"] {
        collect(&tests.join(folder), &mut files);
    }
    files.sort();
    files.iter().map(|file| fs::read(file).expect("it can be read")).collect()
});

static VERSIONS: LazyLock<Vec<Version<'static>>> = LazyLock::new(versions);

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
}

/// `FACTUM_HOSTILE_CASES` asks for more.
fn config() -> ProptestConfig {
    let cases = env::var("FACTUM_HOSTILE_CASES").map_or(400, |count| count.parse().expect("a number of cases"));
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_edited_schema_is_refused_or_generated_from(
        schema in prop::sample::select(SCHEMAS.as_slice()),
        other in prop::sample::select(SCHEMAS.as_slice()),
        edits in edits(),
    ) {
        let mut sources = Sources::new();
        sources.add("hostile.yaml", edited(&schema, &other, &edits));
        let outcome = check(&mut sources);
        let text = render(&outcome.diagnostics, &sources, true);
        prop_assert_eq!(outcome.diagnostics.is_empty(), text.is_empty());
        if let Some(checked) = outcome.checked {
            factum_codegen::text(&checked, ["hostile.yaml"]).expect("what is accepted becomes Rust");
        }
    }

    #[test]
    fn all_readers_make_the_same_of_an_edited_payload(
        version in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        seed in 0_u64..1_000,
        edits in edits(),
    ) {
        let (version, other) = (version.get(&VERSIONS), other.get(&VERSIONS));
        let (payload, other) = (version.sample(seed).to_string(), other.sample(seed).to_string());
        let bytes = edited(payload.as_bytes(), other.as_bytes(), &edits);
        // What is no text is no payload: a store gives none.
        readers_agree(version, &String::from_utf8_lossy(&bytes));
    }
}
