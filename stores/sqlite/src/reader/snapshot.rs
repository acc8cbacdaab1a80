//! The newest snapshot that fits.

use factum::StreamName;
use factum::store::{SnapshotError, SnapshotKey, SnapshotQuery, StoredSnapshot, from_microseconds};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Row, params};
use uuid::Uuid;

use crate::error::SqliteError;
use crate::sql;

/// Passes over rows that are not what the store writes: a snapshot is a cache, and an older one may do.
pub(crate) fn find(connection: &Connection, query: &SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
    let failed = |error: &Error| SnapshotError::Storage(Box::new(SqliteError::from(error)));
    let mut statement = connection.prepare_cached(sql::SNAPSHOTS).map_err(|error| failed(&error))?;
    let wanted = params![
        query.stream.as_str(),
        query.key.fingerprint.as_bytes(),
        query.key.revision,
        query.up_to_version.map_or(i64::MAX, |version| i64::try_from(version).unwrap_or(i64::MAX)),
        query.as_of.map_or(i64::MAX, whole_microseconds),
    ];
    let mut rows = statement.query(wanted).map_err(|error| failed(&error))?;
    while let Some(row) = rows.next().map_err(|error| failed(&error))? {
        match read(row, &query.stream, query.key) {
            Ok(snapshot) => return Ok(Some(snapshot)),
            Err(error) => tracing::warn!(stream = %query.stream, %error, "a snapshot is corrupt"),
        }
    }
    Ok(None)
}

/// The last microsecond that is not after `time`: what is stored is cut off too.
fn whole_microseconds(time: Timestamp) -> i64 {
    factum::store::to_microseconds(time).as_microsecond()
}

fn read(row: &Row<'_>, stream: &StreamName, key: SnapshotKey) -> Result<StoredSnapshot, Error> {
    let uuid = |column| {
        let bytes = row.get_ref(column)?.as_blob()?;
        Uuid::from_slice(bytes).map_err(|error| Error::FromSqlConversionFailure(column, Type::Blob, Box::new(error)))
    };
    let microseconds = row.get(2)?;
    let recorded_at = from_microseconds(microseconds).ok_or(Error::IntegralValueOutOfRange(2, microseconds))?;
    Ok(StoredSnapshot {
        stream: stream.clone(),
        key,
        version: row.get::<_, i64>(0)?.cast_unsigned(),
        last_event: uuid(1)?,
        recorded_at,
        skipped: row.get::<_, i64>(3)?.cast_unsigned(),
        digest: uuid(4)?,
        state: row.get(5)?,
    })
}
