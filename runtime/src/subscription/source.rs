//! The events that a subscription wants, read by position: those that were, and then those that come. One loop does both,
//! so there is no gap between them; what wakes it only makes it look again.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::{MaybeDone, maybe_done};

use super::filter::Filter;
use crate::error::ReadError;
use crate::store::{BoxFuture, Changed, Changes, EventStoreExt, FeedQuery, Page};

/// Where a subscription reads.
pub(crate) struct Source<S> {
    store: Arc<S>,
    filter: Filter,
    limit: usize,
    /// All up to here has been looked at.
    scanned: u64,
    reading: Option<Reading>,
    /// Set once everything has been read: ends with the next change.
    changed: Option<Changed>,
}

type Read = Result<Looked, ReadError>;

/// A page, and the position up to which there was nothing else to see.
struct Looked {
    page: Page,
    up_to: Option<u64>,
}

/// A page that was asked for, and a wait that was begun before.
struct Reading {
    page: MaybeDone<BoxFuture<'static, Read>>,
    changed: Changed,
}

/// What came of looking.
pub(crate) enum Step {
    /// A page and the indexes of what is wanted of it: possibly none.
    Page(Arc<Page>, Vec<usize>),
    /// Everything was read before, and now there may be more.
    Woken,
}

impl<S: Changes> Source<S> {
    pub(crate) fn new(store: Arc<S>, filter: Filter, limit: usize, position: u64) -> Self {
        Self { store, filter, limit, scanned: position, reading: None, changed: None }
    }

    /// The position up to which all has been looked at, and handed out if it was wanted.
    pub(crate) const fn scanned(&self) -> u64 {
        self.scanned
    }

    /// Whether everything that there was has been read.
    pub(crate) const fn is_at_the_end(&self) -> bool {
        self.changed.is_some()
    }

    /// Looks again at what comes next, changed or not: what was read ahead may be older.
    pub(crate) fn look_again(&mut self) {
        (self.changed, self.reading) = (None, None);
    }

    /// Reads a page, or at the end waits for a change. May be dropped and called again: nothing is lost.
    pub(crate) async fn step(&mut self) -> Result<Step, ReadError> {
        if let Some(changed) = &mut self.changed {
            changed.await;
            self.changed = None;
            return Ok(Step::Woken);
        }
        if self.reading.is_none() {
            self.reading = Some(self.ask());
        }
        let Some(reading) = &mut self.reading else { return Ok(Step::Woken) };
        (&mut reading.page).await;
        let looked = Pin::new(&mut reading.page).take_output();
        let changed = self.reading.take().map(|reading| reading.changed);
        let Some(Looked { page, up_to }) = looked.transpose()? else { return Ok(Step::Woken) };
        let wanted: Vec<usize> = (0..page.len())
            .filter(|index| page.get(*index).is_some_and(|recorded| self.filter.fits(&recorded)))
            .collect();
        let last = page.iter().next_back().map(|last| last.position);
        self.scanned = match page.next() {
            Some(next) => next - 1,
            None => self.scanned.max(last.unwrap_or(0)).max(up_to.unwrap_or(0)),
        };
        match page.next() {
            // It is read while this one is handled.
            Some(_) => self.ask_ahead().await,
            None => self.changed = changed,
        }
        Ok(Step::Page(Arc::new(page), wanted))
    }

    /// Asks for the page after what was looked at.
    fn ask(&self) -> Reading {
        // First the wait for a change, then the look.
        let changed = self.store.changed();
        Reading { page: maybe_done(Box::pin(self.read())), changed }
    }

    /// The same, and a store with threads of its own begins to read.
    async fn ask_ahead(&mut self) {
        let mut reading = self.ask();
        poll_fn(|context| Poll::Ready(Pin::new(&mut reading.page).poll(context).is_ready())).await;
        self.reading = Some(reading);
    }

    fn read(&self) -> impl Future<Output = Read> + Send + use<S> {
        let store = Arc::clone(&self.store);
        let (from, types) = (Some(self.scanned.saturating_add(1)), self.filter.types.clone());
        let query = FeedQuery { from, types, limit: self.limit, ..FeedQuery::default() };
        async move {
            // Where a page leaves events out, its end does not say how far it looked. What was stored before the page
            // was read is in it, or is not wanted.
            let up_to = if query.types.is_some() { store.last_position().await? } else { None };
            let page = store.read_all(query).await?;
            Ok(Looked { page, up_to })
        }
    }
}
