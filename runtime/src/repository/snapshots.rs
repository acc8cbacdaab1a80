//! How a repository uses snapshots: where they are, when the next one is due, and who is told that one was no use.

use std::fmt;

use tracing::{debug, warn};
use uuid::Uuid;

use super::Repository;
use super::error::LoadError;
use super::folded::{Bounds, Folded, Since};
use crate::aggregate::{Aggregate, StreamKey as _};
use crate::envelope::StreamName;
use crate::snapshot::{self, Snapshot, SnapshotPolicy};
use crate::store::{BoxFuture, EventStore, SnapshotError, SnapshotKey, SnapshotQuery, SnapshotStore, StoredSnapshot};

/// Why a snapshot was no use. Nothing was lost but time: the stream was replayed, the command has happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotFault {
    /// It could not be looked for.
    #[error("no snapshot could be looked for: {0}")]
    NotFound(#[source] SnapshotError),
    /// It is of another stream, another fingerprint or another revision.
    #[error("the snapshot is of another stream or key")]
    OtherKey,
    /// The stream has another event, or none, where the snapshot's last event should be: a store was restored, or the
    /// snapshot comes from elsewhere.
    #[error("the stream does not have the snapshot's last event")]
    OtherHistory,
    /// Its fold passed over events of unknown types, which this repository refuses.
    #[error("the snapshot's fold passed over events of unknown types")]
    SkippedEvents,
    /// It is not as it was saved.
    #[error("the snapshot is damaged")]
    Damaged,
    /// It is as it was saved, but is not a state of this release: its shape changed, and the revision did not.
    #[error("the snapshot cannot be decoded: {0}; was the revision not bumped?")]
    Undecodable(#[source] serde_json::Error),
    /// The state cannot be written.
    #[error("the state cannot be written: {0}")]
    Unwritable(#[source] serde_json::Error),
    /// The store did not keep it.
    #[error("the snapshot was not kept: {0}")]
    NotSaved(#[source] SnapshotError),
}

/// A snapshot that was no use, as [`Repository::on_snapshot_failure`] is told.
#[derive(Debug)]
#[non_exhaustive]
pub struct SnapshotFailure<'a> {
    /// The stream.
    pub stream: &'a StreamName,
    /// The snapshot's version; 0 where none was found.
    pub version: u64,
    /// What is wrong.
    pub fault: &'a SnapshotFault,
}

impl fmt::Display for SnapshotFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {}, snapshot of version {}: {}", self.stream, self.version, self.fault)
    }
}

/// A snapshot that was asked for and not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TakeSnapshotError {
    /// The aggregate could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The repository was not told to use snapshots.
    #[error("this repository uses no snapshots: build it with `.snapshots(..)`")]
    NotUsed,
    /// It was not written or not kept.
    #[error(transparent)]
    Fault(#[from] SnapshotFault),
}

/// The snapshots of the aggregates `A`, wherever they are.
pub(super) trait Snapshots<A>: Send + Sync {
    fn policy(&self) -> SnapshotPolicy;
    fn key(&self) -> SnapshotKey;
    fn find(&self, query: SnapshotQuery) -> BoxFuture<'_, Result<Option<StoredSnapshot>, SnapshotError>>;
    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), SnapshotError>>;
    /// The state, of a snapshot whose last event has been found in `stream`.
    fn decode(&self, stream: &str, snapshot: &StoredSnapshot) -> Result<A, SnapshotFault>;
    fn encode(&self, state: &A) -> Result<String, SnapshotFault>;
}

/// The snapshots in a store.
struct In<S> {
    store: S,
    key: SnapshotKey,
    policy: SnapshotPolicy,
}

impl<A: Snapshot, S: SnapshotStore> Snapshots<A> for In<S> {
    fn policy(&self) -> SnapshotPolicy {
        self.policy
    }

    fn key(&self) -> SnapshotKey {
        self.key
    }

    fn find(&self, query: SnapshotQuery) -> BoxFuture<'_, Result<Option<StoredSnapshot>, SnapshotError>> {
        Box::pin(self.store.find_snapshot(query))
    }

    fn save(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), SnapshotError>> {
        Box::pin(self.store.save_snapshot(snapshot, self.policy.keep))
    }

    fn decode(&self, stream: &str, snapshot: &StoredSnapshot) -> Result<A, SnapshotFault> {
        if snapshot.stream.as_str() != stream || snapshot.key != self.key {
            return Err(SnapshotFault::OtherKey);
        }
        if !snapshot.is_whole() {
            return Err(SnapshotFault::Damaged);
        }
        serde_json::from_str(&snapshot.state).map_err(SnapshotFault::Undecodable)
    }

    fn encode(&self, state: &A) -> Result<String, SnapshotFault> {
        serde_json::to_string(state).map_err(SnapshotFault::Unwritable)
    }
}

