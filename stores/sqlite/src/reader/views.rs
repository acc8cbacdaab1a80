//! Where views stand.

use factum::ReadError;
use factum::store::{ViewId, ViewStatus};
use rusqlite::{Connection, Error, OptionalExtension, Row, params};

use super::storage;
use crate::sql;

/// Where each version of a view stands.
pub(crate) fn versions(connection: &Connection, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
    let list = || connection.prepare_cached(sql::VIEWS)?.query_map([name], read)?.collect::<Result<_, _>>();
    list().map_err(|error| storage(&error))
}

/// Where one version stands; `None`: it was not made.
pub(crate) fn status(connection: &Connection, view: &ViewId) -> Result<Option<ViewStatus>, Error> {
    connection.prepare_cached(sql::VIEW)?.query_row(params![view.name(), view.version()], read).optional()
}

fn read(row: &Row<'_>) -> Result<ViewStatus, Error> {
    let position: i64 = row.get(1)?;
    Ok(ViewStatus { version: row.get(0)?, position: position.cast_unsigned(), live: row.get(2)? })
}
