//! What something was in each version.

/// What something was before each of its changes, and what it is now.
#[derive(Debug)]
pub(crate) struct Timeline<T> {
    /// Oldest change first: `(2, x)` says it was `x` before version 2 (and after the change before).
    changes: Vec<(u32, T)>,
    now: T,
}

impl<T> Timeline<T> {
    pub(crate) fn new(mut changes: Vec<(u32, T)>, now: T) -> Self {
        changes.sort_by_key(|(version, _)| *version);
        Self { changes, now }
    }

    /// What it was in this version.
    pub(crate) fn at(&self, version: u32) -> &T {
        let change = self.changes.partition_point(|(changed, _)| *changed <= version);
        self.changes.get(change).map_or(&self.now, |(_, before)| before)
    }
}
