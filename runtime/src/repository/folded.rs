//! What a fold begins with, and how it goes on from there.

use jiff::Timestamp;
use tracing::debug;
use uuid::Uuid;

use super::error::LoadError;
use super::loaded::{Loaded, UnknownTypes};
use super::snapshots::{SnapshotFault, Snapshots};
use super::{FOLD_PAGE, Repository};
use crate::aggregate::Aggregate;
use crate::envelope::{Recorded, StreamName};
use crate::error::ReadError;
use crate::store::{EventStore, EventStoreExt, SnapshotQuery, StoredSnapshot, StreamQuery};

/// How far a fold may go.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    pub(super) up_to_version: Option<u64>,
    pub(super) as_of: Option<Timestamp>,
}

impl Bounds {
    /// The stream within these bounds, in the pages of a fold.
    pub(super) fn query(self, stream: StreamName) -> StreamQuery {
        StreamQuery {
            up_to_version: self.up_to_version,
            as_of: self.as_of,
            limit: FOLD_PAGE,
            ..StreamQuery::new(stream)
        }
    }

    /// Whether a version is not beyond them.
    fn has(self, version: u64) -> bool {
        self.up_to_version.is_none_or(|last| version <= last)
    }

    pub(super) const fn is_open(self) -> bool {
        self.up_to_version.is_none() && self.as_of.is_none()
    }
}

/// The last snapshot of a stream that is known: as of when the next one is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Since {
    /// 0: there is none.
    pub(super) version: u64,
    /// When its last event was recorded; without a snapshot, the stream's first one.
    pub(super) recorded_at: Option<Timestamp>,
}

/// A fold, and what it began with.
pub(super) struct Folded<A> {
    pub(super) loaded: Loaded<A>,
    pub(super) since: Since,
    /// The events up to this version were not looked at: they are part of what the fold began with.
    pub(super) unseen: u64,
}

impl<A: Aggregate> Folded<A> {
    pub(super) fn nothing() -> Self {
        Self { loaded: Loaded::nothing(), since: Since::default(), unseen: 0 }
    }
}

/// What a fold may begin with, if the stream has the event that it ends with.
pub(super) enum Base<'a, A> {
    /// From the cache of this process.
    Cached(Loaded<A>, Since),
    /// From a store: not decoded yet, and not to be trusted.
    Kept(&'a dyn Snapshots<A>, StoredSnapshot),
}

/// Why a base is not gone on from.
enum Stop {
    Load(LoadError),
    Unfit(SnapshotFault),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        Self::Load(error.into())
    }
}

impl<A: Aggregate> Base<'_, A> {
    const fn version(&self) -> u64 {
        match self {
            Self::Cached(loaded, _) => loaded.version,
            Self::Kept(_, snapshot) => snapshot.version,
        }
    }

    fn last_event(&self) -> Option<Uuid> {
        match self {
            Self::Cached(loaded, _) => loaded.last_event,
            Self::Kept(_, snapshot) => Some(snapshot.last_event),
        }
    }

    const fn skipped(&self) -> u64 {
        match self {
            Self::Cached(loaded, _) => loaded.skipped,
            Self::Kept(_, snapshot) => snapshot.skipped,
        }
    }

    /// The fold up to `recorded`, which the stream has where the base ends. A snapshot is decoded only after everything
    /// else about it has been compared.
    fn begin(self, recorded: &Recorded<'_>, unknown: UnknownTypes) -> Result<Folded<A>, SnapshotFault> {
        if recorded.version != self.version() || Some(recorded.id) != self.last_event() {
            return Err(SnapshotFault::OtherHistory);
        }
        if self.skipped() > 0 && unknown == UnknownTypes::Refuse {
            return Err(SnapshotFault::SkippedEvents);
        }
        let unseen = self.version();
        match self {
            Self::Cached(loaded, since) => Ok(Folded { loaded, since, unseen }),
            Self::Kept(snapshots, snapshot) => {
                let state = snapshots.decode(recorded.stream, &snapshot)?;
                let since = Since { version: snapshot.version, recorded_at: Some(recorded.recorded_at) };
                let loaded = Loaded {
                    state,
                    version: snapshot.version,
                    last_event: Some(recorded.id),
                    recorded_at: Some(recorded.recorded_at),
                    position: Some(recorded.position),
                    skipped: snapshot.skipped,
                };
                Ok(Folded { loaded, since, unseen })
            }
        }
    }
}

