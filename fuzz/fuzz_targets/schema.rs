//! Any bytes, read as a schema: checked, shown, and generated from where they are right.
#![no_main]

use factum_model::{Sources, check, render};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::new();
    sources.add("fuzz.yaml", bytes.to_vec());
    let outcome = check(&mut sources);
    let text = render(&outcome.diagnostics, &sources, true);
    assert_eq!(outcome.diagnostics.is_empty(), text.is_empty());
    if let Some(checked) = outcome.checked {
        factum_codegen::text(&checked, ["fuzz.yaml"]).expect("what is accepted becomes Rust");
    }
});
