//! A store of samples, its views, and what the interpreter makes of the same events.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use factum::store::EventStoreExt as _;
use factum::store::conformance::block_on;
use factum::{ExpectedVersion, NewEvent};
use factum_codegen::items::sql::{Expr, Kind, Script};
use factum_codegen::{emit, lower};
use factum_model::Checked;
use factum_model::schema::{EventId, Schema, VersionDef};
use factum_model::value::sample::{self, Sampler, edges};
use factum_model::value::{self, Event, Fault};
use factum_sqlite::SqliteStore;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value as Json;

/// An event as it is stored.
pub(crate) struct Stored {
    pub(crate) wire_type: String,
    pub(crate) version: u32,
    pub(crate) payload: String,
    pub(crate) read: Result<Vec<Event>, Fault>,
    /// What it was made of.
    pub(crate) sample: sample::Json,
    /// Whether it was changed in the file.
    pub(crate) damaged: bool,
    /// Whether it is no JSON any more.
    pub(crate) no_json: bool,
}

/// How much was tried.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tried {
    /// Rows of views of current versions that are as the interpreter says.
    pub(crate) shown: usize,
    /// Rows of views of older versions, as they are stored.
    pub(crate) as_stored: usize,
    /// What the interpreter refuses.
    pub(crate) refused: usize,
    /// What was changed in the file, and is shown in whatever way.
    pub(crate) damaged: usize,
    /// Why versions are left.
    pub(crate) reasons: BTreeMap<String, usize>,
}

/// Samples of every version of every event, as factum stores them.
pub(crate) fn samples(checked: &Checked, seed: u64, count: usize) -> Vec<Stored> {
    let schema = checked.schema();
    let mut stored = Vec::new();
    let mut sampler = Sampler::new(schema, seed);
    for (id, event) in (0..).map(EventId).zip(&schema.events) {
        for version in &event.versions {
            let made: Vec<_> = (0..count).filter_map(|_| sampler.event(event, version.number)).collect();
            let edges = edges(schema, &version.shape).into_iter().map(|sample| sample.json);
            for json in made.into_iter().chain(edges) {
                stored.extend(as_stored(schema, id, version, json));
            }
        }
    }
    stored
}

/// An event as its version stores it; `None`, where that has no such value.
pub(crate) fn as_stored(schema: &Schema, id: EventId, version: &VersionDef, sample: sample::Json) -> Option<Stored> {
    let payload = value::as_stored(schema, &version.shape, &sample.to_string()).ok()?;
    let read = value::read(schema, id, version.number, &payload);
    let (wire_type, version) = (version.wire_type.clone(), version.number);
    Some(Stored { wire_type, version, payload, read, sample, damaged: false, no_json: false })
}

/// Stores them; the position of each is its place in the list, from 1.
pub(crate) fn fill(path: &Path, stored: &[Stored]) {
    let store = block_on(SqliteStore::open(path)).unwrap();
    let event = |one: &Stored| NewEvent::new(one.wire_type.clone(), one.version, one.payload.clone());
    for chunk in stored.chunks(500) {
        let events = chunk.iter().map(event).collect();
        block_on(store.append_events(&"sample.Sample-1".parse().unwrap(), ExpectedVersion::Any, events)).unwrap();
    }
    block_on(store.close());
}

/// A connection that only reads, with the views.
pub(crate) fn connect(path: &Path, script: &Script) -> Connection {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let text = emit::sql::text(script);
    connection.execute_batch(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    connection
}

/// The fields of each row of a view, by position and index.
pub(crate) fn rows(connection: &Connection, view: &str) -> BTreeMap<(usize, usize), BTreeMap<String, Sql>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{view}\"")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut found = BTreeMap::new();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{view}: {error}")) {
        let number = |name: &str| usize::try_from(row.get::<_, i64>(name).unwrap()).unwrap();
        let place = (number("_position"), number("_index"));
        let fields = names.iter().filter(|name| !name.starts_with('_'));
        let fields = fields.map(|name| (name.clone(), row.get(name.as_str()).unwrap())).collect();
        assert!(found.insert(place, fields).is_none(), "{view} has {place:?} twice");
    }
    found
}

