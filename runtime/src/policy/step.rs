//! One step: what a policy does for one correlation about an event, or about a timer that is due.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use jiff::Timestamp;
use tracing::debug;
use uuid::Uuid;

use super::chain::chain;
use super::dispatch::{DispatchError, Dispatcher};
use super::error::{PolicyError, StepError};
use super::guard::guarded;
use super::id::{command_id, further_command_id};
use super::worker::PolicyWorker;
use super::{POLICY_HEADER, Policy, Reactions, TimerChange};
use crate::envelope::Recorded;
use crate::error::ReadError;
use crate::repository::{Context, Refusal, Refusals};
use crate::store::policy::{InstanceChange, PolicyStore, StoredInstance, StoredTimer};
use crate::store::view::{BoxError, message_of};
use crate::store::{ViewResult, to_microseconds};

/// The most commands of one step.
const MOST_COMMANDS: usize = 1_000;

/// Why a step was not taken.
pub(super) enum Trouble {
    /// It failed.
    Step(StepError),
    /// Nothing can go on.
    Stop(PolicyError),
}

impl From<StepError> for Trouble {
    fn from(error: StepError) -> Self {
        Self::Step(error)
    }
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        Self::Stop(error.into())
    }
}

/// What is reacted to.
pub(super) enum Trigger<'a, E> {
    /// What the stored event is read as, as far as it is the correlation's business: whether it starts an instance, and what.
    Events(&'a [(bool, E)]),
    /// A timer that is due.
    Timer(&'a str),
}

/// What came of a step.
pub(super) enum Taken {
    /// Nobody had anything to do with it.
    Ignored,
    /// It was reacted to, and this becomes of the instance (`None`: it began and ended within the step).
    Changed(Option<InstanceChange>),
}

/// A step on its way.
pub(super) struct Step<'a, P: Policy, S, D> {
    pub(super) worker: &'a PolicyWorker<P, S, D>,
    pub(super) correlation: &'a str,
    /// The event that it goes back to.
    pub(super) cause: Recorded<'a>,
    /// What the ids of its commands are made of: the event's id, or that of the timer's becoming due.
    pub(super) id: Uuid,
    /// When the event was recorded, or the timer was due.
    pub(super) at: Timestamp,
}

/// An instance while a step changes it.
struct Live<P: Policy> {
    state: P::State,
    timers: Vec<StoredTimer>,
}

/// How many commands a step has issued.
#[derive(Default)]
struct Issued {
    all: usize,
    /// Without those that are issued because others were refused.
    first_hand: usize,
}

impl Issued {
    /// The place of the next command.
    const fn next(&mut self) -> Result<usize, StepError> {
        if self.all == MOST_COMMANDS {
            return Err(StepError::TooMany { most: MOST_COMMANDS });
        }
        self.all += 1;
        Ok(self.all - 1)
    }
}

/// A command among those of its step.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    id: Uuid,
}

