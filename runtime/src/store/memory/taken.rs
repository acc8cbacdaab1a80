//! The names that are taken.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Names that are taken, each until what was answered for it is dropped.
pub(super) struct Taken<N>(Arc<Mutex<HashSet<N>>>);

impl<N> Default for Taken<N> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<N: Eq + Hash + Clone> Taken<N> {
    /// Takes a name, if it is free.
    pub(super) fn take(&self, name: &N) -> Option<Held<N>> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        free.then(|| Held { name: name.clone(), taken: Arc::clone(&self.0) })
    }
}

/// A name that is taken until this is dropped.
pub(super) struct Held<N: Eq + Hash> {
    name: N,
    taken: Arc<Mutex<HashSet<N>>>,
}

impl<N: Eq + Hash> Drop for Held<N> {
    fn drop(&mut self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
