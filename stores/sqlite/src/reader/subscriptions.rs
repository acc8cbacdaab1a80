//! Where subscriptions stand, and what they have parked.

use factum::ReadError;
use factum::store::subscription::{ParkedQuery, SubscriptionStatus};
use factum::store::{Parked, from_microseconds};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Row, params};

use super::storage;
use crate::sql;

/// The parked events that `query` asks for.
pub(crate) fn parked(connection: &Connection, query: &ParkedQuery) -> Result<Vec<Parked>, ReadError> {
    let after = i64::try_from(query.after).unwrap_or(i64::MAX);
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    let name = query.name.as_str();
    let list = || match (&query.key, query.due) {
        (None, false) => all(connection, sql::PARKED, params![name, after, limit], read_parked),
        (None, true) => all(connection, sql::PARKED_DUE, params![name, after, limit], read_parked),
        (Some(key), false) => all(connection, sql::PARKED_OF_KEY, params![name, after, limit, key], read_parked),
        (Some(key), true) => all(connection, sql::PARKED_OF_KEY_DUE, params![name, after, limit, key], read_parked),
    };
    list().map_err(|error| storage(&error))
}

/// Every subscription.
pub(crate) fn subscriptions(connection: &Connection) -> Result<Vec<SubscriptionStatus>, ReadError> {
    all(connection, sql::SUBSCRIPTIONS, [], read_status).map_err(|error| storage(&error))
}

fn all<T>(
    connection: &Connection,
    statement: &str,
    wanted: impl rusqlite::Params,
    read: fn(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    connection.prepare_cached(statement)?.query_map(wanted, read)?.collect()
}

fn read_parked(row: &Row<'_>) -> Result<Parked, Error> {
    let microseconds = row.get(4)?;
    Ok(Parked {
        position: row.get::<_, i64>(0)?.cast_unsigned(),
        key: row.get(1)?,
        attempts: row.get(2)?,
        error: row.get(3)?,
        parked_at: from_microseconds(microseconds).ok_or(Error::IntegralValueOutOfRange(4, microseconds))?,
        due: row.get(5)?,
    })
}

fn read_status(row: &Row<'_>) -> Result<SubscriptionStatus, Error> {
    let name = row.get_ref(0)?.as_str()?.parse();
    Ok(SubscriptionStatus {
        name: name.map_err(|error| Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))?,
        position: row.get::<_, i64>(1)?.cast_unsigned(),
        parked: row.get::<_, i64>(2)?.cast_unsigned(),
    })
}
