//! The worker of a policy: what it needs, and what can be asked of it.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use tracing::{Instrument, debug_span, error};

use super::Policy;
use super::dispatch::Dispatcher;
use super::error::{PolicyError, StepError};
use super::guard::guarded;
use super::run::Run;
use crate::repository::RetryPolicy;
use crate::stop::Stop;
use crate::store::policy::{
    InstanceQuery, ParkedStep, ParkedStepQuery, PolicyName, PolicyStatus, PolicyStore, PolicyStoreError, StoredInstance,
};
use crate::store::{Clock, SystemClock};
use crate::subscription::Start;
use crate::timer::{Sleeper, TimerThread};

type Tell = dyn Fn(&ParkedStep, &StepError) + Send + Sync;

/// Runs the policy `P` on the events of the store `S`, and hands its commands to `D`.
///
/// See the module [`policy`](crate::policy) for what it promises.
pub struct PolicyWorker<P, S, D> {
    pub(super) store: Arc<S>,
    pub(super) policy: P,
    pub(super) dispatcher: D,
    pub(super) name: PolicyName,
    pub(super) start: Start,
    pub(super) retry: RetryPolicy,
    pub(super) depth_limit: u32,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sleeper: Arc<dyn Sleeper>,
    on_parked: Option<Box<Tell>>,
}

impl<P: Policy, S: PolicyStore, D: Dispatcher<P>> PolicyWorker<P, S, D> {
    /// The limit of the chain of causation, unless set.
    pub const DEPTH_LIMIT: u32 = 32;

    /// The worker of `policy`.
    ///
    /// # Errors
    /// [`PolicyError::Name`].
    pub fn new(store: S, policy: P, dispatcher: D) -> Result<Self, PolicyError> {
        Ok(Self {
            store: Arc::new(store),
            policy,
            dispatcher,
            name: P::NAME.parse()?,
            start: Start::default(),
            retry: RetryPolicy { attempts: 5, ..RetryPolicy::default() },
            depth_limit: Self::DEPTH_LIMIT,
            clock: Arc::new(SystemClock),
            sleeper: Arc::new(TimerThread),
            on_parked: None,
        })
    }

    /// Where it begins if it is new: with the first event of the store, unless set. Then it issues commands about whatever has
    /// happened before it was written. One that is known goes on where it was.
    #[must_use]
    pub const fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// How often a step is tried whose command fails or is refused, and the pauses between; and a commit while the store is
    /// busy. 5 attempts from 2 ms on unless set. A step that fails each time is parked.
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The [depth](crate::Metadata::depth) at which an event leads to no further command, but to an error that shows what it
    /// goes back to. 32 unless set.
    #[must_use]
    pub const fn depth_limit(mut self, depth: u32) -> Self {
        self.depth_limit = depth;
        self
    }

    /// What tells which timers are due, in place of [`SystemClock`].
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who waits for the next timer, and between two attempts, in place of [`TimerThread`].
    #[must_use]
    pub fn sleeper(mut self, sleeper: impl Sleeper) -> Self {
        self.sleeper = Arc::new(sleeper);
        self
    }

    /// Tells of each step that failed for the last time, right after it was parked. A panic is logged.
    #[must_use]
    pub fn on_parked(mut self, tell: impl Fn(&ParkedStep, &StepError) + Send + Sync + 'static) -> Self {
        self.on_parked = Some(Box::new(tell));
        self
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Reacts to all that has happened, and to all timers that are due, and to what comes of that; answers where the policy
    /// stands then. May be dropped: what was done is kept.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn catch_up(&self) -> impl Future<Output = Result<PolicyStatus, PolicyError>> + Send {
        let span = debug_span!("catch up", policy = P::NAME);
        async move {
            let never = pin!(std::future::pending());
            let mut run = Run::open(self).await?;
            run.settle(&mut Stop::new(never)).await?;
            let status = self.status().await?;
            status.ok_or_else(|| PolicyStoreError::Missing { name: self.name.clone() }.into())
        }
        .instrument(span)
    }

    /// Catches up, and then reacts to events as they come and to timers as they become due, until `stop` is ready: then the
    /// step at hand is finished.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn run_until(
        &self,
        stop: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = Result<(), PolicyError>> + Send {
        let span = debug_span!("policy", name = P::NAME);
        async move {
            let stop = pin!(stop);
            let mut run = Run::open(self).await?;
            run.until(&mut Stop::new(stop)).await
        }
        .instrument(span)
    }

    /// Where the policy stands; `None` if it was never run.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub async fn status(&self) -> Result<Option<PolicyStatus>, PolicyError> {
        Ok(self.store.policies().await?.into_iter().find(|status| status.name == self.name))
    }

    /// The instance of a correlation, with its state and its timers; `None` if there is none.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub async fn instance(&self, correlation: &str) -> Result<Option<StoredInstance>, PolicyError> {
        Ok(self.store.instance(self.name.clone(), correlation.to_owned()).await?)
    }

    /// The instances by key, from behind the key `after` on, at most `limit` of them.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub async fn instances(&self, after: Option<&str>, limit: usize) -> Result<Vec<StoredInstance>, PolicyError> {
        let query = InstanceQuery { name: self.name.clone(), after: after.map(ToOwned::to_owned), limit };
        Ok(self.store.instances(query).await?)
    }

    /// The steps that it has parked, by position.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub async fn parked(&self) -> Result<Vec<ParkedStep>, PolicyError> {
        Ok(self.store.parked_steps(ParkedStepQuery::all(self.name.clone())).await?)
    }

    /// Has the parked steps of a correlation (`None`: of all) taken again, in their order, by whoever runs the policy; and then
    /// those that were parked because of them. Answers how many correlations that are.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub async fn replay(&self, correlation: Option<&str>) -> Result<u64, PolicyError> {
        Ok(self.store.replay_steps(self.name.clone(), correlation.map(ToOwned::to_owned)).await?)
    }

    pub(super) fn tell_parked(&self, parked: &ParkedStep, error: &StepError) {
        let Some(tell) = &self.on_parked else { return };
        if let Err(said) = guarded(|| tell(parked, error)) {
            error!(policy = P::NAME, correlation = parked.correlation, said, "whoever is told of parked steps");
        }
    }
}

impl<P: Policy, S: fmt::Debug, D> fmt::Debug for PolicyWorker<P, S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyWorker")
            .field("name", &self.name)
            .field("store", &self.store)
            .field("start", &self.start)
            .field("retry", &self.retry)
            .field("depth_limit", &self.depth_limit)
            .finish_non_exhaustive()
    }
}
