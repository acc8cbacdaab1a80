//! The steps that were parked, taken again.

use std::future::Future;

use super::Policy;
use super::dispatch::Dispatcher;
use super::error::{PolicyError, StepError};
use super::step::{Taken, Trigger};
use super::stepper::{Attempted, Part, Stepper};
use crate::stop::Stop;
use crate::store::policy::{ParkedStep, ParkedStepQuery, PolicyStore};
use crate::store::to_microseconds;

impl<P: Policy, S: PolicyStore, D: Dispatcher<P>> Stepper<'_, P, S, D> {
    /// Takes the parked steps again that somebody asked for, or until it is asked to stop.
    pub(super) async fn replay_due(
        &mut self,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<(), PolicyError> {
        if self.blocked.is_empty() {
            return Ok(());
        }
        let query = ParkedStepQuery { due: true, limit: 1, ..ParkedStepQuery::all(self.worker.name.clone()) };
        while !stop.is_asked_for() {
            let Some(parked) = self.worker.store.parked_steps(query.clone()).await?.pop() else { break };
            self.replay(parked, stop).await?;
        }
        Ok(())
    }

    /// Takes a parked step again; if it succeeds, the one behind it is due.
    async fn replay(
        &mut self,
        parked: ParkedStep,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<(), PolicyError> {
        let (first, behind) = self.first_two(&parked.correlation).await?;
        let attempted = if first.is_some_and(|first| first.position == parked.position) {
            match &parked.timer {
                Some(timer) => self.replay_timer(&parked.correlation, timer).await?,
                None => self.replay_event(&parked.correlation, parked.position, stop).await?,
            }
        } else {
            None
        };
        let mut outcome = self.nothing();
        match attempted {
            Some(Attempted::Taken(taken)) => {
                outcome.changes.extend(taken.into_change());
                outcome.unpark.push((parked.correlation.clone(), parked.position));
                if behind.is_none() {
                    self.blocked.remove(&parked.correlation);
                }
                // So that it goes on even if this process does not.
                outcome.park.extend(behind.map(|behind| ParkedStep { due: true, ..behind }));
                self.keep(outcome).await
            }
            Some(Attempted::Failed { attempts, error }) => {
                let parked_at = to_microseconds(self.worker.clock.now());
                self.give_up(outcome, ParkedStep { parked_at, ..parked }, attempts, &error).await
            }
            // It stays due: the timers before it have not all been fired.
            None if stop.is_asked_for() => Ok(()),
            // It has to wait for another one: a timer that was due before it, and failed.
            None => {
                outcome.park.push(ParkedStep { due: false, ..parked });
                self.keep(outcome).await
            }
        }
    }

    /// The first parked step of a correlation, and the one behind it.
    async fn first_two(&self, correlation: &str) -> Result<(Option<ParkedStep>, Option<ParkedStep>), PolicyError> {
        let correlation = Some(correlation.to_owned());
        let query = ParkedStepQuery { correlation, limit: 2, ..ParkedStepQuery::all(self.worker.name.clone()) };
        let mut parked = self.worker.store.parked_steps(query).await?.into_iter();
        Ok((parked.next(), parked.next()))
    }

    async fn replay_timer(&self, correlation: &str, name: &str) -> Result<Option<Attempted>, PolicyError> {
        let instance = self.worker.instance(correlation).await?;
        let timer = instance.and_then(|instance| instance.timers.into_iter().find(|timer| timer.name == name));
        Ok(Some(match timer {
            Some(timer) => self.attempt_timer(correlation, &timer).await?,
            None => Attempted::Taken(Taken::Ignored),
        }))
    }

    /// `None` if a timer that was due before it is now parked ahead of it, or it was asked to stop before.
    async fn replay_event(
        &mut self,
        correlation: &str,
        position: u64,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<Option<Attempted>, PolicyError> {
        let page = self.event_at(position).await?;
        let Some(recorded) = page.get(0) else { return Ok(None) };
        let until = recorded.recorded_at.min(self.worker.clock.now());
        self.blocked.remove(correlation);
        self.fire_overdue(correlation, until, stop).await?;
        if !self.blocked.insert(correlation.to_owned()) || stop.is_asked_for() {
            return Ok(None);
        }
        let parts = match self.parts(&recorded) {
            Ok(parts) => parts,
            // Of a new event nobody knows whose business it is; here it is known, and others go on.
            Err(error @ (PolicyError::Decode { .. } | PolicyError::Correlate { .. })) => {
                let (correlation, source) = (correlation.to_owned(), error.into());
                let error = StepError::Reaction { policy: P::NAME, correlation, source };
                return Ok(Some(Attempted::Failed { attempts: 1, error }));
            }
            Err(error) => return Err(error),
        };
        let Some(part) = parts.iter().find(|part| part.correlation == correlation) else {
            return Ok(Some(Self::now_elsewhere(correlation, &parts)));
        };
        let trigger = Trigger::Events(&part.events);
        self.attempt(correlation, &recorded, recorded.id, recorded.recorded_at, trigger).await.map(Some)
    }

    /// The event was parked under a key that the policy gives it no more. If it is nobody's business now, that is said of it; if
    /// it is another's, nobody has reacted to it there: its position has been passed.
    fn now_elsewhere(correlation: &str, parts: &[Part<P::Events>]) -> Attempted {
        if parts.is_empty() {
            return Attempted::Taken(Taken::Ignored);
        }
        let concerned: Vec<&str> = parts.iter().map(|part| part.correlation.as_str()).collect();
        let source = format!("its event concerns {concerned:?} now, where nobody has reacted to it").into();
        let error = StepError::Reaction { policy: P::NAME, correlation: correlation.to_owned(), source };
        Attempted::Failed { attempts: 1, error }
    }
}
