//! Stored events that factum refuses to read stand among others: a query over the views goes on, and shows the others as ever.

use std::collections::BTreeSet;
use std::path::Path;

use factum_codegen::lower;
use factum_model::Checked;
use factum_model::value::Fault;
use factum_model::value::sample::Dice;
use factum_test_kit::checked;
use factum_test_kit::golden::goldens;
use factum_test_kit::mutate::{KINDS, mutated};
use factum_test_kit::schema::batch;
use rusqlite::Connection;

use crate::rows::{Stored, Tried, connect, fill, hold, samples};

/// What is no JSON, some of it only to those who are strict.
const NO_JSON: &[&str] =
    &["", "no JSON", "{\"a\":", "{a:1}", "{'a':1}", "{\"a\":[1,]}", "{} {}", "{\"a\":+1}", "\u{0}{}"];

fn position_of(index: usize) -> i64 {
    i64::try_from(index + 1).unwrap()
}

/// Makes every third event another one, as nobody but a user with SQL can.
fn damage(path: &Path, stored: &mut [Stored], seed: u64) -> BTreeSet<usize> {
    let store = Connection::open(path).unwrap();
    store.execute_batch("DROP TRIGGER events_are_never_changed; BEGIN").unwrap();
    let mut dice = Dice::for_part(seed, "damage");
    let mut no_json = BTreeSet::new();
    for (index, one) in stored.iter_mut().enumerate().step_by(3) {
        if index % 2 == 0 {
            let kind = *dice.pick(KINDS);
            one.payload = mutated(&one.sample, kind, &["note".to_owned()], &mut dice);
        } else {
            one.payload = (*dice.pick(NO_JSON)).to_owned();
        }
        one.read = Err(Fault::UnknownVersion);
        one.damaged = true;
        if serde_json::from_str::<serde_json::Value>(&one.payload).is_err() {
            no_json.insert(index + 1);
        }
        store
            .execute("UPDATE events SET payload = ?2 WHERE position = ?1", (position_of(index), &one.payload))
            .unwrap();
    }
    store.execute_batch("COMMIT").unwrap();
    no_json
}

fn holds(checked: &Checked, seed: u64, tried: &mut Tried) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut stored = samples(checked, seed, 8);
    fill(&path, &stored);
    let no_json = damage(&path, &mut stored, seed);
    let connection = connect(&path, &lower::sql::script(&[checked]));
    let mut statement = connection.prepare("SELECT _position, _payload FROM _damaged").unwrap();
    let listed = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap();
    let listed: Vec<(usize, String)> =
        listed.map(|row| row.unwrap()).map(|(at, text)| (usize::try_from(at).unwrap(), text)).collect();
    for (position, payload) in &listed {
        assert_eq!(*payload, stored[position - 1].payload, "as it is stored");
    }
    let listed: BTreeSet<usize> = listed.into_iter().map(|(position, _)| position).collect();
    // A number that no float holds is JSON all the same.
    assert!(
        listed.is_subset(&no_json)
            && no_json.iter().all(|at| listed.contains(at) || stored[at - 1].payload.contains("1e400")),
        "{no_json:?}, {listed:?}"
    );
    for (index, one) in stored.iter_mut().enumerate() {
        one.no_json = listed.contains(&(index + 1));
    }
    hold(checked, &stored, &path, tried)
}

#[test]
fn what_is_damaged_stops_no_query_over_random_catalogs() {
    let mut tried = Tried::default();
    for (seed, schema) in (0..).zip(batch(9, 40)) {
        let yaml = schema.to_string();
        holds(&checked(&yaml).unwrap(), seed, &mut tried).unwrap_or_else(|told| panic!("{told}\n{yaml}"));
    }
    assert!(tried.shown > 1_000 && tried.damaged > 200, "{tried:?}");
}

#[test]
fn what_is_damaged_stops_no_query_over_the_schemas_of_the_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut tried = Tried::default();
    for golden in goldens(&folder.join("golden")).unwrap() {
        for seed in 0..4 {
            let told = holds(&golden.checked().unwrap(), seed, &mut tried);
            told.unwrap_or_else(|told| panic!("{}: {told}", golden.name));
        }
    }
    assert!(tried.shown > 1_000 && tried.damaged > 200, "{tried:?}");
}

/// A query looks at columns before it looks at what a view leaves out, if it likes.
#[test]
fn a_condition_on_a_column_stops_at_nothing() {
    let yaml = "factum: 1\ncontext: seats\nevents:\n  Opened:\n    version: 2\n    fields:\n      name: string\n      price: { type: f64, retyped: { 2: u32 } }\n";
    let checked = checked(yaml).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let stored = samples(&checked, 1, 20);
    fill(&path, &stored);
    let store = Connection::open(&path).unwrap();
    store
        .execute_batch(
            "DROP TRIGGER events_are_never_changed; UPDATE events SET payload = 'no JSON' WHERE position % 2",
        )
        .unwrap();
    store.execute_batch(r#"UPDATE events SET payload = '{"name":7,"price":"much"}' WHERE position % 4 = 0"#).unwrap();
    drop(store);
    let connection = connect(&path, &lower::sql::script(&[&checked]));
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let shown = count("SELECT count(*) FROM Opened");
    assert_eq!(shown, position_of(stored.len() / 2) - 1);
    assert_eq!(count("SELECT count(*) FROM _damaged"), position_of(stored.len()) - 1 - shown);
    assert_eq!(count("SELECT count(*) FROM Opened WHERE name IS NOT NULL AND price > -1e308 OR _position > 0"), shown);
    assert!(
        count(
            "SELECT count(*) FROM (SELECT name, count(*) FROM Opened WHERE name <> 'x' GROUP BY name ORDER BY max(price))"
        ) > 0
    );
    assert!(count("SELECT count(*) FROM Opened AS a JOIN Opened AS b ON a.name = b.name AND a.price <= b.price") > 0);
}