impl<A: Aggregate, S: EventStore> Repository<A, S> {
    /// Folds the stream within `bounds`, from the newest base that fits. `step` folds an event.
    pub(super) async fn folded<F>(
        &self,
        stream: &StreamName,
        bounds: Bounds,
        mut step: F,
    ) -> Result<Folded<A>, LoadError>
    where
        F: FnMut(&mut Loaded<A>, &Recorded<'_>) -> Result<(), LoadError> + Send,
    {
        let mut within = bounds;
        while let Some(base) = self.base(stream, within).await {
            let (version, is_cached) = (base.version(), matches!(base, Base::Cached(..)));
            match self.fold_from(base, bounds.query(stream.clone()), &mut step).await {
                Ok(folded) => return Ok(folded),
                Err(Stop::Load(error)) => return Err(error),
                Err(Stop::Unfit(fault)) if is_cached => self.forget(stream, version, &fault),
                Err(Stop::Unfit(fault)) => self.report(stream, version, &fault),
            }
            let Some(before) = version.checked_sub(1) else { break };
            within.up_to_version = Some(before);
        }
        self.fold_on(Folded::nothing(), bounds.query(stream.clone()), step).await
    }

    /// Folds what `query` has beyond `folded`.
    pub(super) async fn fold_on<F>(
        &self,
        mut folded: Folded<A>,
        query: StreamQuery,
        mut step: F,
    ) -> Result<Folded<A>, LoadError>
    where
        F: FnMut(&mut Loaded<A>, &Recorded<'_>) -> Result<(), LoadError> + Send,
    {
        let query = StreamQuery { from: Some(folded.loaded.version + 1), ..query };
        let visit = |recorded: &Recorded<'_>| {
            folded.since.recorded_at.get_or_insert(recorded.recorded_at);
            step(&mut folded.loaded, recorded)
        };
        self.store.for_each_in_stream(query, visit).await?;
        Ok(folded)
    }

    /// Folds what `query` has beyond `base`, beginning with the event that the base ends with: one read tells whether the
    /// base fits and what is new.
    async fn fold_from<F>(&self, base: Base<'_, A>, query: StreamQuery, step: &mut F) -> Result<Folded<A>, Stop>
    where
        F: FnMut(&mut Loaded<A>, &Recorded<'_>) -> Result<(), LoadError> + Send,
    {
        let query = StreamQuery { from: Some(base.version()), ..query };
        let (mut base, mut folded) = (Some(base), None::<Folded<A>>);
        let visit = |recorded: &Recorded<'_>| match (&mut folded, base.take()) {
            (Some(folded), _) => step(&mut folded.loaded, recorded).map_err(Stop::Load),
            (None, Some(base)) => {
                folded = Some(base.begin(recorded, self.unknown).map_err(Stop::Unfit)?);
                Ok(())
            }
            (None, None) => Err(Stop::Unfit(SnapshotFault::OtherHistory)),
        };
        self.store.for_each_in_stream(query, visit).await?;
        folded.ok_or(Stop::Unfit(SnapshotFault::OtherHistory))
    }

    async fn base(&self, stream: &StreamName, within: Bounds) -> Option<Base<'_, A>> {
        let cached = self.cache.as_ref().filter(|_| within.is_open()).and_then(|cache| cache.get(stream));
        if let Some((loaded, since)) = cached {
            return Some(Base::Cached(loaded, since));
        }
        let snapshots = self.snapshots.as_deref()?;
        let query = SnapshotQuery {
            up_to_version: within.up_to_version,
            as_of: within.as_of,
            ..SnapshotQuery::new(stream.clone(), snapshots.key())
        };
        match snapshots.find(query).await {
            // One that was not asked for would be found again and again.
            Ok(found) => found.filter(|found| within.has(found.version)).map(|found| Base::Kept(snapshots, found)),
            Err(error) => {
                self.report(stream, 0, &SnapshotFault::NotFound(error));
                None
            }
        }
    }

    /// A cached aggregate that the stream does not have any more: a store was restored, say.
    fn forget(&self, stream: &StreamName, version: u64, fault: &SnapshotFault) {
        debug!(%stream, version, %fault, "a cached aggregate was no use");
        if let Some(cache) = &self.cache {
            cache.forget(stream);
        }
    }
}
