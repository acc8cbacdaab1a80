//! The store as a store of the state of policies.

use factum::ReadError;
use factum::store::PolicyStore;
use factum::store::policy::{
    InstanceQuery, ParkedStep, ParkedStepQuery, PolicyClaim, PolicyName, PolicyStatus, PolicyStep, PolicyStoreError,
    StoredInstance, StoredTimer, TimerQuery,
};

use crate::SqliteStore;
use crate::reader::policies;

impl PolicyStore for SqliteStore {
    async fn claim_policy(&self, name: PolicyName, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        self.change(move |database| database.claim_policy(name, start)).await
    }

    async fn keep_step(&self, step: PolicyStep) -> Result<u64, PolicyStoreError> {
        self.change(move |database| database.keep_step(&step)).await
    }

    async fn wait_for_writers(&self) -> Result<(), PolicyStoreError> {
        // An append takes its time in its turn to write, which lasts until it is stored; this has a turn of its own.
        self.change(|_| Ok(())).await
    }

    async fn instance(&self, name: PolicyName, correlation: String) -> Result<Option<StoredInstance>, ReadError> {
        self.read(move |reading| policies::instance(reading.connection, &name, &correlation)).await
    }

    async fn instances(&self, query: InstanceQuery) -> Result<Vec<StoredInstance>, ReadError> {
        self.read(move |reading| policies::instances(reading.connection, &query)).await
    }

    async fn timers(&self, query: TimerQuery) -> Result<Vec<(String, StoredTimer)>, ReadError> {
        self.read(move |reading| policies::timers(reading.connection, &query)).await
    }

    async fn parked_steps(&self, query: ParkedStepQuery) -> Result<Vec<ParkedStep>, ReadError> {
        self.read(move |reading| policies::parked(reading.connection, &query)).await
    }

    async fn replay_steps(&self, name: PolicyName, correlation: Option<String>) -> Result<u64, PolicyStoreError> {
        self.change(move |database| database.replay_steps(name, correlation.as_deref())).await
    }

    async fn policies(&self) -> Result<Vec<PolicyStatus>, ReadError> {
        self.read(|reading| policies::policies(reading.connection)).await
    }
}
