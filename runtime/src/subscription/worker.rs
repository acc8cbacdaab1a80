//! A subscription that calls a function for each event: at the same time for different keys, in order for one.

use std::collections::{HashSet, VecDeque};
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, Stream};
use jiff::Timestamp;
use tracing::{Instrument, debug, debug_span, warn};

use super::consumer::SAVE_TIME;
use super::delivery::Delivery;
use super::lanes::{Lanes, Outstanding};
use super::source::{Source, Step};
use super::{SubscribeError, Subscription};
use crate::stop::Stop;
use crate::store::subscription::{Claim, Parked, ParkedQuery, Progress, SubscriptionStore};
use crate::store::view::{BoxError, message_of};
use crate::store::{BoxFuture, EventStore, FeedQuery, Page, to_microseconds};

impl<S: SubscriptionStore> Subscription<S> {
    /// Calls `handle` for each event, until `stop` is ready: then those at work are finished, and what was acknowledged
    /// is kept. An event is acknowledged when `handle` answers `Ok`.
    ///
    /// One that fails, or panics, is tried again after a pause; the events of other keys go on meanwhile. One that
    /// fails each time is parked with its error, and so are the later events of its key.
    ///
    /// # Errors
    /// [`SubscribeError`].
    pub fn run_until<H, Handling, E>(
        &self,
        handle: H,
        stop: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = Result<(), SubscribeError>> + Send
    where
        H: Fn(Delivery) -> Handling + Send + Sync,
        Handling: Future<Output = Result<(), E>> + Send,
        E: Into<BoxError>,
    {
        let span = debug_span!("subscription", name = %self.name);
        async move {
            let handle = |delivery| -> BoxFuture<'_, Result<(), BoxError>> {
                let handling = handle(delivery);
                Box::pin(async { handling.await.map_err(Into::into) })
            };
            let stop = pin!(stop);
            let mut stop = Stop::new(stop);
            Worker::open(self, &handle).await?.run(&mut stop).await
        }
        .instrument(span)
    }
}

type Handle<'a> = dyn Fn(Delivery) -> BoxFuture<'a, Result<(), BoxError>> + Send + Sync + 'a;

/// What came of a delivery.
enum Outcome {
    Handled(Delivery),
    Failed(Delivery, BoxError),
    /// The pause before the next attempt is over.
    Rested(Delivery),
}

/// What the worker was woken by.
enum Woken {
    Outcome(Outcome),
    Read(Step),
    Stop,
}

struct Worker<'a, S> {
    subscription: &'a Subscription<S>,
    handle: &'a Handle<'a>,
    source: Source<S>,
    _claim: Claim,
    /// What was read and is beyond the window: the page, and the indexes of what is wanted of it.
    backlog: Option<(Arc<Page>, VecDeque<usize>)>,
    lanes: Lanes,
    outstanding: Outstanding,
    /// Attempts and pauses.
    running: FuturesUnordered<BoxFuture<'a, Outcome>>,
    /// Attempts alone.
    at_work: usize,
    /// The keys that have parked events.
    blocked: HashSet<Arc<str>>,
    park: Vec<Parked>,
    unpark: Vec<u64>,
    /// The parked events that are being delivered again.
    replaying: HashSet<u64>,
    saved: u64,
    saved_at: Instant,
}

impl<'a, S: SubscriptionStore> Worker<'a, S> {
    async fn open(subscription: &'a Subscription<S>, handle: &'a Handle<'a>) -> Result<Self, SubscribeError> {
        let (store, name) = (&subscription.store, &subscription.name);
        let claim = store.claim(name.clone(), subscription.start.position(&**store).await?).await?;
        let source = Source::new(Arc::clone(store), subscription.filter.clone(), subscription.batch, claim.position);
        let mut worker = Self {
            subscription,
            handle,
            source,
            saved: claim.position,
            _claim: claim,
            backlog: None,
            lanes: Lanes::default(),
            outstanding: Outstanding::default(),
            running: FuturesUnordered::new(),
            at_work: 0,
            blocked: HashSet::new(),
            park: Vec::new(),
            unpark: Vec::new(),
            replaying: HashSet::new(),
            saved_at: Instant::now(),
        };
        worker.find_blocked().await?;
        worker.begin_replays().await?;
        Ok(worker)
    }

    /// The keys that have parked events, a page at a time.
    async fn find_blocked(&mut self) -> Result<(), SubscribeError> {
        let mut query = ParkedQuery { limit: Page::MAX_EVENTS, ..ParkedQuery::all(self.subscription.name.clone()) };
        loop {
            let parked = self.subscription.store.parked(query.clone()).await?;
            let Some(last) = parked.last() else { return Ok(()) };
            query.after = last.position;
            self.blocked.extend(parked.into_iter().map(|parked| Arc::from(parked.key)));
        }
    }

