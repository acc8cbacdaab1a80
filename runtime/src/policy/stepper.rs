//! The steps of a policy: each is kept in one transaction, and the one after it knows.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use tracing::{debug, warn};
use uuid::Uuid;

use super::dispatch::Dispatcher;
use super::error::{PolicyError, StepError};
use super::guard::guarded;
use super::id::timeout_id;
use super::step::{Step, Taken, Trigger, Trouble};
use super::worker::PolicyWorker;
use super::{Correlation, Policy};
use crate::envelope::Recorded;
use crate::error::ReadError;
use crate::event::EventSet;
use crate::stop::Stop;
use crate::store::policy::{
    InstanceChange, ParkedStep, PolicyStep, PolicyStore, PolicyStoreError, StoredTimer, TimerQuery,
};
use crate::store::{BoxFuture, FeedQuery, Page, to_microseconds};

/// The longest sleep: a clock that is put forward is noticed after it.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// How often on end the timers of an instance may be due at once.
const MOST_AT_ONCE: u32 = 1_000;

/// Takes one step after the other.
pub(super) struct Stepper<'a, P: Policy, S, D> {
    pub(super) worker: &'a PolicyWorker<P, S, D>,
    /// The number of the last step.
    pub(super) step: u64,
    /// The position that is kept.
    pub(super) kept: u64,
    /// The position up to which everything has been dealt with.
    pub(super) position: u64,
    /// The correlations that have parked steps.
    pub(super) blocked: HashSet<String>,
    /// Whether anything has been done since the last look, of which more may come.
    pub(super) active: bool,
    /// The timers that set others to be due at once, by the ids of their becoming due: when, and how often on end.
    pub(super) at_once: HashMap<Uuid, (Timestamp, u32)>,
}

/// What is one correlation's business of an event.
pub(super) struct Part<E> {
    pub(super) correlation: String,
    /// Whether it starts an instance, and what it is.
    pub(super) events: Vec<(bool, E)>,
}

/// What came of the attempts at a step.
pub(super) enum Attempted {
    Taken(Taken),
    Failed { attempts: u32, error: StepError },
}

