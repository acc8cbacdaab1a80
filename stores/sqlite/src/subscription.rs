//! The store as a store of the state of subscriptions.

use factum::ReadError;
use factum::store::subscription::{
    Claim, ParkedQuery, Progress, SubscriptionError, SubscriptionName, SubscriptionStatus, SubscriptionStore,
};
use factum::store::{Changed, Changes, Parked};

use crate::SqliteStore;
use crate::reader::subscriptions;

impl Changes for SqliteStore {
    fn changed(&self) -> Changed {
        self.watch().wait()
    }
}

impl SubscriptionStore for SqliteStore {
    async fn claim(&self, name: SubscriptionName, start: u64) -> Result<Claim, SubscriptionError> {
        self.change(move |database| database.claim(&name, start)).await
    }

    async fn save(&self, progress: Progress) -> Result<(), SubscriptionError> {
        self.change(move |database| database.save_progress(progress)).await
    }

    async fn parked(&self, query: ParkedQuery) -> Result<Vec<Parked>, ReadError> {
        self.read(move |reading| subscriptions::parked(reading.connection, &query)).await
    }

    async fn replay_parked(&self, name: SubscriptionName, key: Option<String>) -> Result<u64, SubscriptionError> {
        self.change(move |database| database.replay_parked(name, key.as_deref())).await
    }

    async fn subscriptions(&self) -> Result<Vec<SubscriptionStatus>, ReadError> {
        self.read(|reading| subscriptions::subscriptions(reading.connection)).await
    }
}
