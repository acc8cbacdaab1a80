//! The questions of `docs/sql.md`: each statement is run over the recorded events of the conference, and its answer is what
//! stands there.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use factum::cloudevents::{NdjsonReader, import};
use factum::store::conformance::block_on;
use factum_codegen::lower;
use factum_sqlite::SqliteStore;
use factum_test_kit::checked;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::rows::connect;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The recorded events in a store.
fn fill(path: &Path) {
    let store = block_on(SqliteStore::open(path)).unwrap();
    let lines = read("examples/conference/data/recorded.ndjson");
    block_on(import(&store, NdjsonReader::new(lines.as_bytes()), |_| ())).unwrap();
    block_on(store.close());
}

/// The fenced blocks of a language, in order.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let open = format!("```{language}\n");
    text.split(open.as_str()).skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

/// As `sqlite3 -box` would, without its lines.
fn answer(connection: &Connection, statement: &str) -> String {
    let mut statement = connection.prepare(statement).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut table = vec![names];
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let cell = |index| match row.get_ref(index).unwrap() {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
        };
        table.push((0..table[0].len()).map(cell).collect());
    }
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap();
    let widths: Vec<usize> = (0..table[0].len()).map(width).collect();
    table.iter().fold(String::new(), |mut text, row| {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        let _ = writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        text
    })
}

#[test]
fn the_questions_of_the_documentation_have_these_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conference.db");
    fill(&path);
    let checked = checked(&read("schemas/conference.yaml")).unwrap();
    let connection = connect(&path, &lower::sql::script(&[&checked]));
    let page = read("docs/sql.md");
    let (questions, answers) = (blocks(&page, "sql"), blocks(&page, "text"));
    assert!(questions.len() == 3 && answers.len() == 3, "three questions and their answers");
    for (question, due) in questions.into_iter().zip(answers) {
        let found = answer(&connection, question);
        assert_eq!(found, due, "{question}\n{found}");
    }
}

/// What factum itself opens, migrates and checks is as it was.
#[test]
fn a_store_is_a_store_whoever_asked_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conference.db");
    fill(&path);
    let before = fs::read(&path).unwrap();
    let checked = checked(&read("schemas/conference.yaml")).unwrap();
    let connection = connect(&path, &lower::sql::script(&[&checked]));
    let unknown: i64 = connection.query_row("SELECT count(*) FROM _unknown", [], |row| row.get(0)).unwrap();
    assert_eq!(unknown, 0);
    drop(connection);
    assert_eq!(fs::read(&path).unwrap(), before);
    let checks = factum_sqlite::Options::new().quick_check(true);
    block_on(block_on(checks.open(&path)).unwrap().close());
}
