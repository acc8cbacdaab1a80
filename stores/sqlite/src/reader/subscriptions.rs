//! Where subscriptions stand, and what they have parked.

use factum::ReadError;
use factum::store::Parked;
use factum::store::subscription::{ParkedQuery, SubscriptionStatus};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Row, params};

use super::{all, number, storage, time};
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

fn read_parked(row: &Row<'_>) -> Result<Parked, Error> {
    Ok(Parked {
        position: number(row, 0)?,
        key: row.get(1)?,
        attempts: row.get(2)?,
        error: row.get(3)?,
        parked_at: time(row, 4)?,
        due: row.get(5)?,
    })
}

fn read_status(row: &Row<'_>) -> Result<SubscriptionStatus, Error> {
    let name = row.get_ref(0)?.as_str()?.parse();
    Ok(SubscriptionStatus {
        name: name.map_err(|error| Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))?,
        position: number(row, 1)?,
        parked: number(row, 2)?,
    })
}
