//! Who asks for a command, and because of what.

use uuid::{Builder, Uuid};

use super::refusal::Refusals;
use crate::envelope::{Metadata, Recorded};

/// What a command brings along for the envelopes of its events.
///
/// ```
/// use factum::Context;
/// use uuid::Uuid;
///
/// let context = Context::new().command_id(Uuid::now_v7()).actor("box office").header("channel", "phone");
/// # let _ = context;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    pub(super) command_id: Option<Uuid>,
    pub(super) metadata: Metadata,
    pub(super) refusals: Refusals,
}

impl Context {
    /// Nothing is known yet: the repository makes a command id, which is also the correlation id.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The command was caused by an event: it takes over the event's correlation id (the event's own id, if it has
    /// none), the event is its cause, and it stands one deeper in the chain of causation.
    #[must_use]
    pub fn caused_by(event: &Recorded<'_>) -> Self {
        let metadata = Metadata {
            correlation_id: Some(event.correlation_id.unwrap_or(event.id)),
            causation_id: Some(event.id),
            depth: event.depth.saturating_add(1),
            ..Metadata::default()
        };
        Self { metadata, ..Self::default() }
    }

    /// The command's identity: executed again with the same id, it is not handled again but answers the first result.
    /// A UUIDv7, made once by whoever sends the command and kept for its retries.
    #[must_use]
    pub fn command_id(mut self, id: Uuid) -> Self {
        self.command_id = Some(id);
        self
    }

    /// What becomes of the command's refusal.
    pub(crate) fn refusals(mut self, refusals: Refusals) -> Self {
        self.refusals = refusals;
        self
    }

    /// The business transaction that the command belongs to.
    #[must_use]
    pub fn correlation_id(mut self, id: Uuid) -> Self {
        self.metadata.correlation_id = Some(id);
        self
    }

    /// Who asks.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<String>) -> Self {
        self.metadata.actor = Some(actor.into());
        self
    }

    /// Whatever else is to be kept with the events.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.headers.insert(name.into(), value.into());
        self
    }
}

/// The id of the event that a command emits at `index`, which is how a retried command finds its first result.
///
/// It keeps the command's 48-bit time, so that the ids of a large store's index arrive in order; what follows is a
/// hash (SHA-1, as in `UUIDv5`) of the command's id and the index. The result is a UUIDv7 by its bits.
///
/// ```
/// use factum::event_id;
/// use uuid::Uuid;
///
/// let command = Uuid::now_v7();
/// assert_eq!(event_id(command, 0), event_id(command, 0));
/// assert_ne!(event_id(command, 0), event_id(command, 1));
/// assert_eq!(event_id(command, 0).get_timestamp(), command.get_timestamp());
/// ```
#[must_use]
pub fn event_id(command_id: Uuid, index: usize) -> Uuid {
    derived_id(command_id, &(index as u64).to_be_bytes())
}

/// The id that is made of `id` and `name`: it keeps the 48-bit time of `id`; what follows is a hash.
pub(crate) fn derived_id(id: Uuid, name: &[u8]) -> Uuid {
    let hash = Uuid::new_v5(&id, name).into_bytes();
    let mut bytes = id.into_bytes();
    bytes[6..].copy_from_slice(&hash[6..]);
    Builder::from_bytes(bytes).with_version(uuid::Version::SortRand).with_variant(uuid::Variant::RFC4122).into_uuid()
}
