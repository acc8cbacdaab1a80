//! Making a copy.

use std::num::NonZeroUsize;

use lru::LruCache;
use uuid::Uuid;

use super::Feed;
use super::error::{CopyError, RewriteError};
use super::mapping::{CopiedFrom, HEADER};
use super::rewrite::{Rewrite, Rewritten, by};
use crate::cloudevents::{CloudEvent, Intake, Line};
use crate::envelope::{InvalidStreamName, Metadata, NewEvent, Recorded, StreamName};
use crate::error::AppendError;
use crate::repository::derived_id;
use crate::store::{Direction, EventStore, EventStoreExt as _, FeedQuery, Page};

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Copied {
    /// The events of the old store that were read in this run.
    pub read: u64,
    /// The events that were stored in this run.
    pub written: u64,
    /// The events that were there already, from a run that was interrupted.
    pub repeated: u64,
    /// The events of the old store that are left out, since they are read as none.
    pub left_out: u64,
    /// The last position of the old store that was read.
    pub position: u64,
}

/// Copies every event of `source` into `target`, rewritten by the set `E` (or a tuple of sets), and calls `progress` after each
/// page. See the module.
///
/// # Errors
/// [`CopyError`]. What was copied before stays, and the copy goes on if it is started again.
pub async fn copy<E: Rewrite, S: Feed, T: EventStore>(
    source: &S,
    target: &T,
    progress: impl FnMut(&Copied) + Send,
) -> Result<Copied, CopyError> {
    copy_with(source, target, by::<E>, progress).await
}

/// As [`copy`], rewritten by a function, which has to answer the same of an event each time it is asked.
///
/// # Errors
/// [`CopyError`].
pub async fn copy_with<S: Feed, T: EventStore>(
    source: &S,
    target: &T,
    mut rewrite: impl FnMut(&Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> + Send,
    mut progress: impl FnMut(&Copied) + Send,
) -> Result<Copied, CopyError> {
    let mut run = Run::begin(target).await?;
    let mut next = Some(run.first);
    while let Some(from) = next {
        let page = source.page(from).await?;
        run.page(&page, &mut rewrite).await?;
        progress(&run.copied);
        next = page.next();
    }
    run.finish().await
}

/// Appends of so many positions of the old store may be under way at once: when a copy goes on, it begins so far behind the
/// last event that is there, since among these some may be missing.
const UNDER_WAY: u64 = 4096;

/// The streams whose versions are remembered: more than can have appends under way.
const STREAMS: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

struct Run<'t, T> {
    target: &'t T,
    intake: Intake<'t, T>,
    /// The versions that streams will have in the new store.
    versions: LruCache<Box<str>, u64>,
    /// The last event of a run that was interrupted, until it was met.
    last: Option<(CopiedFrom, Uuid)>,
    /// Up to this position of the old store there may be copies already.
    known: u64,
    first: u64,
    /// The position with which those began that are under way.
    began: u64,
    copied: Copied,
}

impl<'t, T: EventStore> Run<'t, T> {
    async fn begin(target: &'t T) -> Result<Self, CopyError> {
        let last = last_copy(target).await?;
        let (repeated, known) = copies_in(target).await?;
        // The last event may be one that was refused before: others that come behind it in the old store are there.
        let first = known.saturating_sub(UNDER_WAY).min(last.map_or(0, |(from, _)| from.position)).max(1);
        let intake = Intake::new(target);
        let versions = LruCache::new(STREAMS);
        let copied = Copied { repeated, ..Copied::default() };
        Ok(Self { target, intake, versions, last, known, first, began: first, copied })
    }