impl<A: Aggregate, S: EventStore> Repository<A, S> {
    /// Keeps snapshots, in this store, and begins with the newest one that fits.
    ///
    /// After a command whose aggregate had a long way behind it, the state that the command found is kept; the command is
    /// answered when it is. That never fails the command: see [`Repository::on_snapshot_failure`].
    ///
    /// A command with an id of its own ([`Context::command_id`](super::Context::command_id)) that comes to nothing, or is
    /// refused, may have been executed before what the snapshot holds: then the ids of those events are looked through.
    ///
    /// ```
    /// # use factum::store::{EventStore, SnapshotStore};
    /// # use factum::{Repository, Snapshot, SnapshotPolicy};
    /// fn seats<A: Snapshot, S: EventStore + SnapshotStore + Clone>(store: S) -> Repository<A, S> {
    ///     Repository::new(store).snapshots(SnapshotPolicy::every(500))
    /// }
    /// ```
    #[must_use]
    pub fn snapshots(self, policy: SnapshotPolicy) -> Self
    where
        A: Snapshot,
        S: SnapshotStore + Clone,
    {
        let store = self.store.clone();
        self.snapshots_in(store, policy)
    }

    /// As [`Repository::snapshots`], in another store than that of the events.
    #[must_use]
    pub fn snapshots_in(mut self, store: impl SnapshotStore, policy: SnapshotPolicy) -> Self
    where
        A: Snapshot,
    {
        self.snapshots = Some(std::sync::Arc::new(In { store, key: snapshot::key::<A>(), policy }));
        self
    }

    /// Who is told of every snapshot that was no use, beside the log (`tracing`, at the level of a warning).
    #[must_use]
    pub fn on_snapshot_failure(mut self, tell: impl Fn(&SnapshotFailure<'_>) + Send + Sync + 'static) -> Self {
        self.on_snapshot_failure = Some(std::sync::Arc::new(tell));
        self
    }

    /// Keeps a snapshot of the aggregate as it is now, due or not: after an import, say. Answers its version; 0, and
    /// nothing is kept, if nothing has happened yet.
    ///
    /// # Errors
    /// [`TakeSnapshotError`].
    pub fn take_snapshot(
        &self,
        id: impl std::borrow::Borrow<A::Id>,
    ) -> impl Future<Output = Result<u64, TakeSnapshotError>> + Send {
        let stream = StreamName::of(A::CONTEXT, A::NAME, id.borrow().to_key());
        async move {
            let stream = stream.map_err(LoadError::from)?;
            let snapshots = self.snapshots.as_deref().ok_or(TakeSnapshotError::NotUsed)?;
            let folded = self
                .folded(&stream, Bounds::default(), |loaded, recorded| loaded.fold(recorded, self.unknown, drop))
                .await?;
            let version = folded.loaded.version;
            if let Some(snapshot) = seal(&stream, snapshots, &folded)? {
                snapshots.save(snapshot).await.map_err(SnapshotFault::NotSaved)?;
            }
            Ok(version)
        }
    }

    /// The snapshot of this fold, if one is due. Where there is a cache it remembers that one was made, whatever becomes of
    /// it: the next is due only after as much again. Without one the next fold finds what was kept.
    pub(super) fn due(&self, stream: &StreamName, folded: &Folded<A>) -> Option<StoredSnapshot> {
        let snapshots = self.snapshots.as_deref().filter(|snapshots| is_due(snapshots.policy(), folded))?;
        let sealed = seal(stream, snapshots, folded);
        if let Some(cache) = &self.cache {
            cache.mark(stream, Since { version: folded.loaded.version, recorded_at: folded.loaded.recorded_at });
        }
        sealed.unwrap_or_else(|fault| {
            self.report(stream, folded.loaded.version, &fault);
            None
        })
    }

    /// Keeps a snapshot; that it was not kept is reported.
    pub(super) async fn save(&self, snapshot: StoredSnapshot) {
        let Some(snapshots) = self.snapshots.as_deref() else { return };
        let (stream, version) = (snapshot.stream.clone(), snapshot.version);
        match snapshots.save(snapshot).await {
            Ok(()) => debug!(%stream, version, "snapshot kept"),
            Err(error) => self.report(&stream, version, &SnapshotFault::NotSaved(error)),
        }
    }

    pub(super) fn report(&self, stream: &StreamName, version: u64, fault: &SnapshotFault) {
        warn!(%stream, version, %fault, "a snapshot was no use");
        if let Some(tell) = &self.on_snapshot_failure {
            tell(&SnapshotFailure { stream, version, fault });
        }
    }
}

fn is_due<A>(policy: SnapshotPolicy, folded: &Folded<A>) -> bool {
    let Folded { loaded, since, .. } = folded;
    let events = loaded.version.saturating_sub(since.version);
    let enough = policy.events.is_some_and(|due| events >= due.max(1));
    let late = policy.time.is_some_and(|due| match (since.recorded_at, loaded.recorded_at) {
        (Some(since), Some(last)) => last.duration_since(since) >= due,
        (Some(_) | None, _) => false,
    });
    events > 0 && (enough || late)
}

/// The snapshot of a fold; `None` if nothing has happened yet.
fn seal<A>(
    stream: &StreamName,
    snapshots: &dyn Snapshots<A>,
    folded: &Folded<A>,
) -> Result<Option<StoredSnapshot>, SnapshotFault> {
    let loaded = &folded.loaded;
    let (Some(last_event), Some(recorded_at)) = (loaded.last_event, loaded.recorded_at) else { return Ok(None) };
    let snapshot = StoredSnapshot {
        stream: stream.clone(),
        key: snapshots.key(),
        version: loaded.version,
        last_event,
        recorded_at,
        skipped: loaded.skipped,
        digest: Uuid::nil(),
        state: snapshots.encode(&loaded.state)?,
    };
    Ok(Some(snapshot.sealed()))
}
