//! One event on its way to a subscription's function.

use std::fmt;
use std::sync::Arc;

use crate::envelope::Recorded;
use crate::error::DecodeError;
use crate::event::{Decoded, EventSet};
use crate::store::Page;

/// An event that is delivered, and which delivery of it this is. Cheap to clone.
#[derive(Clone)]
pub struct Delivery {
    pub(super) page: Arc<Page>,
    pub(super) index: usize,
    pub(super) position: u64,
    pub(super) key: Arc<str>,
    /// 1 for the first attempt since it was read.
    pub(super) attempt: u32,
    /// The attempts before it was parked.
    pub(super) before: u32,
    pub(super) replayed: bool,
}

impl Delivery {
    /// The event.
    ///
    /// # Panics
    /// Never: the page of a delivery holds its event.
    #[must_use]
    #[allow(clippy::expect_used, reason = "a delivery is made of an event that its page holds")]
    pub fn event(&self) -> Recorded<'_> {
        self.page.get(self.index).expect("the page of a delivery holds its event")
    }

    /// The event, read as one of the set `E`.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode<E: EventSet>(&self) -> Result<Decoded<E>, DecodeError> {
        E::decode(&self.event())
    }

    /// The key of its order.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Which attempt this is: 1 for the first. Those before a replay count as well.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.before.saturating_add(self.attempt)
    }

    /// Whether it had been parked.
    #[must_use]
    pub const fn is_replayed(&self) -> bool {
        self.replayed
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("event", &self.event())
            .field("key", &self.key)
            .field("attempt", &self.attempt())
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}
