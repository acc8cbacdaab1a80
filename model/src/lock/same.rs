//! Which event of a lock is which of another one.

use core::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Event, Lock};

/// The events of a lock, as those of another one look for them. It is made once for all of them: who asks for each of
/// thousands does not search each time.
#[derive(Debug, Clone)]
pub struct SameEvents<'l> {
    lock: &'l Lock,
    /// The full name of who was stored under a name first. Made when an event is looked for that has another name.
    stored: OnceCell<BTreeMap<String, String>>,
}

impl Lock {
    /// The events of this lock, for those of another one to be found among.
    #[must_use]
    pub const fn same_events(&self) -> SameEvents<'_> {
        SameEvents { lock: self, stored: OnceCell::new() }
    }

    fn stored_names(&self) -> BTreeMap<String, String> {
        let mut stored = BTreeMap::new();
        for (name, event) in &self.events {
            for version in event.value.versions.values() {
                stored.entry(version.value.wire_type.value.clone()).or_insert_with(|| name.clone());
            }
        }
        stored
    }
}

impl<'l> SameEvents<'l> {
    /// The event, with its name here, that was stored under a name of one of another lock; its full name may have changed
    /// since.
    #[must_use]
    pub fn of(&self, name: &str, event: &Event) -> Option<(&'l str, &'l Arc<Event>)> {
        let events = &self.lock.events;
        let found = events.get_key_value(name).or_else(|| {
            let stored = self.stored.get_or_init(|| self.lock.stored_names());
            let own = event.versions.values().map(|version| version.value.wire_type.value.as_str());
            let first = own.filter_map(|wire_type| stored.get(wire_type)).min()?;
            events.get_key_value(first)
        });
        found.map(|(name, event)| (name.as_str(), &event.value))
    }

    /// Whether there is one.
    #[must_use]
    pub fn has(&self, name: &str, event: &Event) -> bool {
        self.of(name, event).is_some()
    }
}
