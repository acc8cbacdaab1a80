//! The state of policies: each step is a transaction of its own, between the groups of appends.

use factum::store::policy::{
    InstanceChange, ParkedStep, PolicyClaim, PolicyName, PolicyStep, PolicyStoreError, StoredInstance,
};
use factum::store::subscription::Claim;
use rusqlite::{Connection, Error, OptionalExtension, Row, params};

use super::database::Database;
use super::group::Stop;
use crate::file::POLICY;
use crate::sql;

impl Database {
    /// Takes a policy, and makes it if it is new.
    pub(crate) fn claim_policy(&mut self, name: PolicyName, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        let Some(held) = self.claims().take(POLICY, name.as_str())? else {
            return Err(PolicyStoreError::Duplicate { name });
        };
        let (step, position) = self.transaction::<_, PolicyStoreError>(|connection| {
            connection.prepare_cached(sql::ENTER_POLICY)?.execute(params![name.as_str(), start.cast_signed()])?;
            place(connection, &name)?.ok_or(Stop::Refused(PolicyStoreError::Missing { name }))
        })?;
        Ok(PolicyClaim { step, claim: Claim::new(position, held) })
    }

    /// Keeps a step, if it is the next one; answers its number.
    pub(crate) fn keep_step(&mut self, step: &PolicyStep) -> Result<u64, PolicyStoreError> {
        self.transaction(|connection| {
            let name = step.name.clone();
            let Some((actual, _)) = place(connection, &name)? else {
                return Err(Stop::Refused(PolicyStoreError::Missing { name }));
            };
            if actual != step.after {
                return Err(Stop::Refused(PolicyStoreError::Moved { name, expected: step.after, actual }));
            }
            keep(connection, step)?;
            Ok(actual + 1)
        })
    }

    /// Makes the first parked step due of a correlation, or of each; answers how many that are.
    pub(crate) fn replay_steps(
        &mut self,
        name: PolicyName,
        correlation: Option<&str>,
    ) -> Result<u64, PolicyStoreError> {
        let correlations = self.transaction::<_, PolicyStoreError>(|connection| {
            if place(connection, &name)?.is_none() {
                return Err(Stop::Refused(PolicyStoreError::Missing { name }));
            }
            Ok(connection.prepare_cached(sql::REPLAY_STEPS)?.execute(params![name.as_str(), correlation])?)
        })?;
        self.raise();
        Ok(correlations as u64)
    }
}

/// How many steps a policy has taken, and its position.
fn place(connection: &Connection, name: &PolicyName) -> Result<Option<(u64, u64)>, Error> {
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned()));
    connection.prepare_cached(sql::POLICY)?.query_row([name.as_str()], read).optional()
}

fn keep(connection: &Connection, step: &PolicyStep) -> Result<(), Error> {
    let name = step.name.as_str();
    connection.prepare_cached(sql::MOVE_POLICY)?.execute(params![name, step.position.cast_signed()])?;
    for change in &step.changes {
        match change {
            InstanceChange::Put(instance) => put(connection, name, instance)?,
            InstanceChange::Remove { correlation } => {
                connection.prepare_cached(sql::REMOVE_INSTANCE)?.execute(params![name, correlation])?;
                connection.prepare_cached(sql::REMOVE_TIMERS)?.execute(params![name, correlation])?;
            }
        }
    }
    for (correlation, position) in &step.unpark {
        connection.prepare_cached(sql::UNPARK_STEP)?.execute(params![name, position.cast_signed(), correlation])?;
    }
    step.park.iter().try_for_each(|parked| park(connection, name, parked))
}

fn put(connection: &Connection, policy: &str, instance: &StoredInstance) -> Result<(), Error> {
    let StoredInstance { correlation, state_version, state, position, timers } = instance;
    let row = params![policy, correlation, state_version, position.cast_signed(), state];
    connection.prepare_cached(sql::PUT_INSTANCE)?.execute(row)?;
    connection.prepare_cached(sql::REMOVE_TIMERS)?.execute(params![policy, correlation])?;
    let mut insert = connection.prepare_cached(sql::INSERT_TIMER)?;
    for timer in timers {
        insert.execute(params![
            policy,
            correlation,
            timer.name,
            timer.due.as_microsecond(),
            timer.set_by.as_bytes(),
            timer.position.cast_signed(),
        ])?;
    }
    Ok(())
}

fn park(connection: &Connection, policy: &str, parked: &ParkedStep) -> Result<(), Error> {
    connection.prepare_cached(sql::PARK_STEP)?.execute(params![
        policy,
        parked.position.cast_signed(),
        parked.correlation,
        parked.timer,
        parked.attempts,
        parked.error,
        parked.parked_at.as_microsecond(),
        parked.due,
    ])?;
    Ok(())
}