    async fn run(mut self, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<(), SubscribeError> {
        loop {
            if stop.is_asked_for() {
                return self.finish().await;
            }
            self.queue();
            self.begin();
            if self.is_save_due() {
                self.save().await?;
            }
            match self.wait(stop).await? {
                Woken::Outcome(outcome) => self.take(outcome).await?,
                Woken::Read(Step::Page(page, wanted)) => self.backlog = Some((page, wanted.into())),
                Woken::Read(Step::Woken) => self.begin_replays().await?,
                Woken::Stop => {}
            }
        }
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<Woken, SubscribeError> {
        let room = self.backlog.is_none();
        let running = &mut self.running;
        let mut reading = pin!(self.source.step());
        let woken = poll_fn(|context: &mut Context<'_>| {
            if stop.poll(context) {
                return Poll::Ready(Ok(Woken::Stop));
            }
            if let Poll::Ready(Some(outcome)) = Pin::new(&mut *running).poll_next(context) {
                return Poll::Ready(Ok(Woken::Outcome(outcome)));
            }
            if room { reading.as_mut().poll(context).map_ok(Woken::Read) } else { Poll::Pending }
        });
        Ok(woken.await?)
    }

    /// Finishes what is at work, leaves the rest for the next time, and keeps what was done.
    async fn finish(mut self) -> Result<(), SubscribeError> {
        self.lanes.clear();
        while self.at_work > 0 {
            let Some(outcome) = poll_fn(|context| Pin::new(&mut self.running).poll_next(context)).await else { break };
            match outcome {
                Outcome::Handled(delivery) => self.handled(delivery).await?,
                // It is delivered again next time, with all its attempts.
                Outcome::Failed(..) => self.at_work -= 1,
                Outcome::Rested(_) => {}
            }
            self.lanes.clear();
        }
        self.save().await
    }

    /// What was read waits for its turn, as far as the window allows; what is of a key that is blocked is parked.
    fn queue(&mut self) {
        let Some((page, mut wanted)) = self.backlog.take() else { return };
        while self.outstanding.len() < self.subscription.settings.window {
            let Some(index) = wanted.pop_front() else { return };
            let Some(recorded) = page.get(index) else { continue };
            let key: Arc<str> = (self.subscription.settings.key)(&recorded).into();
            let (page, position) = (Arc::clone(&page), recorded.position);
            let delivery = Delivery { page, index, position, key, attempt: 1, before: 0, replayed: false };
            if self.blocked.contains(&delivery.key) {
                self.park.push(parked(&delivery, 0, None));
            } else {
                self.outstanding.add(position);
                self.lanes.push(delivery);
            }
        }
        if !wanted.is_empty() {
            self.backlog = Some((page, wanted));
        }
    }

    /// Begins as many attempts as may run at the same time.
    fn begin(&mut self) {
        while self.at_work < self.subscription.settings.concurrency {
            let Some(delivery) = self.lanes.take() else { return };
            self.attempt(delivery);
        }
    }

    fn attempt(&mut self, delivery: Delivery) {
        self.at_work += 1;
        let (handle, handed) = (self.handle, delivery.clone());
        // The function itself may panic, and not only its future.
        let handling = AssertUnwindSafe(async move { handle(handed).await }).catch_unwind();
        self.running.push(Box::pin(async move {
            match handling.await {
                Ok(Ok(())) => Outcome::Handled(delivery),
                Ok(Err(error)) => Outcome::Failed(delivery, error),
                Err(panic) => Outcome::Failed(delivery, format!("panicked: {}", message_of(panic.as_ref())).into()),
            }
        }));
    }

    async fn take(&mut self, outcome: Outcome) -> Result<(), SubscribeError> {
        match outcome {
            Outcome::Handled(delivery) => self.handled(delivery).await,
            Outcome::Rested(delivery) => {
                self.attempt(delivery);
                Ok(())
            }
            Outcome::Failed(delivery, error) => {
                self.at_work -= 1;
                let settings = &self.subscription.settings;
                let position = delivery.position;
                if settings.retry.allows(delivery.attempt) {
                    debug!(position, attempt = delivery.attempt, %error, "failed: try again");
                    let rest = settings.sleeper.sleep(settings.retry.delay(delivery.attempt));
                    let next = Delivery { attempt: delivery.attempt + 1, ..delivery };
                    self.running.push(Box::pin(rest.map(|()| Outcome::Rested(next))));
                } else {
                    warn!(position, key = &*delivery.key, %error, "parked");
                    self.give_up(&delivery, &error);
                }
                Ok(())
            }
        }
    }

    async fn handled(&mut self, delivery: Delivery) -> Result<(), SubscribeError> {
        self.at_work -= 1;
        self.lanes.done(&delivery.key);
        if self.replaying.remove(&delivery.position) {
            self.unpark.push(delivery.position);
            return self.replay_next(&delivery).await;
        }
        self.outstanding.remove(delivery.position);
        Ok(())
    }

    /// Parks an event that failed for the last time, and what waits behind it.
    fn give_up(&mut self, delivery: &Delivery, error: &BoxError) {
        self.replaying.remove(&delivery.position);
        self.park.push(parked(delivery, delivery.attempt(), Some(error.to_string())));
        self.outstanding.remove(delivery.position);
        for behind in self.lanes.give_up(&delivery.key) {
            self.outstanding.remove(behind.position);
            self.park.push(parked(&behind, 0, None));
        }
        self.blocked.insert(Arc::clone(&delivery.key));
    }

    /// Delivers again what somebody asked for.
    async fn begin_replays(&mut self) -> Result<(), SubscribeError> {
        if self.blocked.is_empty() {
            return Ok(());
        }
        let query = ParkedQuery { due: true, ..ParkedQuery::all(self.subscription.name.clone()) };
        for parked in self.subscription.store.parked(query).await? {
            self.replay(parked).await?;
        }
        Ok(())
    }

    /// The next parked event of the key, which is being replayed; if there is none, the key is free.
    async fn replay_next(&mut self, before: &Delivery) -> Result<(), SubscribeError> {
        // What was parked since must be among those that are looked at.
        self.save().await?;
        let key = Some(before.key.to_string());
        let query = ParkedQuery { key, limit: 1, ..ParkedQuery::all(self.subscription.name.clone()) };
        match self.subscription.store.parked(query).await?.pop() {
            None => {
                self.blocked.remove(&before.key);
                Ok(())
            }
            Some(parked) => {
                // So that it goes on even if this process does not.
                self.park.push(Parked { due: true, ..parked.clone() });
                self.replay(parked).await
            }
        }
    }

    async fn replay(&mut self, parked: Parked) -> Result<(), SubscribeError> {
        if self.replaying.contains(&parked.position) {
            return Ok(());
        }
        let query = FeedQuery { from: Some(parked.position), limit: 1, ..FeedQuery::default() };
        let page = self.subscription.store.read_all(query).await?;
        if page.iter().next().is_none_or(|found| found.position != parked.position) {
            let reason = format!("the subscription {} has parked it, and it is not there", self.subscription.name);
            return Err(crate::error::ReadError::Corrupt { position: parked.position, reason }.into());
        }
        let Parked { position, attempts: before, key, .. } = parked;
        let (page, key) = (Arc::new(page), Arc::from(key));
        self.replaying.insert(position);
        self.lanes.push(Delivery { page, index: 0, position, key, attempt: 1, before, replayed: true });
        Ok(())
    }

    /// The position up to which everything is acknowledged, parked, or was not wanted.
    fn position(&self) -> u64 {
        let waiting = self.backlog.as_ref().and_then(|(page, wanted)| page.get(*wanted.front()?));
        let read = waiting.map_or(self.source.scanned(), |first| first.position - 1);
        self.outstanding.done_up_to(read)
    }

    /// Each time costs a commit: so when the last was some time ago, or when there is nothing else to do.
    fn is_save_due(&self) -> bool {
        let behind = self.position() - self.saved;
        if behind == 0 && self.park.is_empty() && self.unpark.is_empty() {
            return false;
        }
        let idle = self.running.is_empty() && self.source.is_at_the_end();
        idle || !self.park.is_empty() || self.saved_at.elapsed() >= SAVE_TIME
    }

    async fn save(&mut self) -> Result<(), SubscribeError> {
        let (name, position) = (self.subscription.name.clone(), self.position());
        let progress = Progress { name, position, park: self.park.clone(), unpark: self.unpark.clone() };
        self.subscription.save(progress).await?;
        self.park.clear();
        self.unpark.clear();
        (self.saved, self.saved_at) = (position, Instant::now());
        Ok(())
    }
}

fn parked(delivery: &Delivery, attempts: u32, error: Option<String>) -> Parked {
    let parked_at = to_microseconds(Timestamp::now());
    Parked { position: delivery.position, key: delivery.key.to_string(), attempts, error, parked_at, due: false }
}
