//! What the numbers in a row of `events` stand for.

use rusqlite::{Connection, Error, OptionalExtension, Row};

use crate::sql;

/// What a connection has read of the tables `kinds` and `streams`. No row there ever changes, so what was read once may
/// be kept.
#[derive(Default)]
pub(crate) struct Names {
    pub(super) kinds: Known<Kind>,
    pub(super) streams: Known<Stream>,
}

/// A row that other rows refer to by its number.
pub(super) trait Numbered: Sized {
    /// What it is called where it is missing.
    const WHAT: &'static str;
    /// The statement that finds it.
    const BY_NUMBER: &'static str;

    fn read(row: &Row<'_>) -> Result<Self, Error>;
}

/// What an event was stored as.
pub(super) struct Kind {
    pub(super) event_type: Box<str>,
    pub(super) schema_version: u32,
    pub(super) readable_from: u32,
}

impl Numbered for Kind {
    const WHAT: &'static str = "kind";
    const BY_NUMBER: &'static str = sql::KIND;

    fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self { event_type: row.get(0)?, schema_version: row.get(1)?, readable_from: row.get(2)? })
    }
}

/// The name of a stream.
pub(super) struct Stream(pub(super) Box<str>);

impl Numbered for Stream {
    const WHAT: &'static str = "stream";
    const BY_NUMBER: &'static str = sql::STREAM_NAME;

    fn read(row: &Row<'_>) -> Result<Self, Error> {
        row.get(0).map(Self)
    }
}

/// Rows by their numbers. Each number has one place here, which it shares with others: the last one met has it.
pub(super) struct Known<T> {
    places: Box<[Option<(i64, T)>]>,
}

impl<T: Numbered> Known<T> {
    /// The row of that number; `None` if there is none.
    pub(super) fn get(&mut self, connection: &Connection, number: i64) -> Result<Option<&T>, Error> {
        let place = &mut self.places[place(number)];
        if place.as_ref().is_none_or(|(held, _)| *held != number) {
            let mut statement = connection.prepare_cached(T::BY_NUMBER)?;
            *place = statement.query_row([number], T::read).optional()?.map(|row| (number, row));
        }
        Ok(place.as_ref().map(|(_, row)| row))
    }
}

const PLACES: u64 = 4096;

fn place(number: i64) -> usize {
    (number.cast_unsigned() % PLACES) as usize
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| None).collect() }
    }
}

/// The numbers, in their order, of all kinds of these wire types.
pub(super) fn kinds_of(connection: &Connection, types: &[String]) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached(sql::KINDS_OF_TYPE)?;
    let mut kinds = Vec::new();
    for name in types {
        for id in statement.query_map([name], |row| row.get(0))? {
            kinds.push(id?);
        }
    }
    kinds.sort_unstable();
    Ok(kinds)
}
