//! Views as SQL, for SQLite.

mod expr;
mod scale;

use std::fmt::Write as _;

use factum_model::printable::{is_disturbing, printable};

use crate::items::sql::{Arm, Column, Expr, Form, Kind, Left, Script, View};
use expr::expr;

/// Every stored event: where it stands, and who stored it. All other views are over this one.
const EVENTS: &str = r#"CREATE TEMP VIEW "_events" AS
SELECT events.position AS "_position",
  streams.name AS "_stream",
  events.version AS "_version",
  {id} AS "_id",
  strftime('%Y-%m-%dT%H:%M:%S', (events.recorded_at - micros) / 1000000, 'unixepoch') || printf('.%06dZ', micros) AS "_recorded_at",
  {correlation_id} AS "_correlation_id",
  {causation_id} AS "_causation_id",
  events.actor AS "_actor",
  events.headers AS "_headers",
  kinds.type AS "_type",
  kinds.schema_version AS "_schema_version",
  kinds.readable_from AS "_readable_from",
  events.payload AS "_payload",
  CASE WHEN json_valid(events.payload) THEN events.payload END AS "_json"
FROM (SELECT *, (recorded_at % 1000000 + 1000000) % 1000000 AS micros FROM main.events) AS events
JOIN main.streams ON streams.id = events.stream_id
JOIN main.kinds ON kinds.id = events.kind_id;
"#;

/// What is no JSON: all other views go on without it.
const DAMAGED: &str = r#"
-- What is damaged: its payload is no JSON, and no other view shows it.
CREATE TEMP VIEW "_damaged" AS
SELECT _position, _stream, _version, _type, _schema_version, _payload
FROM temp._events
WHERE _json IS NULL;
"#;

/// What every view of an event begins with, but for its index.
const PLACE: &str = "_position, _stream, _version, _id, _recorded_at, _correlation_id, _causation_id, _actor, _headers, _type, \
     _schema_version";

/// The script that makes the views, for one connection to a store's file, which is only read.
#[must_use]
pub fn text(script: &Script) -> String {
    let mut text = format!("{}\n{}", head(script), events());
    for view in &script.views {
        text.push('\n');
        text.push_str(&of_events(view));
    }
    text.push('\n');
    text.push_str(&unknown(&script.known));
    text.push_str(DAMAGED);
    text
}

fn events() -> String {
    let ids = ["id", "correlation_id", "causation_id"];
    ids.iter()
        .fold(EVENTS.to_owned(), |text, name| text.replace(&format!("{{{name}}}"), &uuid(&format!("events.{name}"))))
}

/// The text of 16 bytes.
fn uuid(bytes: &str) -> String {
    let part = |from, length| format!("substr(hex({bytes}), {from}, {length})");
    let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)];
    format!("CASE WHEN {bytes} IS NOT NULL THEN lower({}) END", parts.join(" || '-' || "))
}

fn head(script: &Script) -> String {
    let mut text = format!(
        "-- Views of stored events, made by factum {}: do not edit.\n\
         -- For SQLite 3.38 or newer, on a store's file: sqlite3 -readonly store.db -init views.sql\n\
         -- The views are temporary: nothing is written to the file.\n",
        env!("CARGO_PKG_VERSION")
    );
    if !script.left.is_empty() {
        text.push_str("--\n-- Not read as the current version:\n");
        for left in &script.left {
            text.push_str(&comment(&told(left)));
        }
    }
    text
}

/// What is said of a version that is left as it is stored.
#[must_use]
pub fn told(left: &Left) -> String {
    let Left { kind: Kind { wire_type, version, .. }, event, reason, view } = left;
    format!("{wire_type} version {version}, of {event}: {reason}; it is shown as it is stored, in {view}")
}

fn comment(text: &str) -> String {
    text.lines().fold(String::new(), |mut comment, line| {
        let _ = writeln!(comment, "--   {}", printable(line));
        comment
    })
}

fn of_events(view: &View) -> String {
    let doc: String = view.doc.iter().map(|line| comment(line)).collect();
    let arms: Vec<String> = view.arms.iter().map(arm).collect();
    format!("{doc}CREATE TEMP VIEW {} AS\n{};\n", identifier(&view.name), arms.join("\nUNION ALL\n"))
}

fn arm(arm: &Arm) -> String {
    let mut text = format!("SELECT {PLACE}, {} AS _index", arm.index);
    for column in &arm.columns {
        let _ = write!(text, ",\n  {} AS {}", value(column), identifier(&column.name));
    }
    format!("{text}\nFROM temp._events\nWHERE _json IS NOT NULL AND ({})", any_of(&arm.kinds))
}

fn any_of(kinds: &[Kind]) -> String {
    match kinds {
        [] => "0".to_owned(),
        [kind] => condition(kind),
        kinds => kinds.iter().map(|kind| format!("({})", condition(kind))).collect::<Vec<_>>().join("\n  OR "),
    }
}

fn value(column: &Column) -> String {
    let json = expr(&column.value);
    match column.form {
        Form::Json => json,
        Form::Scalar => match &column.value {
            // What `->` takes out as JSON, `->>` takes out as what it says.
            Expr::Member(object, name) => format!("{} ->> {}", expr::operand(object), expr::path(name)),
            _ => format!("{json} ->> '$'"),
        },
        Form::Real => format!("(SELECT {} FROM (SELECT {json} AS v))", expr::REAL),
        Form::Large => format!(
            "(SELECT CASE CAST(v AS INTEGER) || '' WHEN v THEN CAST(v AS INTEGER) ELSE v END FROM (SELECT {json} AS v))"
        ),
    }
}

fn condition(kind: &Kind) -> String {
    let (wire_type, version) = (literal(&kind.wire_type), kind.version);
    if kind.newest {
        return format!(
            "_type = {wire_type} AND (_schema_version = {version} OR _schema_version > {version} AND _readable_from <= {version})"
        );
    }
    format!("_type = {wire_type} AND _schema_version = {version}")
}

/// What no view shows: kinds that the schema does not know.
fn unknown(known: &[Kind]) -> String {
    format!(
        "-- What is stored and not known to the schema: no other view shows it.\n\
         CREATE TEMP VIEW \"_unknown\" AS\n\
         SELECT _type, _schema_version, count(*) AS events, min(_position) AS first, max(_position) AS last\n\
         FROM temp._events\n\
         WHERE NOT ({})\n\
         GROUP BY _type, _schema_version;\n",
        any_of(known)
    )
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text of SQL. What would disturb whoever looks at the script stands in it as a number.
fn literal(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' => spelled.push_str("''"),
            c if is_disturbing(c) => drop(write!(spelled, "' || char({}) || '", u32::from(c))),
            c => spelled.push(c),
        }
    }
    if text.contains(is_disturbing) { format!("('{spelled}')") } else { format!("'{spelled}'") }
}
