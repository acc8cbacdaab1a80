//! Whether a store is a copy.

use super::Feed;
use super::error::{CopyError, Difference, RewriteError};
use super::rewrite::{Rewrite, Rewritten, by};
use super::run::{copies, rewriting};
use crate::cloudevents::difference;
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
