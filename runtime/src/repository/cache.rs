//! Loaded aggregates, kept in memory.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::folded::Since;
use super::loaded::Loaded;
use crate::envelope::StreamName;

/// The aggregates that were used last. What is in here was read from the store, and is compared with it again whenever it
/// is used.
pub(super) struct Cache<A> {
    entries: Mutex<LruCache<StreamName, Entry<A>>>,
    /// `Clone::clone`: only who asks for a cache needs it.
    copy: fn(&Loaded<A>) -> Loaded<A>,
}

struct Entry<A> {
    loaded: Arc<Loaded<A>>,
    since: Since,
}

impl<A> Cache<A> {
    pub(super) fn new(aggregates: usize) -> Self
    where
        A: Clone,
    {
        let capacity = NonZeroUsize::new(aggregates).unwrap_or(NonZeroUsize::MIN);
        Self { entries: Mutex::new(LruCache::new(capacity)), copy: Loaded::clone }
    }

    pub(super) fn get(&self, stream: &StreamName) -> Option<(Loaded<A>, Since)> {
        let (loaded, since) = self.entries().get(stream).map(|entry| (Arc::clone(&entry.loaded), entry.since))?;
        // Outside of the lock: a state may be large.
        Some(((self.copy)(&loaded), since))
    }

    /// Keeps what was just read from the store.
    pub(super) fn put(&self, stream: &StreamName, loaded: &Loaded<A>, since: Since) {
        let known =
            |entry: &Entry<A>| entry.loaded.version > loaded.version || entry.loaded.last_event == loaded.last_event;
        if loaded.version == 0 || self.entries().peek(stream).is_some_and(known) {
            return;
        }
        let loaded = Arc::new((self.copy)(loaded));
        self.entries().put(stream.clone(), Entry { loaded, since });
    }

    /// A snapshot was made of what is in here.
    pub(super) fn mark(&self, stream: &StreamName, since: Since) {
        if let Some(entry) = self.entries().peek_mut(stream) {
            entry.since = since;
        }
    }

    pub(super) fn forget(&self, stream: &StreamName) {
        self.entries().pop(stream);
    }

    fn entries(&self) -> MutexGuard<'_, LruCache<StreamName, Entry<A>>> {
        // Nothing that can panic runs while it is held.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// A load that took long may bring what is older than what another has kept meanwhile.
    #[test]
    fn what_is_newer_stays() {
        let stream: StreamName = "toys.Jar-blue".parse().expect("it is a name");
        let loaded = |version: u64| Loaded {
            state: version,
            version,
            last_event: Some(Uuid::from_u128(version.into())),
            recorded_at: None,
            position: Some(version),
            skipped: 0,
        };
        let cache = Cache::new(1);
        for (version, kept) in [(5, 5), (3, 5), (6, 6), (0, 6)] {
            cache.put(&stream, &loaded(version), Since::default());
            assert_eq!(cache.get(&stream).map(|(loaded, _)| loaded.version), Some(kept));
        }
        // Of another history, as after a restore.
        let other = Loaded { last_event: Some(Uuid::max()), ..loaded(6) };
        cache.put(&stream, &other, Since::default());
        assert_eq!(cache.get(&stream).and_then(|(loaded, _)| loaded.last_event), Some(Uuid::max()));
    }
}
