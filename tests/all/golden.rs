//! What is generated from the goldens is what stands beside them, and the same each time.

use std::path::Path;

use factum_test_kit::golden::goldens;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

#[test]
fn goldens_are_as_expected() {
    let mut wrong = Vec::new();
    for golden in goldens(folder()).expect("the goldens can be read") {
        let generated = golden.generated().unwrap_or_else(|error| panic!("{}: {error}", golden.name));
        let expected = golden.expected().unwrap_or_default();
        if generated != expected {
            let differs = generated.lines().zip(expected.lines()).position(|(new, old)| new != old);
            let line = differs.unwrap_or_else(|| generated.lines().count().min(expected.lines().count()));
            let text = |text: &str| text.lines().nth(line).unwrap_or_default().to_owned();
            wrong.push(format!(
                "{} line {}:\n  expected  {}\n  generated {}",
                golden.name,
                line + 1,
                text(&expected),
                text(&generated)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n\nto accept: FACTUM_BLESS=1 cargo test -p factum-tests", wrong.join("\n"));
}

#[test]
fn the_same_schema_makes_the_same_bytes() {
    for golden in goldens(folder()).expect("the goldens can be read") {
        assert_eq!(golden.generated(), golden.generated(), "{}", golden.name);
    }
}

#[test]
fn every_golden_is_compiled() {
    let list = include_str!("../src/golden.rs");
    for golden in goldens(folder()).expect("the goldens can be read") {
        let path = format!("#[path = \"../golden/{}/expected.rs\"]", golden.name);
        assert!(list.contains(&path), "tests/src/golden.rs does not have {}", golden.name);
    }
}
