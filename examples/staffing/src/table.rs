//! The answer of a query, as a table.

use std::io::{self, Write};

use factum_sqlite::SqliteStore;
use factum_sqlite::rusqlite::types::ValueRef;

use crate::Error;
use crate::people::Names;

/// Prints what `sql` finds, under the names of its columns, with names in the place of keys.
pub(crate) async fn print<W: Write>(
    store: &SqliteStore,
    columns: &[&str],
    sql: &str,
    names: &Names,
    out: &mut W,
) -> Result<(), Error> {
    let width = columns.len();
    let rows = store.query(sql, (), move |row| (0..width).map(|at| Ok(text(row.get_ref(at)?))).collect()).await?;
    let heading = columns.iter().map(|&column| column.to_owned()).collect();
    let cells: Vec<Vec<String>> = std::iter::once(heading).chain(rows).collect();
    let cells: Vec<Vec<String>> = cells.iter().map(|row| named(row, names)).collect();
    Ok(lay_out(&cells, out)?)
}

fn named(row: &[String], names: &Names) -> Vec<String> {
    row.iter().map(|cell| names.in_place_of_keys(cell)).collect()
}

/// A column is as wide as its widest cell.
fn lay_out(rows: &[Vec<String>], out: &mut impl Write) -> io::Result<()> {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
        writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:.2}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}
