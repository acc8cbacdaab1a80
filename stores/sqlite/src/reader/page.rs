//! One page of a stream or of the feed.

use std::ops::RangeInclusive;

use factum::store::{Direction, FeedQuery, Page, PageBuilder, StreamQuery};
use factum::{ReadError, Recorded};
use rusqlite::{Connection, Error, Rows};
use uuid::Uuid;

use super::head::{head, version_as_of};
use super::names::{Known, Names, Numbered, kinds_of};
use super::row::{Column, Columns};
use crate::error::SqliteError;
use crate::sql;

/// The rows that one page looks at, so that a filter that fits nothing does not make for a long transaction.
const MOST_ROWS: usize = 20 * Page::MAX_EVENTS;

/// A page of a stream.
pub(crate) fn stream(connection: &Connection, names: &mut Names, query: &StreamQuery) -> Result<Page, ReadError> {
    in_transaction(connection, || {
        let name = query.stream.as_str();
        let page = PageBuilder::new(query.limit);
        let Some(head) = head(connection, name).map_err(|error| storage(&error))? else {
            return Ok(page.finish(None, None));
        };
        let as_of = match query.as_of {
            None => head.version,
            Some(time) => version_as_of(connection, &head, time).map_err(|error| storage(&error))?,
        };
        let last = as_of.min(query.up_to_version.unwrap_or(u64::MAX));
        let (statement, versions) = match query.direction {
            Direction::Forward => (sql::STREAM_FORWARD, query.from.unwrap_or(1).max(1)..=last),
            Direction::Backward => (sql::STREAM_BACKWARD, 1..=query.from.unwrap_or(last).min(last)),
        };
        if query.limit == 0 || versions.is_empty() {
            return Ok(page.finish(None, Some(head.version)));
        }
        let wanted = wanted(connection, query.types.as_deref())?;
        let mut statement = connection.prepare_cached(statement).map_err(|error| storage(&error))?;
        let bounds = [head.stream_id, versions.start().cast_signed(), versions.end().cast_signed()];
        let mut rows = statement.query(bounds).map_err(|error| storage(&error))?;
        let due = Some(Due { versions, direction: query.direction });
        let mut scan = Scan { connection, names, page, wanted, stream: Some(name), due };
        let next = scan.fill(&mut rows, Column::Version)?;
        Ok(scan.page.finish(next, Some(head.version)))
    })
}

/// A page of the feed.
pub(crate) fn feed(connection: &Connection, names: &mut Names, query: &FeedQuery) -> Result<Page, ReadError> {
    in_transaction(connection, || feed_in_transaction(connection, names, query))
}

/// A page of the feed, by somebody who is in a transaction.
pub(crate) fn feed_in_transaction(
    connection: &Connection,
    names: &mut Names,
    query: &FeedQuery,
) -> Result<Page, ReadError> {
    let page = PageBuilder::new(query.limit);
    let (statement, from) = match query.direction {
        Direction::Forward => (sql::FEED_FORWARD, query.from.unwrap_or(1).max(1)),
        Direction::Backward => (sql::FEED_BACKWARD, query.from.unwrap_or(u64::MAX)),
    };
    // Behind the largest position that there can be there is nothing; ahead of it is everything.
    let nothing = query.direction == Direction::Forward && i64::try_from(from).is_err();
    if query.limit == 0 || nothing {
        return Ok(page.finish(None, None));
    }
    let wanted = wanted(connection, query.types.as_deref())?;
    let mut statement = connection.prepare_cached(statement).map_err(|error| storage(&error))?;
    let mut rows = statement.query([i64::try_from(from).unwrap_or(i64::MAX)]).map_err(|error| storage(&error))?;
    let mut scan = Scan { connection, names, page, wanted, stream: None, due: None };
    let next = scan.fill(&mut rows, Column::Position)?;
    Ok(scan.page.finish(next, None))
}

/// The event of an id, if there is one.
pub(crate) fn event(connection: &Connection, names: &mut Names, id: Uuid) -> Result<Page, ReadError> {
    in_transaction(connection, || {
        let mut statement = connection.prepare_cached(sql::EVENT).map_err(|error| storage(&error))?;
        let mut rows = statement.query([id.as_bytes()]).map_err(|error| storage(&error))?;
        let mut scan = Scan { connection, names, page: PageBuilder::new(1), wanted: None, stream: None, due: None };
        scan.fill(&mut rows, Column::Position)?;
        Ok(scan.page.finish(None, None))
    })
}

/// An error of SQLite's while reading.
pub(crate) fn storage(error: &Error) -> ReadError {
    ReadError::Storage(Box::new(SqliteError::from(error)))
}

