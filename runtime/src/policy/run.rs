//! A policy at work: from one event to the next, and from one timer to the next.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};
use jiff::Timestamp;

use super::Policy;
use super::dispatch::Dispatcher;
use super::error::PolicyError;
use super::stepper::Stepper;
use super::worker::PolicyWorker;
use crate::event::EventSet;
use crate::stop::Stop;
use crate::store::policy::{ParkedStepQuery, PolicyStore};
use crate::store::subscription::Claim;
use crate::subscription::{Filter, Source, Step};

/// How far the position may lag behind where nothing else is to be kept.
const SAVE_EVENTS: u64 = 5_000;

/// The events of a page.
const BATCH: usize = 500;

/// A policy at work: where it reads, and what it does about what it has read.
pub(super) struct Run<'a, P: Policy, S, D> {
    source: Source<S>,
    stepper: Stepper<'a, P, S, D>,
    _claim: Claim,
}

impl<'a, P: Policy, S: PolicyStore, D: Dispatcher<P>> Run<'a, P, S, D> {
    /// Takes the policy's name, and goes on where it was.
    pub(super) async fn open(worker: &'a PolicyWorker<P, S, D>) -> Result<Self, PolicyError> {
        let start = worker.start.position(&*worker.store).await?;
        let opened = worker.store.claim_policy(worker.name.clone(), start).await?;
        let position = opened.claim.position;
        let filter =
            Filter { types: Some(P::Events::TYPES.iter().map(ToString::to_string).collect()), ..Filter::default() };
        let parked = worker.store.parked_steps(ParkedStepQuery::all(worker.name.clone())).await?;
        let stepper = Stepper {
            worker,
            step: opened.step,
            kept: position,
            position,
            blocked: parked.into_iter().map(|parked| parked.correlation).collect(),
            active: false,
        };
        let source = Source::new(Arc::clone(&worker.store), filter, BATCH, position);
        Ok(Self { source, stepper, _claim: opened.claim })
    }

    /// Reacts until there is nothing to react to, or it is asked to stop.
    pub(super) async fn settle(&mut self, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<(), PolicyError> {
        loop {
            self.stepper.active = false;
            self.source.look_again();
            self.stepper.replay_due().await?;
            // Events come first: a timer must not overtake one that was recorded before it was due.
            let now = self.stepper.worker.clock.now();
            self.read_on(stop).await?;
            self.stepper.fire_due(now, stop).await?;
            if !self.stepper.active || stop.is_asked_for() {
                return self.stepper.keep_position(0).await;
            }
        }
    }

    /// The same, and again whenever something comes or a timer is due.
    pub(super) async fn until(&mut self, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<(), PolicyError> {
        loop {
            self.settle(stop).await?;
            if stop.is_asked_for() {
                return Ok(());
            }
            let sleep = self.stepper.until_next_timer().await?;
            let mut looked = Ok(());
            let woken = async {
                if let Either::Left((Err(error), _)) = select(pin!(self.source.step()), sleep).await {
                    looked = Err(error);
                }
            };
            stop.or(woken).await;
            looked?;
        }
    }

    /// Reacts to the events that there are, page by page; timers that were due by then do not wait for the last page.
    async fn read_on(&mut self, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<(), PolicyError> {
        while !self.source.is_at_the_end() {
            let Step::Page(page, wanted) = self.source.step().await? else { continue };
            let now = self.stepper.worker.clock.now();
            let read_up_to = page.iter().next_back().map_or(Timestamp::MIN, |last| last.recorded_at);
            for recorded in wanted.into_iter().filter_map(|index| page.get(index)) {
                if stop.is_asked_for() {
                    return Ok(());
                }
                self.stepper.event(&recorded, now).await?;
            }
            self.stepper.position = self.source.scanned();
            self.stepper.fire_due(read_up_to.min(now), stop).await?;
            self.stepper.keep_position(SAVE_EVENTS).await?;
            if stop.is_asked_for() {
                return Ok(());
            }
        }
        Ok(())
    }
}