impl<P: Policy, S: PolicyStore, D: Dispatcher<P>> Step<'_, P, S, D> {
    /// Reacts: the commands are executed when it answers, and nothing is kept yet.
    pub(super) async fn take(&self, trigger: &Trigger<'_, P::Events>) -> Result<Taken, Trouble> {
        let stored = self.worker.store.instance(self.worker.name.clone(), self.correlation.to_owned()).await?;
        let was_there = stored.is_some();
        let mut live = stored.map(|stored| self.revive(stored)).transpose()?;
        let touched = match trigger {
            Trigger::Events(events) => self.about_events(&mut live, events).await?,
            Trigger::Timer(name) => self.about_timer(&mut live, name).await?,
        };
        if !touched {
            debug!(correlation = self.correlation, position = self.cause.position, "ignored: there is no instance");
            return Ok(Taken::Ignored);
        }
        Ok(Taken::Changed(match live {
            Some(live) => Some(InstanceChange::Put(self.stored(live)?)),
            None => was_there.then(|| InstanceChange::Remove { correlation: self.correlation.to_owned() }),
        }))
    }

    async fn about_events(&self, live: &mut Option<Live<P>>, events: &[(bool, P::Events)]) -> Result<bool, Trouble> {
        let (mut touched, mut issued) = (false, Issued::default());
        for (starts, event) in events {
            if live.is_none() && *starts {
                *live = Some(Live { state: self.guard(P::State::default)?, timers: Vec::new() });
            }
            let Some(mut instance) = live.take() else { continue };
            touched = true;
            let reactions =
                self.ask(|reactions| self.worker.policy.react(&mut instance.state, event, &self.cause, reactions))?;
            *live = self.follow(instance, reactions, &mut issued).await?;
        }
        Ok(touched)
    }

    async fn about_timer(&self, live: &mut Option<Live<P>>, name: &str) -> Result<bool, Trouble> {
        let Some(mut instance) = live.take() else { return Ok(false) };
        instance.timers.retain(|timer| timer.name != name);
        let reactions = self.ask(|reactions| self.worker.policy.timeout(&mut instance.state, name, reactions))?;
        *live = self.follow(instance, reactions, &mut Issued::default()).await?;
        Ok(true)
    }

    /// Asks the policy's code; a panic is an error.
    fn ask(
        &self,
        code: impl FnOnce(&mut Reactions<P::Command>) -> ViewResult,
    ) -> Result<Reactions<P::Command>, StepError> {
        let mut reactions = Reactions::new(self.at);
        // What the code leaves half done is thrown away with the step.
        self.guard(|| code(&mut reactions))?.map_err(|source| self.reaction(source))?;
        Ok(reactions)
    }

    fn guard<T>(&self, code: impl FnOnce() -> T) -> Result<T, StepError> {
        guarded(code).map_err(|said| self.reaction(said.into()))
    }

    fn reaction(&self, source: BoxError) -> StepError {
        StepError::Reaction { policy: P::NAME, correlation: self.correlation.to_owned(), source }
    }

    /// Does what the policy wants done; answers the instance, unless it is at its end.
    async fn follow(
        &self,
        mut instance: Live<P>,
        reactions: Reactions<P::Command>,
        issued: &mut Issued,
    ) -> Result<Option<Live<P>>, Trouble> {
        let (commands, timers, mut completed) = reactions.into_parts();
        self.check_depth(!commands.is_empty()).await?;
        self.set(&mut instance.timers, timers);
        let first = issued.first_hand;
        issued.first_hand += commands.len();
        // Before any of them is executed, since none of the step would be kept.
        if issued.first_hand > MOST_COMMANDS {
            return Err(StepError::TooMany { most: MOST_COMMANDS }.into());
        }
        let id = |index| command_id(self.id, P::NAME, self.correlation, first + index);
        let mut queue: VecDeque<_> =
            commands.into_iter().enumerate().map(|(index, command)| (id(index), command)).collect();
        while let Some((id, command)) = queue.pop_front() {
            let place = Place { index: issued.next()?, id };
            let Some(further) = self.carry_out(&mut instance.state, place, command).await? else { continue };
            let (commands, timers, at_its_end) = further.into_parts();
            completed |= at_its_end;
            self.set(&mut instance.timers, timers);
            for (index, command) in commands.into_iter().enumerate().rev() {
                queue.push_front((further_command_id(id, index), command));
            }
        }
        Ok((!completed).then_some(instance))
    }

    /// Has a command executed; answers what the policy wants done instead, if it was refused. By then the refusal is
    /// remembered: if the step is taken again, the command must not be executed beside what was done in its place.
    async fn carry_out(
        &self,
        state: &mut P::State,
        place: Place,
        command: P::Command,
    ) -> Result<Option<Reactions<P::Command>>, StepError> {
        let told = Arc::new(OnceLock::new());
        let copy = self.guard(|| command.clone())?;
        let rejection = self.execute(place, copy, Refusals::Told(Arc::clone(&told))).await?;
        let Some(rejection) = rejection else { return Ok(None) };
        let further = self.answer(state, place, &command, rejection)?;
        match told.get() {
            Some(Refusal::At(version)) if !further.commands().is_empty() => {
                self.remember_refusal(place, command, *version).await?;
            }
            // What no repository has refused, none remembers.
            Some(Refusal::At(_) | Refusal::Remembered) | None => {}
        }
        Ok(Some(further))
    }

    /// Has the repository remember that it refused a command at that version. If the aggregate has changed since, the step
    /// fails, and is taken again: it may be refused no more, or for another reason, which nobody has answered.
    async fn remember_refusal(&self, place: Place, command: P::Command, version: u64) -> Result<(), StepError> {
        if self.execute(place, command, Refusals::Remembered(version)).await?.is_some() {
            return Ok(());
        }
        let source = "it was refused first, and then executed".into();
        Err(StepError::Command { index: place.index, id: place.id, source })
    }

    /// What the policy wants done about a command that was refused.
    fn answer(
        &self,
        state: &mut P::State,
        Place { index, id }: Place,
        command: &P::Command,
        rejection: P::Rejection,
    ) -> Result<Reactions<P::Command>, StepError> {
        let mut further = Reactions::new(self.at);
        self.guard(|| self.worker.policy.rejected(state, command, rejection, &mut further))?
            .map_err(|rejection| StepError::Rejected { index, id, source: rejection.into() })?;
        Ok(further)
    }

    /// Executes a command; answers the rejection, if it was refused.
    async fn execute(
        &self,
        Place { index, id }: Place,
        command: P::Command,
        refusals: Refusals,
    ) -> Result<Option<P::Rejection>, StepError> {
        let context = Context::caused_by(&self.cause).command_id(id).header(POLICY_HEADER, P::NAME);
        let context = context.refusals(refusals);
        // The function itself may panic, and not only its future.
        let executed = async { self.worker.dispatcher.dispatch(command, context).await };
        match AssertUnwindSafe(executed).catch_unwind().await {
            Ok(Ok(())) => Ok(None),
            Ok(Err(DispatchError::Rejected(rejection))) => Ok(Some(rejection)),
            Ok(Err(DispatchError::Failed(source))) => Err(StepError::Command { index, id, source }),
            Err(panic) => {
                let source = format!("it panicked: {}", message_of(panic.as_ref())).into();
                Err(StepError::Command { index, id, source })
            }
        }
    }

    /// Events that would be too far from where they come from are not to be.
    async fn check_depth(&self, issues: bool) -> Result<(), Trouble> {
        let (depth, limit) = (self.cause.depth, self.worker.depth_limit);
        if !issues || depth < limit {
            return Ok(());
        }
        let chain = chain(&*self.worker.store, &self.cause).await?;
        Err(StepError::TooDeep { depth, limit, chain }.into())
    }

    fn set(&self, timers: &mut Vec<StoredTimer>, changes: Vec<TimerChange>) {
        for change in changes {
            let (TimerChange::Set { name, .. } | TimerChange::Cancel { name }) = &change;
            timers.retain(|timer| timer.name != *name);
            if let TimerChange::Set { name, due } = change {
                let (name, due) = (name.into_owned(), to_microseconds(due));
                timers.push(StoredTimer { name, due, set_by: self.id, position: self.cause.position });
            }
        }
    }

    fn revive(&self, stored: StoredInstance) -> Result<Live<P>, StepError> {
        let StoredInstance { state_version: version, state, timers, .. } = stored;
        let read = || match version {
            version if version == P::STATE_VERSION => Ok(serde_json::from_str(&state)?),
            version if version > P::STATE_VERSION => Err("a newer release has written it: deploy that here".into()),
            version => self.worker.policy.earlier_state(version, &state),
        };
        let read = self.guard(read)?;
        let state = read.map_err(|source| StepError::State {
            policy: P::NAME,
            correlation: self.correlation.to_owned(),
            version,
            expected: P::STATE_VERSION,
            source,
        })?;
        Ok(Live { state, timers })
    }

    fn stored(&self, live: Live<P>) -> Result<StoredInstance, StepError> {
        let correlation = self.correlation.to_owned();
        let state = self.guard(|| serde_json::to_string(&live.state))?;
        let state = state.map_err(|source| StepError::Unstorable {
            policy: P::NAME,
            correlation: correlation.clone(),
            source,
        })?;
        let (state_version, position) = (P::STATE_VERSION, self.cause.position);
        Ok(StoredInstance { correlation, state_version, state, position, timers: live.timers })
    }
}