/// Holds all views against the interpreter.
pub(crate) fn hold(checked: &Checked, stored: &[Stored], path: &Path, tried: &mut Tried) -> Result<(), String> {
    let schema = checked.schema();
    let script = lower::sql::script(&[checked]);
    let connection = connect(path, &script);
    for left in &script.left {
        *tried.reasons.entry(left.reason.clone()).or_default() += 1;
    }
    let mut due = 0;
    let mut found = 0;
    for view in &script.views {
        let rows = rows(&connection, &view.name);
        found += rows.len();
        for arm in &view.arms {
            let is = |one: &Stored, kind: &Kind| one.wire_type == kind.wire_type && one.version == kind.version;
            let is_meant = |one: &Stored| arm.kinds.iter().any(|kind| is(one, kind));
            for (number, one) in (1..).zip(stored).filter(|(_, one)| is_meant(one) && !one.no_json) {
                due += 1;
                let row = rows.get(&(number, arm.index)).ok_or_else(|| format!("{}: no row of {number}", view.name))?;
                if one.damaged {
                    tried.damaged += 1;
                    continue;
                }
                let (count, expected) = match (&one.read, view.name.split_once("_v")) {
                    (_, Some(_)) => (&mut tried.as_stored, serde_json::from_str(&one.payload).unwrap()),
                    (Ok(events), None) => {
                        let event = events.get(arm.index).ok_or("the interpreter reads fewer")?;
                        (&mut tried.shown, serde_json::from_str(&value::written(schema, event)).unwrap())
                    }
                    (Err(_), None) => {
                        tried.refused += 1;
                        continue;
                    }
                };
                *count += 1;
                if is_out_of_reach(&one.payload, &expected, arm.columns.iter().map(|column| &column.value)) {
                    continue;
                }
                compare(row, &expected).map_err(|told| told_of(view, one, &expected, row, &told))?;
            }
        }
    }
    if due == found { Ok(()) } else { Err(format!("{found} rows, due are {due}")) }
}

fn told_of(
    view: &factum_codegen::items::sql::View,
    one: &Stored,
    expected: &Json,
    row: &BTreeMap<String, Sql>,
    told: &str,
) -> String {
    let mut text = format!("{}, stored as {}@{}: {told}\n", view.name, one.wire_type, one.version);
    let _ = write!(text, "payload {}\ninterpreter {expected}\nrow {row:?}", one.payload);
    text
}

/// What the documentation says that SQL cannot do: the calendar before the year 0, and cutting texts that hold NUL.
fn is_out_of_reach<'a>(payload: &str, expected: &Json, values: impl Iterator<Item = &'a Expr>) -> bool {
    let shown = format!("{:?}", values.collect::<Vec<_>>());
    let cuts = shown.contains("Join(") || shown.contains("Part {");
    cuts && payload.contains("\\u0000")
        || shown.contains("Moment(") && expected.to_string().contains("\"-00")
        || shown.contains("Epoch(") && payload.contains("\"-00")
}

/// Whether a row has these fields.
fn compare(row: &BTreeMap<String, Sql>, expected: &Json) -> Result<(), String> {
    let expected = expected.as_object().unwrap();
    for (name, value) in expected {
        let sql = row.get(name).ok_or_else(|| format!("no column `{name}`"))?;
        if !same(sql, value) {
            return Err(format!("`{name}` is {sql:?}, due is {value}"));
        }
    }
    if row.len() == expected.len() { Ok(()) } else { Err("another number of columns".to_owned()) }
}

fn same(sql: &Sql, json: &Json) -> bool {
    match (sql, json) {
        (Sql::Null, Json::Null) => true,
        (Sql::Integer(number), Json::Bool(value)) => *number == i64::from(*value),
        (Sql::Integer(number), Json::Number(value)) => value.as_i64() == Some(*number),
        (Sql::Real(number), Json::Number(value)) => value.as_f64().is_some_and(|value| near(*number, value)),
        (Sql::Text(text), Json::String(value)) if text == value => true,
        // A large integer, or JSON as it is.
        (Sql::Text(text), value) => serde_json::from_str(text).is_ok_and(|found| same_json(&found, value)),
        (Sql::Null | Sql::Integer(_) | Sql::Real(_) | Sql::Blob(_), _) => false,
    }
}

fn same_json(found: &Json, due: &Json) -> bool {
    match (found, due) {
        (Json::Array(found), Json::Array(due)) => {
            found.len() == due.len() && found.iter().zip(due).all(|(found, due)| same_json(found, due))
        }
        (Json::Object(found), Json::Object(due)) => {
            let is_due = |(name, found): (&String, &Json)| due.get(name).is_some_and(|due| same_json(found, due));
            found.len() == due.len() && found.iter().all(is_due)
        }
        (Json::Number(found), Json::Number(due)) => {
            found == due || found.as_f64().zip(due.as_f64()).is_some_and(|(found, due)| near(found, due))
        }
        (found, due) => found == due,
    }
}

/// SQLite reads numbers to about 15 digits. A number of 32 bits is written with fewer digits than it has.
#[expect(clippy::float_cmp, clippy::cast_possible_truncation, reason = "a number of 32 bits is one exactly")]
fn near(found: f64, due: f64) -> bool {
    let single = due as f32;
    let is_single = serde_json::to_string(&single).is_ok_and(|text| text.parse() == Ok(due));
    (found - due).abs() <= due.abs() * 1e-14 || is_single && found == f64::from(single)
}
