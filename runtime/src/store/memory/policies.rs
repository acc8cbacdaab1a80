//! The state of policies in memory.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;

use super::taken::Taken;
use super::{MemoryStore, count};
use crate::error::ReadError;
use crate::store::policy::{
    InstanceChange, InstanceQuery, ParkedStep, ParkedStepQuery, PolicyClaim, PolicyName, PolicyStatus, PolicyStep,
    PolicyStore, PolicyStoreError, StoredInstance, StoredTimer, TimerQuery,
};
use crate::store::subscription::Claim;

/// Every policy by name, and the names that are taken.
#[derive(Default)]
pub(super) struct Register {
    kept: BTreeMap<PolicyName, Kept>,
    taken: Taken<PolicyName>,
}

#[derive(Default)]
struct Kept {
    step: u64,
    position: u64,
    instances: BTreeMap<String, StoredInstance>,
    /// By position and correlation.
    parked: BTreeMap<(u64, String), ParkedStep>,
}

impl Kept {
    fn take(&mut self, step: PolicyStep) {
        self.step += 1;
        self.position = self.position.max(step.position);
        for change in step.changes {
            match change {
                InstanceChange::Put(mut instance) => {
                    instance.timers.sort_by(|one, other| (one.due, &one.name).cmp(&(other.due, &other.name)));
                    self.instances.insert(instance.correlation.clone(), instance);
                }
                InstanceChange::Remove { correlation } => {
                    self.instances.remove(&correlation);
                }
            }
        }
        for (correlation, position) in step.unpark {
            self.parked.remove(&(position, correlation));
        }
        self.parked.extend(step.park.into_iter().map(|step| ((step.position, step.correlation.clone()), step)));
    }

    fn due_timers(&self, query: &TimerQuery) -> Vec<(String, StoredTimer)> {
        let waits: HashSet<&str> = self.parked.keys().map(|(_, correlation)| correlation.as_str()).collect();
        let timers = self.instances.values().filter(|instance| !waits.contains(instance.correlation.as_str()));
        let timers = timers.flat_map(|instance| {
            let due = instance.timers.iter().filter(|timer| timer.due <= query.until);
            due.map(|timer| (instance.correlation.clone(), timer.clone()))
        });
        let mut timers: Vec<_> = timers.collect();
        timers.sort_by(|(key, one), (other_key, other)| {
            (one.due, key, &one.name).cmp(&(other.due, other_key, &other.name))
        });
        timers.truncate(query.limit);
        timers
    }
}

impl Register {
    fn get(&self, name: &PolicyName) -> Option<&Kept> {
        self.kept.get(name)
    }

    fn get_mut(&mut self, name: PolicyName) -> Result<&mut Kept, PolicyStoreError> {
        self.kept.get_mut(&name).ok_or(PolicyStoreError::Missing { name })
    }
}

impl PolicyStore for MemoryStore {
    async fn claim_policy(&self, name: PolicyName, start: u64) -> Result<PolicyClaim, PolicyStoreError> {
        let policies = &mut self.write()?.policies;
        let Some(held) = policies.taken.take(&name) else { return Err(PolicyStoreError::Duplicate { name }) };
        let kept = policies.kept.entry(name).or_insert_with(|| Kept { position: start, ..Kept::default() });
        Ok(PolicyClaim { step: kept.step, claim: Claim::new(kept.position, held) })
    }

    async fn keep_step(&self, step: PolicyStep) -> Result<u64, PolicyStoreError> {
        let mut log = self.write()?;
        let kept = log.policies.get_mut(step.name.clone())?;
        if kept.step != step.after {
            let (name, expected, actual) = (step.name, step.after, kept.step);
            return Err(PolicyStoreError::Moved { name, expected, actual });
        }
        kept.take(step);
        Ok(kept.step)
    }

    async fn wait_for_writers(&self) -> Result<(), PolicyStoreError> {
        // An append takes its time once it has the lock.
        drop(self.write());
        Ok(())
    }

    async fn instance(&self, name: PolicyName, correlation: String) -> Result<Option<StoredInstance>, ReadError> {
        Ok(self.read().policies.get(&name).and_then(|kept| kept.instances.get(&correlation)).cloned())
    }

    async fn instances(&self, query: InstanceQuery) -> Result<Vec<StoredInstance>, ReadError> {
        let log = self.read();
        let Some(kept) = log.policies.get(&query.name) else { return Ok(Vec::new()) };
        let after = query.after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        let after = kept.instances.range::<String, _>((after, Bound::Unbounded));
        Ok(after.take(query.limit).map(|(_, instance)| instance.clone()).collect())
    }

    async fn timers(&self, query: TimerQuery) -> Result<Vec<(String, StoredTimer)>, ReadError> {
        Ok(self.read().policies.get(&query.name).map(|kept| kept.due_timers(&query)).unwrap_or_default())
    }

    async fn parked_steps(&self, query: ParkedStepQuery) -> Result<Vec<ParkedStep>, ReadError> {
        let log = self.read();
        let Some(kept) = log.policies.get(&query.name) else { return Ok(Vec::new()) };
        let asked = |parked: &&ParkedStep| {
            (parked.due || !query.due) && query.correlation.as_ref().is_none_or(|key| *key == parked.correlation)
        };
        Ok(kept.parked.values().filter(asked).take(query.limit).cloned().collect())
    }

    async fn replay_steps(&self, name: PolicyName, correlation: Option<String>) -> Result<u64, PolicyStoreError> {
        let mut log = self.write()?;
        let mut keys = HashSet::new();
        for parked in log.policies.get_mut(name)?.parked.values_mut() {
            let asked = correlation.as_ref().is_none_or(|key| *key == parked.correlation);
            if asked && keys.insert(parked.correlation.clone()) {
                parked.due = true;
            }
        }
        drop(log);
        self.signal.raise();
        Ok(count(keys.len()))
    }

    async fn policies(&self) -> Result<Vec<PolicyStatus>, ReadError> {
        let status = |(name, kept): (&PolicyName, &Kept)| PolicyStatus {
            name: name.clone(),
            position: kept.position,
            instances: count(kept.instances.len()),
            parked: count(kept.parked.len()),
        };
        Ok(self.read().policies.kept.iter().map(status).collect())
    }
}
