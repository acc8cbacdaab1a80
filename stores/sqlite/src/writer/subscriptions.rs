//! The state of subscriptions: changed in transactions of their own, between the groups of appends.

use factum::store::subscription::{Claim, Progress, SubscriptionError, SubscriptionName};
use rusqlite::{Connection, Error, OptionalExtension, params};

use super::database::Database;
use crate::file::SUBSCRIPTION;
use crate::sql;

impl Database {
    /// Opens a subscription, and makes it if it is new.
    pub(crate) fn claim(&mut self, name: &SubscriptionName, start: u64) -> Result<Claim, SubscriptionError> {
        let Some(held) = self.claims().take(SUBSCRIPTION, name.as_str())? else {
            return Err(SubscriptionError::Duplicate { name: name.clone() });
        };
        let position = self.transaction::<_, SubscriptionError>(|connection| {
            connection.prepare_cached(sql::ENTER_SUBSCRIPTION)?.execute(params![name.as_str(), start.cast_signed()])?;
            position(connection, name)?.ok_or_else(|| missing(name.clone()).into())
        })?;
        Ok(Claim::new(position, held))
    }

    /// Keeps how far a subscription has come, and what it parks.
    pub(crate) fn save_progress(&mut self, progress: Progress) -> Result<(), SubscriptionError> {
        self.transaction(
            |connection| {
                if save(connection, &progress)? { Ok(()) } else { Err(missing(progress.name).into()) }
            },
        )
    }

    /// Makes the first parked event due of a key, or of each; answers how many that are.
    pub(crate) fn replay_parked(
        &mut self,
        name: SubscriptionName,
        key: Option<&str>,
    ) -> Result<u64, SubscriptionError> {
        let keys = self.transaction::<_, SubscriptionError>(|connection| {
            if position(connection, &name)?.is_none() {
                return Err(missing(name).into());
            }
            Ok(connection.prepare_cached(sql::REPLAY)?.execute(params![name.as_str(), key])?)
        })?;
        self.raise();
        Ok(keys as u64)
    }
}

fn missing(name: SubscriptionName) -> SubscriptionError {
    SubscriptionError::Missing { name }
}

fn position(connection: &Connection, name: &SubscriptionName) -> Result<Option<u64>, Error> {
    let mut statement = connection.prepare_cached(sql::SUBSCRIPTION)?;
    let position: Option<i64> = statement.query_row([name.as_str()], |row| row.get(0)).optional()?;
    Ok(position.map(i64::cast_unsigned))
}

/// Answers whether there is such a subscription; if not, nothing was written.
fn save(connection: &Connection, progress: &Progress) -> Result<bool, Error> {
    let name = progress.name.as_str();
    let moved =
        connection.prepare_cached(sql::MOVE_SUBSCRIPTION)?.execute(params![name, progress.position.cast_signed()])?;
    if moved == 0 {
        return Ok(false);
    }
    let mut park = connection.prepare_cached(sql::PARK)?;
    for parked in &progress.park {
        park.execute(params![
            name,
            parked.position.cast_signed(),
            parked.key,
            parked.attempts,
            parked.error,
            parked.parked_at.as_microsecond(),
            parked.due,
        ])?;
    }
    let mut unpark = connection.prepare_cached(sql::UNPARK)?;
    for position in &progress.unpark {
        unpark.execute(params![name, position.cast_signed()])?;
    }
    Ok(true)
}
