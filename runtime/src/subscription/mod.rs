//! Subscriptions: consumers that are handed every event, at least once, and remember how far they have come.
#![doc = include_str!("../../docs/subscriptions.md")]

use std::fmt;
use std::sync::Arc;

use crate::envelope::Recorded;
use crate::error::ReadError;
use crate::event::EventSet;
use crate::repository::RetryPolicy;
use crate::store::subscription::{
    InvalidSubscriptionName, ParkedQuery, Progress, SubscriptionError, SubscriptionName, SubscriptionStore,
};
use crate::store::{EventStore, EventStoreExt, Parked};
use crate::timer::{Sleeper, TimerThread};

mod consumer;
mod delivery;
mod filter;
mod lanes;
mod source;
mod worker;

pub use consumer::{Batch, Consumer};
pub use delivery::Delivery;
pub(crate) use filter::Filter;
pub(crate) use source::{Source, Step};

/// Where a subscription begins that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// With the first event of the store.
    #[default]
    Beginning,
    /// With the first event that is appended from now on.
    End,
    /// With the first event after this position.
    After(u64),
}

impl Start {
    /// The position after which it is.
    pub(crate) async fn position(self, store: &impl EventStore) -> Result<u64, ReadError> {
        Ok(match self {
            Self::Beginning => 0,
            Self::End => store.last_position().await?.unwrap_or(0),
            Self::After(position) => position,
        })
    }
}

