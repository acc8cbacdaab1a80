//! Where policies stand, what they know, and what they have parked.

use factum::ReadError;
use factum::store::policy::{
    InstanceQuery, ParkedStep, ParkedStepQuery, PolicyName, PolicyStatus, StoredInstance, StoredTimer, TimerQuery,
};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Params, Row, params};
use uuid::Uuid;

use super::{all, number, storage, time};
use crate::sql;

/// The instance of a correlation.
pub(crate) fn instance(
    connection: &Connection,
    policy: &PolicyName,
    correlation: &str,
) -> Result<Option<StoredInstance>, ReadError> {
    let found = with_timers(connection, sql::INSTANCE, params![policy.as_str(), 1, correlation]);
    found.map(|mut found| found.pop()).map_err(|error| storage(&error))
}

/// The instances that `query` asks for.
pub(crate) fn instances(connection: &Connection, query: &InstanceQuery) -> Result<Vec<StoredInstance>, ReadError> {
    let (name, limit) = (query.name.as_str(), most(query.limit));
    let found = match &query.after {
        Some(after) => with_timers(connection, sql::INSTANCES_AFTER, params![name, limit, after]),
        None => with_timers(connection, sql::INSTANCES, params![name, limit]),
    };
    found.map_err(|error| storage(&error))
}

/// Instances, from rows of which each has one of their timers, or none.
fn with_timers(connection: &Connection, statement: &str, wanted: impl Params) -> Result<Vec<StoredInstance>, Error> {
    let mut statement = connection.prepare_cached(statement)?;
    let mut rows = statement.query(wanted)?;
    let mut found: Vec<StoredInstance> = Vec::new();
    while let Some(row) = rows.next()? {
        let correlation = row.get_ref(0)?.as_str()?;
        if found.last().is_none_or(|last| last.correlation != correlation) {
            found.push(StoredInstance {
                correlation: correlation.to_owned(),
                state_version: row.get(1)?,
                state: row.get(2)?,
                position: number(row, 3)?,
                timers: Vec::new(),
            });
        }
        if let (Some(instance), Some(_)) = (found.last_mut(), row.get::<_, Option<i64>>(5)?) {
            instance.timers.push(timer(row, 4)?);
        }
    }
    Ok(found)
}

/// A timer, whose columns begin with the column `first`.
fn timer(row: &Row<'_>, first: usize) -> Result<StoredTimer, Error> {
    let set_by = row.get_ref(first + 2)?.as_blob()?;
    let set_by = Uuid::from_slice(set_by)
        .map_err(|error| Error::FromSqlConversionFailure(first + 2, Type::Blob, Box::new(error)))?;
    Ok(StoredTimer { name: row.get(first)?, due: time(row, first + 1)?, set_by, position: number(row, first + 3)? })
}

/// The timers that `query` asks for, each with its instance's key.
pub(crate) fn timers(connection: &Connection, query: &TimerQuery) -> Result<Vec<(String, StoredTimer)>, ReadError> {
    let wanted = params![query.name.as_str(), query.until.as_microsecond(), most(query.limit)];
    all(connection, sql::TIMERS, wanted, |row| Ok((row.get(0)?, timer(row, 1)?))).map_err(|error| storage(&error))
}

/// The parked steps that `query` asks for.
pub(crate) fn parked(connection: &Connection, query: &ParkedStepQuery) -> Result<Vec<ParkedStep>, ReadError> {
    let (name, limit) = (query.name.as_str(), most(query.limit));
    let list = || match (&query.correlation, query.due) {
        (None, false) => all(connection, sql::PARKED_STEPS, params![name, limit], read_parked),
        (None, true) => all(connection, sql::PARKED_STEPS_DUE, params![name, limit], read_parked),
        (Some(key), false) => all(connection, sql::PARKED_STEPS_OF, params![name, limit, key], read_parked),
        (Some(key), true) => all(connection, sql::PARKED_STEPS_OF_DUE, params![name, limit, key], read_parked),
    };
    list().map_err(|error| storage(&error))
}

fn read_parked(row: &Row<'_>) -> Result<ParkedStep, Error> {
    Ok(ParkedStep {
        position: number(row, 0)?,
        correlation: row.get(1)?,
        timer: row.get(2)?,
        attempts: row.get(3)?,
        error: row.get(4)?,
        parked_at: time(row, 5)?,
        due: row.get(6)?,
    })
}

/// Every policy.
pub(crate) fn policies(connection: &Connection) -> Result<Vec<PolicyStatus>, ReadError> {
    all(connection, sql::POLICIES, [], read_status).map_err(|error| storage(&error))
}

fn read_status(row: &Row<'_>) -> Result<PolicyStatus, Error> {
    let name = row.get_ref(0)?.as_str()?.parse();
    Ok(PolicyStatus {
        name: name.map_err(|error| Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))?,
        position: number(row, 1)?,
        instances: number(row, 2)?,
        parked: number(row, 3)?,
    })
}

fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
