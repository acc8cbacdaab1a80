//! The state of subscriptions in memory.

use std::collections::{BTreeMap, HashSet};

use super::MemoryStore;
use super::taken::Taken;
use crate::error::ReadError;
use crate::store::subscription::{
    Claim, Parked, ParkedQuery, Progress, SubscriptionError, SubscriptionName, SubscriptionStatus, SubscriptionStore,
};

/// Every subscription by name, and the names that are taken.
#[derive(Default)]
pub(super) struct Ledger {
    kept: BTreeMap<SubscriptionName, Kept>,
    taken: Taken<SubscriptionName>,
}

#[derive(Default)]
struct Kept {
    position: u64,
    parked: BTreeMap<u64, Parked>,
}

impl Ledger {
    fn claim(&mut self, name: SubscriptionName, start: u64) -> Result<Claim, SubscriptionError> {
        let Some(held) = self.taken.take(&name) else { return Err(SubscriptionError::Duplicate { name }) };
        let kept = self.kept.entry(name).or_insert_with(|| Kept { position: start, ..Kept::default() });
        Ok(Claim::new(kept.position, held))
    }

    fn get_mut(&mut self, name: SubscriptionName) -> Result<&mut Kept, SubscriptionError> {
        self.kept.get_mut(&name).ok_or(SubscriptionError::Missing { name })
    }
}

impl SubscriptionStore for MemoryStore {
    async fn claim(&self, name: SubscriptionName, start: u64) -> Result<Claim, SubscriptionError> {
        self.write()?.subscriptions.claim(name, start)
    }

    async fn save(&self, progress: Progress) -> Result<(), SubscriptionError> {
        let Progress { name, position, park, unpark } = progress;
        let mut log = self.write()?;
        let kept = log.subscriptions.get_mut(name)?;
        kept.position = kept.position.max(position);
        kept.parked.extend(park.into_iter().map(|parked| (parked.position, parked)));
        for position in unpark {
            kept.parked.remove(&position);
        }
        Ok(())
    }

    async fn parked(&self, query: ParkedQuery) -> Result<Vec<Parked>, ReadError> {
        let ParkedQuery { name, key, due, after, limit } = query;
        let log = self.read();
        let Some(kept) = log.subscriptions.kept.get(&name) else { return Ok(Vec::new()) };
        let asked = |parked: &&Parked| {
            parked.position > after && (parked.due || !due) && key.as_ref().is_none_or(|key| *key == parked.key)
        };
        Ok(kept.parked.values().filter(asked).take(limit).cloned().collect())
    }

    async fn replay_parked(&self, name: SubscriptionName, key: Option<String>) -> Result<u64, SubscriptionError> {
        let mut log = self.write()?;
        let mut keys = HashSet::new();
        for parked in log.subscriptions.get_mut(name)?.parked.values_mut() {
            if key.as_ref().is_none_or(|key| *key == parked.key) && keys.insert(parked.key.clone()) {
                parked.due = true;
            }
        }
        drop(log);
        self.signal.raise();
        Ok(super::count(keys.len()))
    }

    async fn subscriptions(&self) -> Result<Vec<SubscriptionStatus>, ReadError> {
        let status = |(name, kept): (&SubscriptionName, &Kept)| SubscriptionStatus {
            name: name.clone(),
            position: kept.position,
            parked: super::count(kept.parked.len()),
        };
        Ok(self.read().subscriptions.kept.iter().map(status).collect())
    }
}
