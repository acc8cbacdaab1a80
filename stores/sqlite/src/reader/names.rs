//! The names of streams and types, by their numbers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Error, OptionalExtension};

use crate::sql;

/// Names that a connection has read. A name never changes, so none is ever read twice without need.
#[derive(Default)]
pub(crate) struct Names {
    pub(super) types: Known,
    pub(super) streams: Known,
}

#[derive(Default)]
pub(super) struct Known(HashMap<i64, Box<str>>);

impl Known {
    /// The names kept; when there are more they are forgotten and read again.
    const MOST: usize = 10_000;

    /// The name of `id`, read with `statement` where it is not known; `None` if no row has that number.
    pub(super) fn name(&mut self, connection: &Connection, statement: &str, id: i64) -> Result<Option<&str>, Error> {
        if self.0.len() >= Self::MOST && !self.0.contains_key(&id) {
            self.0.clear();
        }
        Ok(match self.0.entry(id) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(unknown) => {
                let name: Option<String> =
                    connection.prepare_cached(statement)?.query_row([id], |row| row.get(0)).optional()?;
                name.map(|name| &**unknown.insert(name.into_boxed_str()))
            }
        })
    }
}

/// The numbers of some wire types; those that nothing was ever stored under have none.
pub(super) fn type_ids(connection: &Connection, names: &[String]) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached(sql::TYPE_ID)?;
    let mut id = |name: &String| statement.query_row([name], |row| row.get(0)).optional();
    names.iter().filter_map(|name| id(name).transpose()).collect()
}