    async fn page(
        &mut self,
        page: &Page,
        rewrite: &mut (impl FnMut(&Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> + Send),
    ) -> Result<(), CopyError> {
        for recorded in page.iter() {
            let rewritten = rewrite(&recorded).map_err(|source| rewriting(&recorded, source))?;
            let events = copies(&recorded, rewritten)?;
            self.meet(&recorded, &events)?;
            self.copied.read += 1;
            self.copied.left_out += u64::from(events.is_empty());
            if recorded.position >= self.began.saturating_add(UNDER_WAY)
                || self.began <= self.known && recorded.position > self.known
            {
                self.flush().await?;
                self.began = recorded.position;
            }
            for event in events {
                self.push(&recorded, event).await?;
            }
            self.copied.position = recorded.position;
        }
        Ok(())
    }

    /// Makes sure that an interrupted copy goes on from the same store.
    fn meet(&mut self, recorded: &Recorded<'_>, events: &[NewEvent]) -> Result<(), CopyError> {
        let Some((from, id)) = self.last else { return Ok(()) };
        let is_it = || from.version == recorded.version && events.get(from.index).is_some_and(|event| event.id == id);
        if recorded.position < from.position {
            return Ok(());
        }
        if recorded.position > from.position || !is_it() {
            return Err(CopyError::AnotherSource { position: from.position });
        }
        self.last = None;
        Ok(())
    }

    async fn push(&mut self, recorded: &Recorded<'_>, event: NewEvent) -> Result<(), CopyError> {
        let stream: StreamName = recorded.stream.parse().map_err(|error: InvalidStreamName| CopyError::Append {
            position: recorded.position,
            source: AppendError::Invalid { index: 0, reason: error.to_string() },
        })?;
        // Of what may be there already the version is not known until it is found.
        let known = recorded.position <= self.known;
        let stream_version = if known { None } else { Some(self.next_version(&stream, recorded).await?) };
        let event = CloudEvent { stream, stream_version, position: None, event };
        let line = Line { number: recorded.position, bytes: 0, event };
        self.intake.push(line).await.map_err(CopyError::of_import)?;
        Ok(())
    }

    /// The version of the stream's next event. A stream's first event begins it; else the new store knows.
    async fn next_version(&mut self, stream: &StreamName, recorded: &Recorded<'_>) -> Result<u64, CopyError> {
        let version = match self.versions.get(stream.as_str()) {
            Some(version) => *version,
            None if recorded.version == 1 => 0,
            None => self.target.stream_version(stream).await?.unwrap_or(0),
        };
        self.versions.put(stream.as_str().into(), version + 1);
        Ok(version + 1)
    }

    async fn flush(&mut self) -> Result<(), CopyError> {
        self.copied.written = self.intake.flush().await.map_err(CopyError::of_import)?.stored;
        Ok(())
    }

    async fn finish(mut self) -> Result<Copied, CopyError> {
        self.flush().await?;
        match self.last {
            Some((from, _)) => Err(CopyError::AnotherSource { position: from.position }),
            None => Ok(self.copied),
        }
    }
}

/// Where the last event of a store was copied from, and its id; `None`: the store is empty.
async fn last_copy<T: EventStore>(target: &T) -> Result<Option<(CopiedFrom, Uuid)>, CopyError> {
    let query = FeedQuery { direction: Direction::Backward, limit: 1, ..FeedQuery::default() };
    let page = target.read_all(query).await?;
    let Some(last) = page.iter().next() else { return Ok(None) };
    let from = CopiedFrom::of(&last).map_err(CopyError::Headers)?;
    from.map(|from| Some((from, last.id))).ok_or(CopyError::NotEmpty { position: last.position })
}

/// How many events of a store are copies, and the highest position from which one was copied; 0: none was.
async fn copies_in<T: EventStore>(target: &T) -> Result<(u64, u64), CopyError> {
    let (mut count, mut highest) = (0, 0);
    let visited = target.for_each_in_feed(FeedQuery::default(), |recorded| {
        if let Some(from) = CopiedFrom::of(recorded).map_err(CopyError::Headers)? {
            (count, highest) = (count + 1, highest.max(from.position));
        }
        Ok::<_, CopyError>(())
    });
    visited.await?;
    Ok((count, highest))
}

pub(super) fn rewriting(recorded: &Recorded<'_>, source: RewriteError) -> CopyError {
    let Recorded { position, stream, version, .. } = *recorded;
    CopyError::Rewrite { position, stream: stream.to_owned(), version, source: Box::new(source) }
}

/// The events that a stored one becomes.
pub(super) fn copies(recorded: &Recorded<'_>, rewritten: Vec<Rewritten>) -> Result<Vec<NewEvent>, CopyError> {
    let headers = recorded.headers().map_err(CopyError::Headers)?;
    let copy = |(index, rewritten): (usize, Rewritten)| {
        let mut headers = headers.clone();
        let from = CopiedFrom { position: recorded.position, version: recorded.version, index };
        let before = headers.get(HEADER).map_or_else(String::new, |before| format!(" {before}"));
        headers.insert(HEADER.to_owned(), format!("{from}{before}"));
        NewEvent {
            id: copy_id(recorded.id, index),
            event_type: rewritten.event_type,
            schema_version: rewritten.schema_version,
            readable_from: rewritten.readable_from,
            payload: rewritten.payload,
            recorded_at: Some(recorded.recorded_at),
            metadata: Metadata {
                correlation_id: recorded.correlation_id,
                causation_id: recorded.causation_id,
                depth: recorded.depth,
                actor: recorded.actor.map(str::to_owned),
                headers,
            },
        }
    };
    Ok(rewritten.into_iter().enumerate().map(copy).collect())
}

/// The id of one of the events that a stored one becomes. What later ones are made of is nothing that a command's events are
/// made of: a command may have the id of an event.
fn copy_id(stored: Uuid, index: usize) -> Uuid {
    if index == 0 { stored } else { derived_id(stored, format!("{HEADER}/{index}").as_bytes()) }
}
