//! What becomes of one append, inside a transaction.

use std::collections::HashMap;

use factum::store::validate::{Existing, headers_text, nothing_again, recorded_times, repeat_of};
use factum::store::{Append, Appended, to_microseconds};
use factum::{AppendError, NewEvent};
use jiff::Timestamp;
use rusqlite::{Connection, Error, OptionalExtension, Params, Row, params};
use uuid::Uuid;

use crate::reader;
use crate::reader::head::{Head, head};
use crate::sql;

/// What was decided about an append. It may be told once its transaction has been synced.
pub(crate) type Verdict = Result<Appended, AppendError>;

/// The numbers of the kinds that have been met, by wire type. Right as long as no transaction that met one is rolled
/// back.
pub(super) type KindIds = HashMap<Box<str>, Vec<KindId>>;

/// A kind of some wire type, and its number.
pub(super) struct KindId {
    schema_version: u32,
    readable_from: u32,
    id: i64,
}

/// Decides about `append` and writes its events. An `Err` is SQLite's: the transaction must be rolled back. A verdict
/// that is an error has written nothing, because everything is looked up before anything is written.
pub(super) fn append(
    connection: &Connection,
    kind_ids: &mut KindIds,
    append: &Append,
    now: Timestamp,
) -> Result<Verdict, Error> {
    match repeat(connection, append)? {
        Ok(None) => {}
        Ok(Some(first_result)) => return Ok(Ok(first_result)),
        Err(reused) => return Ok(Err(reused)),
    }
    if let Some(command) = append.command {
        match nothing_again(append, reader::command(connection, command)?) {
            Ok(None) => {}
            Ok(Some(nothing)) => return Ok(Ok(nothing)),
            Err(reused) => return Ok(Err(reused)),
        }
    }
    let head = head(connection, append.stream.as_str())?;
    let actual = head.as_ref().map_or(0, |head| head.version);
    if append.events.is_empty() && append.command.is_none() {
        return Ok(Ok(Appended { version: actual, position: None, repeated: false }));
    }
    if !append.expected.holds(actual) {
        let (stream, expected) = (append.stream.clone(), append.expected);
        return Ok(Err(AppendError::Conflict { stream, expected, actual }));
    }
    if let Some(command) = append.command.filter(|_| append.events.is_empty()) {
        return remember(connection, command, append, actual, now).map(Ok);
    }
    match recorded_times(&append.events, head.as_ref().map(|head| head.recorded_at), now) {
        Ok(times) => write(connection, kind_ids, append, head.as_ref(), &times).map(Ok),
        Err(invalid) => Ok(Err(invalid)),
    }
}

/// Keeps that a command came to nothing.
fn remember(
    connection: &Connection,
    command: Uuid,
    append: &Append,
    version: u64,
    now: Timestamp,
) -> Result<Appended, Error> {
    let now = to_microseconds(now).as_microsecond();
    let row = params![command.as_bytes(), append.stream.as_str(), version.cast_signed(), now];
    connection.prepare_cached(sql::INSERT_COMMAND)?.execute(row)?;
    Ok(Appended { version, position: None, repeated: false })
}

/// Whether the append was stored before.
fn repeat(connection: &Connection, append: &Append) -> Result<Result<Option<Appended>, AppendError>, Error> {
    let mut statement = connection.prepare_cached(sql::BY_ID)?;
    let mut find = |event: &NewEvent| statement.query_row([event.id.as_bytes()], Found::read).optional();
    let found = append.events.iter().map(&mut find).collect::<Result<Vec<_>, _>>()?;
    let existing: Vec<_> = found.iter().map(|found| found.as_ref().map(Found::existing)).collect();
    Ok(repeat_of(append, &existing))
}

/// An event that holds an id of the append.
struct Found {
    stream: String,
    version: u64,
    position: u64,
    event_type: String,
    schema_version: u32,
    payload: String,
}

impl Found {
    fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            stream: row.get(0)?,
            version: row.get::<_, i64>(1)?.cast_unsigned(),
            position: row.get::<_, i64>(2)?.cast_unsigned(),
            event_type: row.get(3)?,
            schema_version: row.get(4)?,
            payload: row.get(5)?,
        })
    }

    fn existing(&self) -> Existing<'_> {
        Existing {
            stream: &self.stream,
            version: self.version,
            position: self.position,
            event_type: &self.event_type,
            schema_version: self.schema_version,
            payload: &self.payload,
        }
    }
}

fn write(
    connection: &Connection,
    kind_ids: &mut KindIds,
    append: &Append,
    head: Option<&Head>,
    times: &[Timestamp],
) -> Result<Appended, Error> {
    let stream_id = match head {
        Some(head) => head.stream_id,
        None => insert(connection, sql::INSERT_STREAM, [append.stream.as_str()])?,
    };
    let mut version = head.map_or(0, |head| head.version);
    let mut statement = connection.prepare_cached(sql::INSERT_EVENT)?;
    for (event, time) in append.events.iter().zip(times) {
        version += 1;
        statement.execute(params![
            stream_id,
            version.cast_signed(),
            event.id.as_bytes(),
            kind_id(connection, kind_ids, event)?,
            time.as_microsecond(),
            event.metadata.correlation_id.as_ref().map(Uuid::as_bytes),
            event.metadata.causation_id.as_ref().map(Uuid::as_bytes),
            event.metadata.depth,
            event.metadata.actor,
            headers_text(&event.metadata.headers),
            event.payload,
        ])?;
    }
    let position = connection.last_insert_rowid().cast_unsigned();
    Ok(Appended { version, position: Some(position), repeated: false })
}

fn kind_id(connection: &Connection, kind_ids: &mut KindIds, event: &NewEvent) -> Result<i64, Error> {
    let NewEvent { event_type, schema_version, readable_from, .. } = event;
    let (schema_version, readable_from) = (*schema_version, *readable_from);
    let is_this = |kind: &&KindId| kind.schema_version == schema_version && kind.readable_from == readable_from;
    if let Some(kind) = kind_ids.get(&**event_type).and_then(|kinds| kinds.iter().find(is_this)) {
        return Ok(kind.id);
    }
    let kind = params![event_type, schema_version, readable_from];
    let known = connection.prepare_cached(sql::KIND_ID)?.query_row(kind, |row| row.get(0)).optional()?;
    let id = match known {
        Some(id) => id,
        None => insert(connection, sql::INSERT_KIND, kind)?,
    };
    kind_ids.entry((&**event_type).into()).or_default().push(KindId { schema_version, readable_from, id });
    Ok(id)
}

fn insert(connection: &Connection, statement: &str, row: impl Params) -> Result<i64, Error> {
    connection.prepare_cached(statement)?.execute(row)?;
    Ok(connection.last_insert_rowid())
}
