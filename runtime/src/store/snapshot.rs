//! The contract of a store of snapshots: a cache of folded states beside the events, or somewhere else.

use std::future::Future;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::envelope::StreamName;

/// Which folds may use a snapshot: those of the same meaning. Snapshots of other keys lie beside each other, so that two
/// releases may run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotKey {
    /// Of what the state looks like and of the events that are folded: see [`fingerprint`](crate::snapshot::fingerprint).
    pub fingerprint: Uuid,
    /// The revision of the fold: see [`Snapshot::REVISION`](crate::Snapshot::REVISION).
    pub revision: u32,
}

/// A state as it was at some version of its stream, as a store keeps it. Whoever reads one trusts nothing in it: see
/// [`StoredSnapshot::is_whole`], and compare [`StoredSnapshot::last_event`] with the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The stream.
    pub stream: StreamName,
    /// Which folds may use it.
    pub key: SnapshotKey,
    /// The version up to which events are folded; 1 or more.
    pub version: u64,
    /// The id of the event at that version: in another history another event stands there.
    pub last_event: Uuid,
    /// When that event was recorded (microseconds).
    pub recorded_at: Timestamp,
    /// How many events the fold passed over, as [`UnknownTypes::Skip`](crate::UnknownTypes::Skip) allows.
    pub skipped: u64,
    /// The digest of the rest: see [`StoredSnapshot::sealed`].
    pub digest: Uuid,
    /// The state: JSON text.
    pub state: String,
}

impl StoredSnapshot {
    /// The snapshot with its digest: a hash (SHA-1, as in `UUIDv5`) of everything else in it.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.digest = self.computed_digest();
        self
    }

    /// Whether it is as it was sealed.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.digest == self.computed_digest()
    }

    fn computed_digest(&self) -> Uuid {
        let mut bytes = Vec::with_capacity(self.state.len() + 256);
        bytes.extend_from_slice(self.key.fingerprint.as_bytes());
        bytes.extend_from_slice(&self.key.revision.to_be_bytes());
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes.extend_from_slice(&self.recorded_at.as_microsecond().to_be_bytes());
        bytes.extend_from_slice(&self.skipped.to_be_bytes());
        // A name has no control characters, so this cannot be read in two ways.
        bytes.extend_from_slice(self.stream.as_str().as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(self.state.as_bytes());
        Uuid::new_v5(&self.last_event, &bytes)
    }
}

/// Which snapshot is wanted: the newest one that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotQuery {
    /// Of this stream.
    pub stream: StreamName,
    /// Of this key.
    pub key: SnapshotKey,
    /// None beyond this version.
    pub up_to_version: Option<u64>,
    /// None whose last event was recorded after this.
    pub as_of: Option<Timestamp>,
}

impl SnapshotQuery {
    /// The newest of a stream and a key.
    #[must_use]
    pub const fn new(stream: StreamName, key: SnapshotKey) -> Self {
        Self { stream, key, up_to_version: None, as_of: None }
    }
}

/// A snapshot that was not kept, or could not be looked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is larger than a store keeps.
    #[error("the state has {bytes} bytes, at most {limit} are kept")]
    TooLarge {
        /// Its bytes.
        bytes: usize,
        /// [`MAX_STATE`].
        limit: usize,
    },
    /// Another process holds the store's writer lock for too long.
    #[error("the store is busy: another process is writing")]
    Busy,
    /// The store failed.
    #[error("the store failed: {0}")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The most bytes that the state of a snapshot may have (64 MiB).
pub const MAX_STATE: usize = 64 << 20;

/// Whether a store keeps a snapshot of that state: the same in every store.
///
/// # Errors
/// [`SnapshotError::TooLarge`].
pub const fn check_size(state: &str) -> Result<(), SnapshotError> {
    if state.len() > MAX_STATE {
        return Err(SnapshotError::TooLarge { bytes: state.len(), limit: MAX_STATE });
    }
    Ok(())
}

/// A store of snapshots. Most event stores are one; it need not be the one that holds the events.
///
/// Snapshots are a cache: losing one costs time and nothing else. So a store may answer before a snapshot is durable, and
/// one that finds a row damaged passes over it.
pub trait SnapshotStore: Send + Sync + 'static {
    /// Keeps `snapshot` beside the others. Of the same stream and key the newest `keep` remain, this one included only
    /// if it is among them (0 counts as 1); one of the same version is replaced. Snapshots of other keys are not touched.
    ///
    /// # Errors
    /// [`SnapshotError`].
    fn save_snapshot(
        &self,
        snapshot: StoredSnapshot,
        keep: usize,
    ) -> impl Future<Output = Result<(), SnapshotError>> + Send;

    /// The newest snapshot that `query` asks for.
    ///
    /// # Errors
    /// [`SnapshotError`].
    fn find_snapshot(
        &self,
        query: SnapshotQuery,
    ) -> impl Future<Output = Result<Option<StoredSnapshot>, SnapshotError>> + Send;

    /// Removes all snapshots of all keys: those of releases that no longer run would otherwise stay for ever.
    ///
    /// # Errors
    /// [`SnapshotError`].
    fn clear_snapshots(&self) -> impl Future<Output = Result<(), SnapshotError>> + Send;
}

impl<S: SnapshotStore> SnapshotStore for Arc<S> {
    fn save_snapshot(
        &self,
        snapshot: StoredSnapshot,
        keep: usize,
    ) -> impl Future<Output = Result<(), SnapshotError>> + Send {
        (**self).save_snapshot(snapshot, keep)
    }

    fn find_snapshot(
        &self,
        query: SnapshotQuery,
    ) -> impl Future<Output = Result<Option<StoredSnapshot>, SnapshotError>> + Send {
        (**self).find_snapshot(query)
    }

    fn clear_snapshots(&self) -> impl Future<Output = Result<(), SnapshotError>> + Send {
        (**self).clear_snapshots()
    }
}
