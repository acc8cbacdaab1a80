//! What a store remembers of messages whose effect is in it.

use std::borrow::Cow;

use jiff::Timestamp;

use super::view::{ViewError, ViewId};
use crate::envelope::Recorded;

/// A message, as it is known again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Message {
    /// What tells it from others: given by whoever sent it, and the same however often it comes.
    pub id: Cow<'static, str>,
    /// Its position, where it is an event of this store.
    pub position: Option<u64>,
}

impl Message {
    /// The longest id, in bytes.
    pub const MAX_BYTES: usize = 1024;

    /// Whether a store takes it: its id has 1 to [`Message::MAX_BYTES`] bytes. For those who write a store.
    ///
    /// # Errors
    /// [`ViewError::Refused`].
    pub fn check(&self, consumer: &ViewId) -> Result<(), ViewError> {
        if (1..=Self::MAX_BYTES).contains(&self.id.len()) {
            return Ok(());
        }
        let (most, bytes) = (Self::MAX_BYTES, self.id.len());
        let reason = format!("the id of a message has 1 to {most} bytes, this one {bytes}");
        Err(ViewError::Refused { view: consumer.clone(), reason })
    }
}

impl From<&Recorded<'_>> for Message {
    fn from(recorded: &Recorded<'_>) -> Self {
        Self { id: recorded.id.to_string().into(), position: Some(recorded.position) }
    }
}

impl From<String> for Message {
    fn from(id: String) -> Self {
        Self { id: id.into(), position: None }
    }
}

impl From<&'static str> for Message {
    fn from(id: &'static str) -> Self {
        Self { id: id.into(), position: None }
    }
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Received {
    /// It has had its effect now.
    Applied,
    /// It has had its effect before: nothing was done.
    Repeated,
}

/// Which messages are to be forgotten. If one of them comes again after that, it has its effect once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Forget {
    /// Those that came before this time.
    Before(Timestamp),
    /// The events up to this position: those that a subscription has acknowledged do not come again.
    UpTo(u64),
}