fn in_transaction(connection: &Connection, read: impl FnOnce() -> Result<Page, ReadError>) -> Result<Page, ReadError> {
    let run = |statement| connection.prepare_cached(statement)?.execute([]).map(|_| ());
    run(sql::BEGIN_READ).map_err(|error| storage(&error))?;
    let page = read();
    // Nothing was written; an error here would only say that the transaction has ended already.
    let _ = run(sql::COMMIT);
    page
}

fn wanted(connection: &Connection, types: Option<&[String]>) -> Result<Option<Vec<i64>>, ReadError> {
    types.map(|types| kinds_of(connection, types)).transpose().map_err(|error| storage(&error))
}

/// A page on its way through rows.
struct Scan<'a> {
    connection: &'a Connection,
    names: &'a mut Names,
    page: PageBuilder,
    /// The kinds of the types asked for, in order; `None`: all.
    wanted: Option<Vec<i64>>,
    /// The stream that is read; `None` for the feed.
    stream: Option<&'a str>,
    /// The versions that must be met, where a stream is read: a row that is missing is not passed over.
    due: Option<Due>,
}

impl Scan<'_> {
    /// Fills the page. Answers the number, in the column `numbered`, of the first row that was left for the next page.
    fn fill(&mut self, rows: &mut Rows<'_>, numbered: Column) -> Result<Option<u64>, ReadError> {
        let (mut looked_at, mut position) = (0, 0);
        while let Some(row) = rows.next().map_err(|error| storage(&error))? {
            let columns = Columns::of(row)?;
            if looked_at == MOST_ROWS || self.page.is_full() {
                return columns.number(numbered, "version").map(Some);
            }
            looked_at += 1;
            position = columns.position;
            let version = columns.number(Column::Version, "version")?;
            if let Some(due) = &mut self.due {
                due.check(&columns, version)?;
            }
            let kind_id = columns.integer(Column::KindId, "kind")?;
            if self.wanted.as_ref().is_none_or(|wanted| wanted.binary_search(&kind_id).is_ok()) {
                self.push(&columns, version, kind_id)?;
            }
        }
        match self.due.as_mut().and_then(Due::next) {
            None => Ok(None),
            Some(missing) => {
                let reason = format!("version {missing} of its stream, which should be beside it, is missing");
                Err(ReadError::Corrupt { position, reason })
            }
        }
    }

    fn push(&mut self, columns: &Columns<'_>, version: u64, kind_id: i64) -> Result<(), ReadError> {
        let kind = known(&mut self.names.kinds, self.connection, columns, kind_id)?;
        let stream = if let Some(stream) = self.stream {
            stream
        } else {
            let stream_id = columns.integer(Column::StreamId, "stream")?;
            &known(&mut self.names.streams, self.connection, columns, stream_id)?.0
        };
        self.page.push(&Recorded {
            id: columns.uuid(Column::Id, "id")?,
            stream,
            version,
            position: columns.position,
            event_type: &kind.event_type,
            schema_version: kind.schema_version,
            readable_from: kind.readable_from,
            recorded_at: columns.time(Column::RecordedAt, "time")?,
            correlation_id: columns.optional_uuid(Column::CorrelationId, "correlation id")?,
            causation_id: columns.optional_uuid(Column::CausationId, "causation id")?,
            depth: columns.number(Column::Depth, "depth")?,
            actor: columns.optional_text(Column::Actor, "actor")?,
            raw_headers: columns.optional_text(Column::Headers, "headers")?,
            payload: columns.text(Column::Payload, "payload")?,
        });
        Ok(())
    }
}

/// What the number of a row stands for.
fn known<'k, T: Numbered>(
    known: &'k mut Known<T>,
    connection: &Connection,
    columns: &Columns<'_>,
    number: i64,
) -> Result<&'k T, ReadError> {
    match known.get(connection, number) {
        Ok(Some(row)) => Ok(row),
        Ok(None) => Err(columns.corrupt(format!("its {} {number} is missing", T::WHAT))),
        Err(error) if error.sqlite_error().is_some() => Err(storage(&error)),
        Err(error) => Err(columns.corrupt(format!("its {} {number}: {error}", T::WHAT))),
    }
}

/// The versions of a stream that are still to be met, in their order.
struct Due {
    versions: RangeInclusive<u64>,
    direction: Direction,
}

impl Due {
    fn next(&mut self) -> Option<u64> {
        match self.direction {
            Direction::Forward => self.versions.next(),
            Direction::Backward => self.versions.next_back(),
        }
    }

    fn check(&mut self, columns: &Columns<'_>, version: u64) -> Result<(), ReadError> {
        match self.next() {
            Some(due) if due == version => Ok(()),
            due => Err(columns.corrupt(format!("it has version {version} of its stream, where {due:?} is due"))),
        }
    }
}
