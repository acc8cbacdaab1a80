//! The tables of views, and what readers are shown of them.
//!
//! What is shown of a live version are views of SQL's, one for each of its tables: `seats` for `seats_v2`, `seats_rows` for
//! `seats_v2_rows`. To publish another version is to put others in their place.

use factum::store::{ViewError, ViewId};
use rusqlite::{Connection, Error, Row};

use super::group::Stop;
use crate::sql;

/// Drops all that the version has.
pub(super) fn drop_all(connection: &Connection, view: &ViewId) -> Result<(), Error> {
    for Object { name, kind } in objects(connection, view)? {
        let kind = if kind == "view" { "VIEW" } else { "TABLE" };
        connection.execute(&format!("DROP {kind} {}", quoted(&name)), [])?;
    }
    Ok(())
}

/// Shows readers this version and no other.
pub(super) fn show(connection: &Connection, view: &ViewId) -> Result<(), Stop<ViewError>> {
    hide(connection, view.name())?;
    let prefix = view.to_string();
    for Object { name: table, .. } in objects(connection, view)? {
        let rest = table.strip_prefix(&prefix).unwrap_or_default();
        let shown = format!("{}{rest}", view.name());
        connection.execute(&definition(&shown, &table), []).map_err(|error| match error {
            // It is understood by itself: something else has that name.
            Error::SqlInputError { msg, .. } => {
                let reason = format!("`{table}` cannot be shown as `{shown}`: {msg}");
                Stop::Refused(ViewError::Refused { view: view.clone(), reason })
            }
            error => Stop::Sqlite(error),
        })?;
    }
    Ok(())
}

/// Shows readers no version.
pub(super) fn hide(connection: &Connection, name: &str) -> Result<(), Error> {
    let mut statement = connection.prepare(sql::VIEWS_OF_SQL)?;
    let found = statement.query_map([name], |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?)))?;
    for (shown, defined) in found.collect::<Result<Vec<(String, String)>, _>>()? {
        if is_ours(name, &shown, &defined) {
            connection.execute(&format!("DROP VIEW {}", quoted(&shown)), [])?;
        }
    }
    Ok(())
}

/// A table or a view of SQL's.
struct Object {
    name: String,
    kind: String,
}

/// What the version has, without what goes with something else (a full-text index has tables of its own).
fn objects(connection: &Connection, view: &ViewId) -> Result<Vec<Object>, Error> {
    let mut statement = connection.prepare(sql::OBJECTS_OF_VIEW)?;
    let read = |row: &Row<'_>| Ok(Object { name: row.get(0)?, kind: row.get(1)? });
    statement.query_map([view.to_string()], read)?.collect()
}

fn definition(shown: &str, table: &str) -> String {
    format!("CREATE VIEW {} AS SELECT * FROM {}", quoted(shown), quoted(table))
}

/// Whether a view of SQL's was made to show some version of the view `name`.
fn is_ours(name: &str, shown: &str, defined: &str) -> bool {
    let rest = shown.strip_prefix(name).unwrap_or_default();
    let mark = "\u{0}";
    let pattern = definition(shown, &format!("{name}_v{mark}{rest}"));
    pattern.split_once(mark).is_some_and(|(before, after)| {
        let version = defined.strip_prefix(before).and_then(|defined| defined.strip_suffix(after));
        version.is_some_and(|version| version.parse::<u32>().is_ok())
    })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_a_version_is_known_again() {
        for (shown, table) in [("seats", "seats_v12"), ("seats_rows", "seats_v1_rows"), ("seats_\"", "seats_v1_\"")] {
            assert!(is_ours("seats", shown, &definition(shown, table)), "{shown}");
        }
        for (shown, table) in [("seats", "seats_v1_rows"), ("seats_rows", "seats_v1"), ("seats", "other_v1")] {
            assert!(!is_ours("seats", shown, &definition(shown, table)), "{shown}");
        }
        assert!(!is_ours("seats", "seats", "CREATE VIEW \"seats\" AS SELECT 1"));
    }
}
