//! Whether a store is a copy.

use super::Feed;
use super::error::{CopyError, Difference, RewriteError};
use super::rewrite::{Rewrite, Rewritten, by};
use super::run::{copies, rewriting};
use crate::envelope::{NewEvent, Recorded};
use crate::error::ReadError;
use crate::store::{EventStore, FeedQuery, Page};

/// Reads both stores side by side, and makes sure that `target` begins with all of `source`, rewritten by the set `E` (or a tuple of
/// sets) and nothing else. Answers how many events of `target` were compared; behind them it may have more of its own.
///
/// # Errors
/// [`CopyError::Differs`], with the place of the first difference.
pub async fn verify<E: Rewrite, S: Feed, T: EventStore>(source: &S, target: &T) -> Result<u64, CopyError> {
    verify_with(source, target, by::<E>).await
}

/// As [`verify`], rewritten by a function.
///
/// # Errors
/// [`CopyError::Differs`], with the place of the first difference.
pub async fn verify_with<S: Feed, T: EventStore>(
    source: &S,
    target: &T,
    mut rewrite: impl FnMut(&Recorded<'_>) -> Result<Vec<Rewritten>, RewriteError> + Send,
) -> Result<u64, CopyError> {
    let mut copied = Cursor { store: target, page: Page::default(), index: 0, next: Some(1) };
    let (mut compared, mut next) = (0, Some(1));
    while let Some(from) = next {
        let page = source.page(from).await?;
        for recorded in page.iter() {
            let rewritten = rewrite(&recorded).map_err(|source| rewriting(&recorded, source))?;
            for due in copies(&recorded, rewritten)? {
                compare(&recorded, &due, copied.next().await?)?;
                compared += 1;
            }
        }
        next = page.next();
    }
    Ok(compared)
}

fn compare(recorded: &Recorded<'_>, due: &NewEvent, found: Option<Recorded<'_>>) -> Result<(), CopyError> {
    let position = recorded.position;
    let Some(found) = found else { return Err(CopyError::Differs { position, difference: Difference::Missing }) };
    let headers = found.headers().map_err(CopyError::Headers)?;
    let metadata = &due.metadata;
    let same = [
        ("stream", found.stream == recorded.stream),
        ("id", found.id == due.id),
        ("type", found.event_type == due.event_type),
        ("schema version", found.schema_version == due.schema_version),
        ("lowest version that reads it", found.readable_from == due.readable_from),
        ("payload", found.payload == due.payload),
        ("time", Some(found.recorded_at) == due.recorded_at),
        ("correlation id", found.correlation_id == metadata.correlation_id),
        ("causation id", found.causation_id == metadata.causation_id),
        ("depth", found.depth == metadata.depth),
        ("actor", found.actor == metadata.actor.as_deref()),
        ("header", headers == metadata.headers),
    ];
    match same.into_iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((what, _)) => {
            let difference = Difference::Other { position: found.position, what };
            Err(CopyError::Differs { position, difference })
        }
    }
}

/// A store's events, one after the other.
struct Cursor<'t, T> {
    store: &'t T,
    page: Page,
    index: usize,
    next: Option<u64>,
}

impl<T: EventStore> Cursor<'_, T> {
    async fn next(&mut self) -> Result<Option<Recorded<'_>>, ReadError> {
        while self.index == self.page.len()
            && let Some(from) = self.next
        {
            self.page = self.store.read_all(FeedQuery { from: Some(from), ..FeedQuery::default() }).await?;
            (self.index, self.next) = (0, self.page.next());
        }
        let found = self.page.get(self.index);
        self.index += usize::from(found.is_some());
        Ok(found)
    }
}
