//! Whether a store is a copy.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::Feed;
use super::error::{CopyError, Difference, RewriteError};
use super::mapping::CopiedFrom;
use super::rewrite::{Rewrite, Rewritten, by};
use super::run::{copies, rewriting};
use crate::cloudevents::difference;
use crate::envelope::{NewEvent, Recorded};
use crate::error::ReadError;
use crate::store::{EventStore, FeedQuery, Page};

/// Reads both stores side by side, and makes sure that `target` has all that stands in `source` up to the position `up_to`,
/// rewritten by the set `E` (or a tuple of sets), and among that nothing of anybody else. Answers how many events of `target`
/// were compared; behind them it may have more of its own.
///
/// `up_to` is what [`Copied::position`](super::Copied::position) says of the copy that was made: what was appended to `source`
/// after that is no part of it. A stream that the new store refused at first may stand behind others.
///
/// # Errors
/// [`CopyError::Differs`], with the place of the first difference.
pub async fn verify<E: Rewrite, S: Feed, T: EventStore>(source: &S, target: &T, up_to: u64) -> Result<u64, CopyError> {
    verify_with(source, target, up_to, by::<E>).await
}

/// As [`verify`], rewritten by a function.
///
/// # Errors
/// [`CopyError::Differs`], with the place of the first difference.
pub async fn verify_with<S: Feed, T: EventStore>(
    source: &S,
    target: &T,
    up_to: u64,
    mut rewrite: impl FnMut(&Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> + Send,
) -> Result<u64, CopyError> {
    let mut copied = Cursor {
        store: target,
        page: Page::default(),
        index: 0,
        next: Some(1),
        late: HashSet::new(),
        streams: HashMap::new(),
    };
    let (mut compared, mut next) = (0, Some(1));
    while let Some(from) = next.filter(|from| *from <= up_to) {
        let page = source.page(from).await?;
        for recorded in page.iter().take_while(|recorded| recorded.position <= up_to) {
            let rewritten = rewrite(&recorded).map_err(|source| rewriting(&recorded, source))?;
            for due in copies(&recorded, rewritten)? {
                copied.compare(&recorded, &due).await?;
                compared += 1;
            }
        }
        next = page.next();
    }
    copied.pass_over_late(up_to.saturating_add(1)).await?;
    Ok(compared)
}

fn compared(recorded: &Recorded<'_>, due: &NewEvent, found: Option<Recorded<'_>>) -> Result<(), CopyError> {
    let difference = match found {
        None => Difference::Missing,
        Some(found) => match difference(recorded.stream, None, due, &found) {
            None => return Ok(()),
            Some(what) => Difference::Other { position: found.position, what },
        },
    };
    Err(CopyError::Differs { position: recorded.position, difference })
}

/// A store's events, one after the other.
struct Cursor<'t, T> {
    store: &'t T,
    page: Page,
    index: usize,
    next: Option<u64>,
    /// What was found by its id, since it stands behind what it was due before.
    late: HashSet<Uuid>,
    /// The streams of such, and where the last of each was found.
    streams: HashMap<String, u64>,
}

impl<T: EventStore> Cursor<'_, T> {
    /// Compares the copy of an event, which comes next, or stands behind what was let in before it.
    async fn compare(&mut self, recorded: &Recorded<'_>, due: &NewEvent) -> Result<(), CopyError> {
        self.pass_over_late(recorded.position).await?;
        let found = self.page.get(self.index);
        let Some(from) = found.as_ref().map(copied_from).transpose()?.flatten() else {
            // Nothing, or somebody else's event.
            return compared(recorded, due, found);
        };
        if from.position == recorded.position {
            self.index += 1;
            compared(recorded, due, found)?;
            let position = found.map_or(0, |found| found.position);
            return self.in_order(recorded, position);
        }
        let page = self.store.find_event(due.id).await?;
        compared(recorded, due, page.get(0))?;
        let position = page.get(0).map_or(0, |found| found.position);
        self.late.insert(due.id);
        self.streams.entry(recorded.stream.to_owned()).or_insert(0);
        self.in_order(recorded, position)
    }

    /// A stream keeps its order; one of which nothing is late has it by that of the feed.
    fn in_order(&mut self, recorded: &Recorded<'_>, position: u64) -> Result<(), CopyError> {
        let Some(last) = self.streams.get_mut(recorded.stream) else { return Ok(()) };
        if position < *last {
            let difference = Difference::Other { position, what: "place in its stream" };
            return Err(CopyError::Differs { position: recorded.position, difference });
        }
        *last = position;
        Ok(())
    }

    /// Goes on to what was copied from this position or from behind it. What stands before it and was copied from before it
    /// was due earlier, and found then, or should not be there.
    async fn pass_over_late(&mut self, position: u64) -> Result<(), CopyError> {
        loop {
            self.fill().await?;
            let Some(found) = self.page.get(self.index) else { return Ok(()) };
            match copied_from(&found)? {
                Some(from) if from.position >= position => return Ok(()),
                None => return Ok(()),
                Some(_) if self.late.remove(&found.id) => self.index += 1,
                Some(from) => {
                    let difference = Difference::NotDue { position: found.position };
                    return Err(CopyError::Differs { position: from.position, difference });
                }
            }
        }
    }

    /// Reads on where a page is at its end.
    async fn fill(&mut self) -> Result<(), ReadError> {
        while self.index == self.page.len()
            && let Some(from) = self.next
        {
            self.page = self.store.read_all(FeedQuery { from: Some(from), ..FeedQuery::default() }).await?;
            (self.index, self.next) = (0, self.page.next());
        }
        Ok(())
    }
}

fn copied_from(recorded: &Recorded<'_>) -> Result<Option<CopiedFrom>, CopyError> {
    CopiedFrom::of(recorded).map_err(CopyError::Headers)
}
