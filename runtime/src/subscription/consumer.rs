//! A subscription that is open, and is asked for batch after batch.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::source::{Source, Step};
use super::{SubscribeError, Subscription};
use crate::envelope::Recorded;
use crate::store::Page;
use crate::store::subscription::{Claim, Progress, SubscriptionStore};

/// How long acknowledged events may wait to be kept: each time costs a commit.
pub(super) const SAVE_TIME: Duration = Duration::from_millis(200);

/// Some events that were delivered together.
#[derive(Clone)]
pub struct Batch {
    page: Arc<Page>,
    wanted: Vec<usize>,
    up_to: u64,
}

impl Batch {
    /// The events, in order.
    pub fn iter(&self) -> impl Iterator<Item = Recorded<'_>> {
        self.wanted.iter().filter_map(|index| self.page.get(*index))
    }

    /// How many there are; never none.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub const fn len(&self) -> usize {
        self.wanted.len()
    }

    /// The position that is acknowledged with the whole batch: that of its last event, or of a later one that was not
    /// wanted.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.up_to
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("events", &self.len()).field("position", &self.up_to).finish_non_exhaustive()
    }
}

/// A subscription that is open. Its name is taken until this is dropped.
///
/// Nothing is read before it is asked for but the next page: whoever is slow is not overrun.
pub struct Consumer<S> {
    subscription: Subscription<S>,
    source: Source<S>,
    _claim: Claim,
    /// The position of the last batch that was handed out, if it had events.
    delivered: u64,
    acknowledged: u64,
    saved: u64,
    saved_at: Instant,
}

impl<S: SubscriptionStore> Subscription<S> {
    /// Opens the subscription, to take batches from it. It goes on where it was; what was delivered and not
    /// acknowledged is delivered again.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn open(&self) -> Result<Consumer<S>, SubscribeError> {
        let claim = self.store.claim(self.name.clone(), self.start.position(&*self.store).await?).await?;
        let position = claim.position;
        let source = Source::new(Arc::clone(&self.store), self.filter.clone(), self.batch, position);
        Ok(Consumer {
            subscription: self.clone(),
            source,
            _claim: claim,
            delivered: position,
            acknowledged: position,
            saved: position,
            saved_at: Instant::now(),
        })
    }
}

impl<S: SubscriptionStore> Consumer<S> {
    /// The next events: waits until there are some. May be dropped and called again.
    ///
    /// It does not ask whether the batch before was acknowledged.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn next(&mut self) -> Result<Batch, SubscribeError> {
        loop {
            if self.source.is_at_the_end() || self.is_save_due() {
                self.save().await?;
            }
            let Step::Page(page, wanted) = self.source.step().await? else { continue };
            if wanted.is_empty() {
                continue;
            }
            self.delivered = self.source.scanned();
            return Ok(Batch { page, wanted, up_to: self.delivered });
        }
    }

    /// Everything up to `position` has been dealt with, and is not delivered again: most often
    /// [`Batch::position`], or an event's own where a batch is dealt with in part.
    ///
    /// That is kept in the store soon: at the latest with the first call of [`Consumer::next`] after 200 ms, or before
    /// it waits. Until then a crash has it delivered again. [`Consumer::save`] keeps it now.
    pub fn acknowledge(&mut self, position: u64) {
        self.acknowledged = self.acknowledged.max(position.min(self.delivered));
    }

    /// Keeps what was acknowledged.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn save(&mut self) -> Result<(), SubscribeError> {
        let position = self.position();
        if position > self.saved {
            self.subscription.save(Progress::to(self.subscription.name.clone(), position)).await?;
            self.saved = position;
        }
        self.saved_at = Instant::now();
        Ok(())
    }

    /// Keeps what was acknowledged, and ends.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn close(mut self) -> Result<(), SubscribeError> {
        self.save().await
    }

    /// The position up to which everything is acknowledged, or was not wanted.
    #[must_use]
    pub fn position(&self) -> u64 {
        let all = self.acknowledged >= self.delivered;
        if all { self.source.scanned().max(self.acknowledged) } else { self.acknowledged }
    }

    fn is_save_due(&self) -> bool {
        let behind = self.position() - self.saved;
        behind > 0 && self.saved_at.elapsed() >= SAVE_TIME
    }
}

impl<S> fmt::Debug for Consumer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("name", &self.subscription.name)
            .field("delivered", &self.delivered)
            .field("acknowledged", &self.acknowledged)
            .field("saved", &self.saved)
            .finish_non_exhaustive()
    }
}
