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
pub(super) struct Known {
    names: HashMap<i64, Box<str>>,
    /// The last one asked for: rows beside each other often share it.
    last: Option<(i64, Box<str>)>,
}

impl Known {
    /// The names kept; when there are more they are forgotten and read again.
    const MOST: usize = 10_000;

    /// The name of `id`, read with `statement` where it is not known; `None` if no row has that number.
    pub(super) fn name(&mut self, connection: &Connection, statement: &str, id: i64) -> Result<Option<&str>, Error> {
        if self.last.as_ref().is_none_or(|(last, _)| *last != id) {
            self.last = self.look_up(connection, statement, id)?.map(|name| (id, name.into()));
        }
        Ok(self.last.as_ref().map(|(_, name)| &**name))
    }

    fn look_up(&mut self, connection: &Connection, statement: &str, id: i64) -> Result<Option<&str>, Error> {
        if self.names.len() >= Self::MOST && !self.names.contains_key(&id) {
            self.names.clear();
        }
        Ok(match self.names.entry(id) {
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
