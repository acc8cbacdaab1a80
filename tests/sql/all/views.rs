//! Every view shows what the interpreter reads.

use std::path::Path;

use factum_codegen::lower;
use factum_model::Checked;
use factum_model::schema::EventId;
use factum_model::value::Json;
use factum_test_kit::checked;
use factum_test_kit::golden::goldens;
use factum_test_kit::schema::{batch, schemas};
use proptest::prelude::*;

use crate::rows::{Tried, as_stored, connect, fill, hold, samples};

fn holds(yaml: &str, seed: u64, count: usize, tried: &mut Tried) -> Result<(), String> {
    holds_of(&checked(yaml)?, seed, count, tried).map_err(|told| format!("{told}\n{yaml}"))
}

fn holds_of(checked: &Checked, seed: u64, count: usize, tried: &mut Tried) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let stored = samples(checked, seed, count);
    fill(&path, &stored);
    hold(checked, &stored, &path, tried)
}

/// The same as the other tests generate code of.
#[test]
fn random_catalogs_are_shown_as_the_interpreter_reads_them() {
    let mut tried = Tried::default();
    for (seed, schema) in (0..).zip(batch(1, 40)) {
        holds(&schema.to_string(), seed, 12, &mut tried).unwrap_or_else(|told| panic!("{told}"));
    }
    println!("{tried:#?}");
    assert!(tried.shown > 2_000 && tried.as_stored > 200, "{tried:?}");
    assert!(tried.shown > tried.as_stored, "most is shown as the current version: {tried:?}");
}

#[test]
fn every_schema_of_the_tests_is_shown_as_the_interpreter_reads_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let goldens = goldens(&folder.join("golden")).unwrap();
    assert!(goldens.len() > 10);
    let mut tried = Tried::default();
    for golden in goldens {
        let checked = golden.checked().unwrap();
        let told = holds_of(&checked, 5, 20, &mut tried);
        told.unwrap_or_else(|told| panic!("{}: {told}", golden.name));
    }
    assert!(tried.shown > 1_000, "{tried:?}");
}

/// What random schemas have seldom: a set whose order is that of its declaration, and digits of a number that was rounded.
const SELDOM: &str = "factum: 1
context: seldom
events:
  Opened:
    version: 3
    fields:
      channels: { type: set<Channel>, retyped: { 2: set<Channel@1> } }
      scaled: { type: string, retyped: { 2: { from: i32, via: scale(0.01) }, 3: { from: f64, via: to_string } } }
  Moved:
    version: 3
    fields:
      channels: { type: set<Channel>, retyped: { 3: set<Channel@1> } }
      widened: { type: f64, retyped: { 2: f32 } }
      ids: { type: set<u64>, retyped: { 2: set<u8> } }
      names: { type: 'map<Channel, list<f64?>>', retyped: { 3: 'map<Channel@1, list<f32?>>' } }
types:
  Channel:
    version: 2
    enum:
      web: { renamed: { 2: zoo } }
      phone: { renamed: { 2: axe } }
      desk: { renamed: { 2: mud } }
      other: { fallback: true }
";

#[test]
fn what_is_seldom_is_shown_too() {
    let mut tried = Tried::default();
    holds(SELDOM, 3, 60, &mut tried).unwrap_or_else(|told| panic!("{told}"));
    let rounded = "`scaled`: a float's digits are looked at after it was rounded";
    assert_eq!(tried.reasons.into_iter().collect::<Vec<_>>(), [(rounded.to_owned(), 1)]);
    assert!(tried.shown > 300 && tried.as_stored > 60);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_catalog_is_shown_as_the_interpreter_reads_it(schema in schemas(), seed in any::<u64>()) {
        holds(&schema.to_string(), seed, 6, &mut Tried::default()).map_err(TestCaseError::fail)?;
    }
}

/// Floats times powers of ten, to each kind of number.
const SCALED: &str = "factum: 1
context: scaled
events:
  Up: { version: 2, fields: { to: { type: f64, retyped: { 2: { from: f64, via: scale(1000) } } } } }
  Down: { version: 2, fields: { to: { type: f64, retyped: { 2: { from: f64, via: scale(0.001) } } } } }
  Single: { version: 2, fields: { to: { type: f32, retyped: { 2: { from: f32, via: scale(100) } } } } }
  Signed: { version: 2, fields: { to: { type: i64, retyped: { 2: { from: f64, via: scale(100) } } } } }
  Unsigned: { version: 2, fields: { to: { type: u64, retyped: { 2: { from: f64, via: scale(0.01) } } } } }
  Fixed: { version: 2, fields: { to: { type: decimal(2), retyped: { 2: { from: f64, via: scale(10) } } } } }
  Free: { version: 2, fields: { to: { type: decimal, retyped: { 2: { from: f64, via: scale(0.1) } } } } }
";

/// What is too large for factum has no value in SQL, and not one that is as large as it gets.
#[test]
fn numbers_of_every_size_are_scaled_alike() {
    let checked = checked(SCALED).unwrap();
    let digits = [
        "1",
        "-1",
        "5",
        "1.5",
        "-2.5",
        "9.007199254740993",
        "1.7976931348623157",
        "4.9406564584124654",
        "1.2345678901234567",
    ];
    // Most that is decided is near to 1.
    let powers = (-330..=310).filter(|power: &i32| power.abs() < 30 || power % 15 == 8);
    let floats = powers.flat_map(|power| digits.map(|digits| format!("{digits}e{power}").parse::<f64>().unwrap()));
    let floats: Vec<f64> = floats.filter(|float| float.is_finite()).collect();
    let mut stored = Vec::new();
    let schema = checked.schema();
    for (id, event) in (0..).map(EventId).zip(&schema.events) {
        for float in &floats {
            let json = Json::Object(vec![("to".to_owned(), Json::number(format!("{float:e}")))]);
            stored.extend(as_stored(schema, id, &event.versions[0], json));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    fill(&path, &stored);
    let mut tried = Tried::default();
    hold(&checked, &stored, &path, &mut tried).unwrap_or_else(|told| panic!("{told}"));
    assert!(tried.shown > 3_000 && tried.refused > 500, "{tried:?}");
    let connection = connect(&path, &lower::sql::script(&[&checked]));
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    for view in ["Up", "Single"] {
        assert_eq!(count(&format!("SELECT count(*) FROM {view} WHERE abs([to]) >= 9e999")), 0, "{view}");
        assert!(count(&format!("SELECT count(*) FROM {view} WHERE [to] IS NULL")) > 0, "{view}");
    }
    for view in ["Signed", "Unsigned", "Fixed", "Free"] {
        let from = format!("FROM {view} JOIN _events USING (_position) WHERE abs(_json ->> '$.to') > 1e80");
        assert_eq!(count(&format!("SELECT count(*) {from} AND [to] IS NOT NULL")), 0, "{view}");
        assert!(count(&format!("SELECT count(*) {from}")) > 50, "{view}");
    }
}