/// Why a subscription stopped, or cannot begin. What was acknowledged before is kept or delivered again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscribeError {
    /// The text is no subscription's name.
    #[error(transparent)]
    Name(#[from] InvalidSubscriptionName),
    /// The store did not open it or keep its state: [`SubscriptionError::Duplicate`] where its name is taken.
    #[error(transparent)]
    State(#[from] SubscriptionError),
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

type KeyOf = Arc<dyn Fn(&Recorded<'_>) -> String + Send + Sync>;

/// A durable subscription: what it is called, which events it wants, and how it is served.
///
/// Open it with [`Subscription::open`] and take batches at your own pace, or hand a function to
/// [`Subscription::run_until`].
pub struct Subscription<S> {
    store: Arc<S>,
    name: SubscriptionName,
    start: Start,
    filter: Filter,
    batch: usize,
    settings: Settings,
}

/// How a subscription's function is called.
#[derive(Clone)]
struct Settings {
    key: KeyOf,
    concurrency: usize,
    window: usize,
    retry: RetryPolicy,
    sleeper: Arc<dyn Sleeper>,
}

impl<S: SubscriptionStore> Subscription<S> {
    /// The subscription `name` to all events of `store`, from the first one on.
    ///
    /// # Errors
    /// [`SubscribeError::Name`].
    pub fn new(store: S, name: &str) -> Result<Self, SubscribeError> {
        let settings = Settings {
            key: Arc::new(|recorded| recorded.stream.to_owned()),
            concurrency: 16,
            window: 1_000,
            retry: RetryPolicy { attempts: 5, ..RetryPolicy::default() },
            sleeper: Arc::new(TimerThread),
        };
        let (store, name) = (Arc::new(store), name.parse()?);
        Ok(Self { store, name, start: Start::default(), filter: Filter::default(), batch: 500, settings })
    }

    /// The same subscription under another name.
    ///
    /// # Errors
    /// [`SubscribeError::Name`].
    pub fn renamed(mut self, name: &str) -> Result<Self, SubscribeError> {
        self.name = name.parse()?;
        Ok(self)
    }

    /// Where it begins if it is new. One that is known goes on where it was.
    #[must_use]
    pub const fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Only the events of the set `E`, under whichever name they were stored. Types that this code does not know are not
    /// wanted: what a newer release adds to the set goes by.
    #[must_use]
    pub fn events<E: EventSet>(self) -> Self {
        self.types(E::TYPES.iter().copied())
    }

    /// Only these wire types, as they were stored. Conditions of different kinds must all hold.
    #[must_use]
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.filter.types = Some(types.into_iter().map(Into::into).collect());
        self
    }

    /// Only the events of these streams.
    #[must_use]
    pub fn streams<T: Into<String>>(mut self, streams: impl IntoIterator<Item = T>) -> Self {
        self.filter.streams = Some(streams.into_iter().map(Into::into).collect());
        self
    }

    /// Only the events of these bounded contexts: the part of their wire type before its last point.
    #[must_use]
    pub fn contexts<T: Into<String>>(mut self, contexts: impl IntoIterator<Item = T>) -> Self {
        self.filter.contexts = Some(contexts.into_iter().map(Into::into).collect());
        self
    }

    /// The most events of a batch. 500 unless set, and never more than a page holds.
    #[must_use]
    pub const fn batch(mut self, events: usize) -> Self {
        self.batch = if events == 0 { 1 } else { events };
        self
    }

    /// What keeps its order: events of one key are handled one after the other, those of different keys at the same
    /// time. The stream's name unless set. For [`Subscription::run_until`].
    #[must_use]
    pub fn order_by(mut self, key: impl Fn(&Recorded<'_>) -> String + Send + Sync + 'static) -> Self {
        self.settings.key = Arc::new(key);
        self
    }

    /// The most events that are handled at the same time. 16 unless set. For [`Subscription::run_until`].
    #[must_use]
    pub const fn concurrency(mut self, handlers: usize) -> Self {
        self.settings.concurrency = if handlers == 0 { 1 } else { handlers };
        self
    }

    /// The most events that are at work or wait for their turn: beyond that nothing is taken up until some are
    /// acknowledged, and no more than two batches are read ahead. 1,000 unless set. For [`Subscription::run_until`].
    #[must_use]
    pub const fn window(mut self, events: usize) -> Self {
        self.settings.window = if events == 0 { 1 } else { events };
        self
    }

    /// How often an event is tried, and the pauses between. 5 attempts from 2 ms on unless set. An event that fails
    /// each time is parked. For [`Subscription::run_until`].
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// Who waits between two attempts, in place of [`TimerThread`].
    #[must_use]
    pub fn sleeper(mut self, sleeper: impl Sleeper) -> Self {
        self.settings.sleeper = Arc::new(sleeper);
        self
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &SubscriptionName {
        &self.name
    }

    /// The position up to which everything is acknowledged or parked; `None` if it was never opened.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn position(&self) -> Result<Option<u64>, SubscribeError> {
        let all = self.store.subscriptions().await?;
        Ok(all.into_iter().find(|status| status.name == self.name).map(|status| status.position))
    }

    /// The events that it has parked, by position.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn parked(&self) -> Result<Vec<Parked>, SubscribeError> {
        Ok(self.store.parked(ParkedQuery::all(self.name.clone())).await?)
    }

    /// Has the parked events of a key (`None`: of all keys) tried again, in their order, by whoever runs the
    /// subscription; and then those that were parked because of them. Answers how many keys that are.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub async fn replay(&self, key: Option<&str>) -> Result<u64, SubscribeError> {
        Ok(self.store.replay_parked(self.name.clone(), key.map(ToOwned::to_owned)).await?)
    }

    /// Keeps the progress; tries again while the store is busy or the outcome not known.
    async fn save(&self, progress: Progress) -> Result<(), SubscribeError> {
        let Settings { retry, sleeper, .. } = &self.settings;
        let save = || self.store.save(progress.clone());
        Ok(retry.run(&**sleeper, SubscriptionError::is_retryable, save).await?)
    }
}

impl<S> Clone for Subscription<S> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            name: self.name.clone(),
            start: self.start,
            filter: self.filter.clone(),
            batch: self.batch,
            settings: self.settings.clone(),
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for Subscription<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("name", &self.name)
            .field("store", &self.store)
            .field("start", &self.start)
            .field("filter", &self.filter)
            .field("retry", &self.settings.retry)
            .finish_non_exhaustive()
    }
}
