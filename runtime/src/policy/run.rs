//! A policy at work: from one event to the next, and from one timer to the next.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};

use super::Policy;
use super::dispatch::Dispatcher;
use super::error::PolicyError;
use super::stepper::Stepper;
use super::worker::PolicyWorker;
use crate::event::EventSet;
use crate::stop::Stop;
use crate::store::EventStoreExt as _;
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
            at_once: HashMap::new(),
        };
        let source = Source::new(Arc::clone(&worker.store), filter, BATCH, position);
        Ok(Self { source, stepper, _claim: opened.claim })
    }

    /// Reacts until there is nothing to react to, or it is asked to stop: in rounds, of events and then of the timers that
    /// are due.
    pub(super) async fn settle(&mut self, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<(), PolicyError> {
        loop {
            self.stepper.active = false;
            self.stepper.at_once.clear();
            self.stepper.replay_due(stop).await?;
            let now = self.stepper.worker.clock.now();
            let is_any_due = self.stepper.is_any_due(now).await?;
            let end = if is_any_due { self.end_of_earlier().await? } else { self.end().await? };
            self.source.look_again();
            self.read_on(end, stop).await?;
            if is_any_due {
                self.stepper.fire_due(now, stop).await?;
            }
            let is_more = self.stepper.active || !self.source.is_at_the_end();
            if !is_more || stop.is_asked_for() {
                return self.stepper.keep_position(0).await;
            }
        }
    }

    /// The position up to which everything stands that was recorded before now. A timer that is due now overtakes none of
    /// it, wherever it stands: an import may be older than what is in front of it. What comes behind does not hold it up.
    async fn end_of_earlier(&mut self) -> Result<u64, PolicyError> {
        self.stepper.wait_for_writers().await?;
        Ok(self.stepper.worker.store.last_position().await?.unwrap_or(0))
    }

    /// The last position that there is: what comes behind it is of the next round, before which timers have their turn. At
    /// least the next one, so that the end is seen.
    async fn end(&mut self) -> Result<u64, PolicyError> {
        let last = self.stepper.worker.store.last_position().await?.unwrap_or(0);
        Ok(last.max(self.source.scanned().saturating_add(1)))
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

    /// Reacts to the events that there are, page by page, until all up to the position `end` has been read; what is to be
    /// replayed does not wait for the last page.
    async fn read_on(&mut self, end: u64, stop: &mut Stop<'_, impl Future<Output = ()>>) -> Result<(), PolicyError> {
        while !stop.is_asked_for() && self.source.scanned() < end && !self.source.is_at_the_end() {
            let Step::Page(page, wanted) = self.source.step().await? else { continue };
            let now = self.stepper.worker.clock.now();
            for recorded in wanted.into_iter().filter_map(|index| page.get(index)) {
                self.stepper.event(&recorded, now, stop).await?;
                if stop.is_asked_for() {
                    return Ok(());
                }
            }
            self.stepper.position = self.source.scanned();
            self.stepper.keep_position(SAVE_EVENTS).await?;
            self.stepper.replay_due(stop).await?;
        }
        Ok(())
    }
}