impl<P: Policy, S: PolicyStore, D: Dispatcher<P>> Stepper<'_, P, S, D> {
    /// Reacts to an event, unless it is asked to stop while it fires the timers that come before.
    pub(super) async fn event(
        &mut self,
        recorded: &Recorded<'_>,
        now: Timestamp,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<(), PolicyError> {
        let parts = self.parts(recorded)?;
        for part in &parts {
            self.fire_overdue(&part.correlation, recorded.recorded_at.min(now), stop).await?;
        }
        if stop.is_asked_for() {
            return Ok(());
        }
        let (mut outcome, mut failed, mut ignored) = (self.nothing(), Vec::new(), true);
        for Part { correlation, events } in parts {
            let parked = ParkedStep {
                correlation,
                position: recorded.position,
                timer: None,
                attempts: 0,
                error: None,
                parked_at: to_microseconds(now),
                due: false,
            };
            if self.blocked.contains(&parked.correlation) {
                outcome.park.push(parked);
                continue;
            }
            let trigger = Trigger::Events(&events);
            match self.attempt(&parked.correlation, recorded, recorded.id, recorded.recorded_at, trigger).await? {
                Attempted::Taken(Taken::Ignored) => {}
                Attempted::Taken(Taken::Changed(change)) => {
                    ignored = false;
                    outcome.changes.extend(change);
                }
                Attempted::Failed { attempts, error } => failed.push((self.put_aside(parked, attempts, &error), error)),
            }
        }
        outcome.park.extend(failed.iter().map(|(parked, _)| parked.clone()));
        self.position = recorded.position;
        if ignored && outcome.park.is_empty() {
            return Ok(());
        }
        outcome.position = recorded.position;
        self.keep(outcome).await?;
        for (parked, error) in &failed {
            self.worker.tell_parked(parked, error);
        }
        Ok(())
    }

    /// What of an event is whose business. Steps of its history that are written by hand may panic, too.
    pub(super) fn parts(&self, recorded: &Recorded<'_>) -> Result<Vec<Part<P::Events>>, PolicyError> {
        guarded(|| self.parts_of(recorded))
            .unwrap_or_else(|said| Err(PolicyError::Correlate { policy: P::NAME, position: recorded.position, said }))
    }

    fn parts_of(&self, recorded: &Recorded<'_>) -> Result<Vec<Part<P::Events>>, PolicyError> {
        let events = P::Events::decode(recorded).map_err(|source| PolicyError::Decode { policy: P::NAME, source })?;
        let mut parts: Vec<Part<P::Events>> = Vec::new();
        for event in events {
            let (starts, correlation) = match self.worker.policy.correlate(&event, recorded) {
                Some(Correlation::Starts(key)) => (true, key),
                Some(Correlation::Continues(key)) => (false, key),
                None => continue,
            };
            match parts.iter_mut().find(|part| part.correlation == correlation) {
                Some(part) => part.events.push((starts, event)),
                None => parts.push(Part { correlation, events: vec![(starts, event)] }),
            }
        }
        Ok(parts)
    }

    /// Takes a step, as often as it may be tried.
    pub(super) async fn attempt(
        &self,
        correlation: &str,
        cause: &Recorded<'_>,
        id: Uuid,
        at: Timestamp,
        trigger: Trigger<'_, P::Events>,
    ) -> Result<Attempted, PolicyError> {
        let step = Step { worker: self.worker, correlation, cause: *cause, id, at };
        let mut attempts = 1;
        loop {
            // Behind a pointer: the types of futures within each other become too deep for the compiler of whoever uses this.
            let taken: BoxFuture<'_, Result<Taken, Trouble>> = Box::pin(step.take(&trigger));
            let error = match taken.await {
                Ok(taken) => return Ok(Attempted::Taken(taken)),
                Err(Trouble::Stop(error)) => return Err(error),
                Err(Trouble::Step(error)) => error,
            };
            if !error.is_retryable() || !self.worker.retry.allows(attempts) {
                return Ok(Attempted::Failed { attempts, error });
            }
            debug!(correlation, position = cause.position, attempts, %error, "failed: try again");
            self.worker.sleeper.sleep(self.worker.retry.delay(attempts)).await;
            attempts += 1;
        }
    }

    /// Fires the timers of an instance that were due by then, or until it is asked to stop. What is blocked waits.
    pub(super) async fn fire_overdue(
        &mut self,
        correlation: &str,
        until: Timestamp,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<(), PolicyError> {
        while !self.blocked.contains(correlation) && !stop.is_asked_for() {
            let Some(timer) = self.overdue(correlation, until).await? else { break };
            self.fire(correlation, &timer).await?;
        }
        Ok(())
    }

    async fn overdue(&self, correlation: &str, until: Timestamp) -> Result<Option<StoredTimer>, PolicyError> {
        let instance = self.worker.instance(correlation).await?;
        let first = instance.and_then(|instance| instance.timers.into_iter().next());
        Ok(first.filter(|timer| timer.due <= until))
    }

    /// Fires the timers that are due, in the order of time.
    pub(super) async fn fire_due(
        &mut self,
        now: Timestamp,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<(), PolicyError> {
        while !stop.is_asked_for() {
            let Some((correlation, timer)) = self.next_timer(now).await? else { break };
            self.fire(&correlation, &timer).await?;
        }
        Ok(())
    }

    async fn fire(&mut self, correlation: &str, timer: &StoredTimer) -> Result<(), PolicyError> {
        debug!(correlation, timer = timer.name, due = %timer.due, "due");
        let (mut step, count) = (self.nothing(), self.times_at_once(timer));
        let attempted = if count < MOST_AT_ONCE {
            self.attempt_timer(correlation, timer).await?
        } else {
            Attempted::Failed { attempts: 1, error: StepError::Restless { most: MOST_AT_ONCE } }
        };
        match attempted {
            Attempted::Taken(taken) => {
                let change = taken.into_change();
                self.note_at_once(correlation, timer, count, change.as_ref());
                step.changes.extend(change);
                self.keep(step).await
            }
            Attempted::Failed { attempts, error } => {
                let parked = ParkedStep {
                    correlation: correlation.to_owned(),
                    position: timer.position,
                    timer: Some(timer.name.clone()),
                    attempts: 0,
                    error: None,
                    parked_at: to_microseconds(self.worker.clock.now()),
                    due: false,
                };
                self.give_up(step, parked, attempts, &error).await
            }
        }
    }

    /// How often on end the instance's timers were due at once before this one.
    fn times_at_once(&self, timer: &StoredTimer) -> u32 {
        let set_by = self.at_once.get(&timer.set_by);
        set_by.filter(|(due, _)| timer.due <= *due).map_or(0, |(_, count)| *count)
    }

    /// Notes whether a timer has set another one that is due no later.
    fn note_at_once(&mut self, correlation: &str, timer: &StoredTimer, count: u32, change: Option<&InstanceChange>) {
        let Some(InstanceChange::Put(instance)) = change else { return };
        let id = timeout_id(timer.set_by, P::NAME, correlation, &timer.name);
        if instance.timers.iter().any(|set| set.set_by == id && set.due <= timer.due) {
            self.at_once.insert(id, (timer.due, count + 1));
        }
    }

    pub(super) async fn attempt_timer(&self, correlation: &str, timer: &StoredTimer) -> Result<Attempted, PolicyError> {
        let page = self.event_at(timer.position).await?;
        let Some(cause) = page.get(0) else { return Ok(Attempted::Taken(Taken::Ignored)) };
        let id = timeout_id(timer.set_by, P::NAME, correlation, &timer.name);
        self.attempt(correlation, &cause, id, timer.due, Trigger::Timer(&timer.name)).await
    }

    /// The event at a position that the policy has met.
    pub(super) async fn event_at(&self, position: u64) -> Result<Page, PolicyError> {
        let query = FeedQuery { from: Some(position), limit: 1, ..FeedQuery::default() };
        let page = self.worker.store.read_all(query).await?;
        if page.get(0).is_some_and(|found| found.position == position) {
            return Ok(page);
        }
        let reason = format!("the policy {} has reacted to it, and it is not there", self.worker.name);
        Err(ReadError::Corrupt { position, reason }.into())
    }

    /// What has failed for the last time.
    fn put_aside(&mut self, mut parked: ParkedStep, attempts: u32, error: &StepError) -> ParkedStep {
        warn!(policy = P::NAME, correlation = parked.correlation, position = parked.position, %error, "parked");
        parked.attempts = parked.attempts.saturating_add(attempts);
        parked.error = Some(error.to_string());
        parked.due = false;
        self.blocked.insert(parked.correlation.clone());
        parked
    }

    /// Parks what has failed for the last time.
    pub(super) async fn give_up(
        &mut self,
        mut step: PolicyStep,
        parked: ParkedStep,
        attempts: u32,
        error: &StepError,
    ) -> Result<(), PolicyError> {
        let parked = self.put_aside(parked, attempts, error);
        step.park.push(parked.clone());
        self.keep(step).await?;
        self.worker.tell_parked(&parked, error);
        Ok(())
    }

    /// Whether a timer is due.
    pub(super) async fn is_any_due(&self, now: Timestamp) -> Result<bool, PolicyError> {
        Ok(self.next_timer(now).await?.is_some())
    }

    /// Waits for those who are writing to the store, as long as it may be tried.
    pub(super) async fn wait_for_writers(&self) -> Result<(), PolicyError> {
        let PolicyWorker { store, retry, sleeper, .. } = self.worker;
        Ok(retry.run(&**sleeper, PolicyStoreError::is_retryable, || store.wait_for_writers()).await?)
    }

    /// A step that keeps nothing but the position.
    pub(super) fn nothing(&self) -> PolicyStep {
        PolicyStep::to(self.worker.name.clone(), self.step, self.position)
    }

    /// Keeps a step; tries again while the store is busy or the outcome not known.
    pub(super) async fn keep(&mut self, mut step: PolicyStep) -> Result<(), PolicyError> {
        step.after = self.step;
        let (position, after) = (step.position, step.after);
        self.active |= !(step.changes.is_empty() && step.park.is_empty() && step.unpark.is_empty());
        let PolicyWorker { store, retry, sleeper, .. } = self.worker;
        let mut uncertain = false;
        let may_pass = |error: &PolicyStoreError| {
            uncertain |= matches!(error, PolicyStoreError::OutcomeUnknown(_));
            error.is_retryable()
        };
        self.step = match retry.run(&**sleeper, may_pass, || store.keep_step(step.clone())).await {
            // Nobody else takes steps while the name is taken: it was kept after all.
            Err(PolicyStoreError::Moved { actual, .. }) if uncertain && actual == after + 1 => actual,
            kept => kept?,
        };
        self.kept = position;
        Ok(())
    }

    /// Keeps the position, where it lags behind by more than so many.
    pub(super) async fn keep_position(&mut self, lag: u64) -> Result<(), PolicyError> {
        if self.position - self.kept > lag { self.keep(self.nothing()).await } else { Ok(()) }
    }

    /// A wait until the next timer is due.
    pub(super) async fn until_next_timer(&self) -> Result<BoxFuture<'static, ()>, PolicyError> {
        let Some((_, next)) = self.next_timer(Timestamp::MAX).await? else {
            return Ok(Box::pin(std::future::pending()));
        };
        let left = next.due.duration_since(self.worker.clock.now());
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        Ok(self.worker.sleeper.sleep(left.min(LONGEST_SLEEP)))
    }

    async fn next_timer(&self, until: Timestamp) -> Result<Option<(String, StoredTimer)>, PolicyError> {
        let query = TimerQuery { name: self.worker.name.clone(), until, limit: 1 };
        Ok(self.worker.store.timers(query).await?.pop())
    }
}

impl Taken {
    pub(super) fn into_change(self) -> Option<InstanceChange> {
        match self {
            Self::Ignored => None,
            Self::Changed(change) => change,
        }
    }
}
