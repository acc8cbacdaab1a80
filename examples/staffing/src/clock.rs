//! The story's time: it is whatever the next deed says.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use factum::Timestamp;
use factum::store::{Clock, from_microseconds};

/// A clock that stands still until it is set. Copies show the same time.
#[derive(Debug, Clone, Default)]
pub struct StoryClock {
    microseconds: Arc<AtomicI64>,
}

impl StoryClock {
    /// Sets it.
    pub fn set(&self, time: Timestamp) {
        self.microseconds.store(time.as_microsecond(), Ordering::Relaxed);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        // What was a time stays one.
        from_microseconds(self.microseconds.load(Ordering::Relaxed)).unwrap_or_default()
    }
}
