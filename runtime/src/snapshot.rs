//! Snapshots: states that are kept, so that a long stream need not be folded from its beginning.
#![doc = include_str!("../docs/snapshots.md")]

use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::aggregate::Aggregate;
use crate::event::EventSet;
use crate::store::SnapshotKey;

/// An aggregate whose states may be kept. Generated where the schema says `snapshot: N`; for a state that you write in
/// Rust you write this too:
///
/// ```
/// # use factum::{Aggregate, Decision, nothing};
/// # #[derive(Debug, Clone, PartialEq)]
/// # pub enum JarEvent {}
/// # impl factum::EventSet for JarEvent {
/// #     const TYPES: &'static [&'static str] = &[];
/// #     const READERS: &'static [factum::event::Reader<Self>] = &[];
/// #     fn encode(&self) -> Result<factum::Encoded, factum::EncodeError> { match *self {} }
/// # }
/// #[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
/// pub struct Jar {
///     marbles: u32,
/// }
/// # impl Aggregate for Jar {
/// #     const CONTEXT: &'static str = "toys";
/// #     const NAME: &'static str = "Jar";
/// #     type Id = String;
/// #     type Event = JarEvent;
/// #     type Command = ();
/// #     type Rejection = std::convert::Infallible;
/// #     fn handle(&self, _: ()) -> Decision<Self> { nothing() }
/// #     fn apply(&mut self, event: &JarEvent) { match *event {} }
/// # }
///
/// impl factum::Snapshot for Jar {
///     const REVISION: u32 = 1;
/// }
/// ```
///
/// The state is kept as serde writes it, in JSON: what `Serialize` leaves out is not there afterwards.
pub trait Snapshot: Aggregate + Serialize + DeserializeOwned {
    /// The revision of the fold. Bump it when the state changes its shape or meaning, or when what an event does to it
    /// changes.
    const REVISION: u32;

    /// What the schema says of the state's shape and of its events, hashed. Generated; 0 for a state written in Rust, whose
    /// shape only [`Snapshot::REVISION`] tells.
    const SCHEMA: u64 = 0;
}

/// Which snapshots the folds of `A` may use: those of its fingerprint and its revision.
///
/// The fingerprint is a hash of the aggregate's name, of [`Snapshot::SCHEMA`], and of every wire type and schema version
/// that its events may have.
#[must_use]
pub fn key<A: Snapshot>() -> SnapshotKey {
    SnapshotKey { fingerprint: fingerprint::<A>(), revision: A::REVISION }
}

/// The fingerprint of [`key`].
#[must_use]
pub fn fingerprint<A: Snapshot>() -> Uuid {
    let mut text = format!("{}.{}\n{:x}\n", A::CONTEXT, A::NAME, A::SCHEMA);
    for reader in A::Event::READERS {
        text.push_str(reader.event_type);
        // A text takes whatever is written to it.
        let _ = writeln!(text, " {:?} {}", reader.versions, reader.newest);
    }
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
}

/// When a repository keeps the state of an aggregate, and how many of them.
///
/// It does so after a command, and then keeps the state that the command found: never one that is not stored yet.
///
/// ```
/// use factum::SnapshotPolicy;
///
/// let policy = SnapshotPolicy::every(500).or_after(factum::Duration::from_hours(24)).keep(3);
/// # let _ = policy;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotPolicy {
    pub(crate) events: Option<u64>,
    pub(crate) time: Option<jiff::SignedDuration>,
    pub(crate) keep: usize,
}

impl SnapshotPolicy {
    /// Once so many events have been folded since the last snapshot (0 counts as 1).
    #[must_use]
    pub const fn every(events: u64) -> Self {
        Self { events: Some(events), time: None, keep: 1 }
    }

    /// Once an event was recorded so long after the last one of the last snapshot, or after the stream's first.
    #[must_use]
    pub const fn after(time: jiff::SignedDuration) -> Self {
        Self { events: None, time: Some(time), keep: 1 }
    }

    /// Also once so many events have been folded.
    #[must_use]
    pub const fn or_every(mut self, events: u64) -> Self {
        self.events = Some(events);
        self
    }

    /// Also once so much time lies between the events.
    #[must_use]
    pub const fn or_after(mut self, time: jiff::SignedDuration) -> Self {
        self.time = Some(time);
        self
    }

    /// How many snapshots of a stream are kept: 1 unless set. More of them serve those who load earlier states.
    #[must_use]
    pub const fn keep(mut self, snapshots: usize) -> Self {
        self.keep = snapshots;
        self
    }
}
