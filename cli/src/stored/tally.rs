//! Counts of stored events, by wire type and schema version.

use std::collections::BTreeMap;

use super::{Outcome, Stored};

/// What became of the events of one wire type and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They are read.
    pub read: u64,
    /// They need the user's code, and were read as far as that.
    pub by_hand: u64,
    /// They cannot be read.
    pub failed: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.read + self.by_hand + self.failed
    }

    const fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.by_hand += other.by_hand;
        self.failed += other.failed;
    }
}

/// What became of events, by wire type and version. It grows with the number of kinds, which are few, and not with
/// that of events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    kinds: BTreeMap<Box<str>, BTreeMap<u32, Counts>>,
    /// What was no event at all.
    pub broken: u64,
    /// The events that do not follow what comes before them.
    pub misplaced: u64,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, stored: &Stored<'_>, outcome: &Outcome) {
        let counts = self.of(stored.event_type).entry(stored.schema_version).or_default();
        match outcome {
            Outcome::Read(_) => counts.read += 1,
            Outcome::ByHand(_) => counts.by_hand += 1,
            Outcome::Failed(_) => counts.failed += 1,
        }
    }

    fn of(&mut self, event_type: &str) -> &mut BTreeMap<u32, Counts> {
        if !self.kinds.contains_key(event_type) {
            self.kinds.insert(event_type.into(), BTreeMap::new());
        }
        self.kinds.entry(event_type.into()).or_default()
    }

    /// Every wire type and version that was met, in order.
    pub fn rows(&self) -> impl Iterator<Item = (&str, u32, Counts)> {
        let rows = self.kinds.iter();
        rows.flat_map(|(name, versions)| versions.iter().map(|(version, counts)| (&**name, *version, *counts)))
    }

    /// All together.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.rows().for_each(|(_, _, counts)| total.add(&counts));
        total
    }

    /// What cannot be read.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.broken + self.total().failed
    }

    /// Whether something cannot be read, or is out of order.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        self.unread() + self.misplaced > 0
    }
}
