//! Policies (process managers): they react to events with commands, and to silence with timers.
#![doc = include_str!("../../docs/policies.md")]

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::envelope::Recorded;
use crate::event::EventSet;
use crate::store::ViewResult;

mod chain;
mod dispatch;
mod error;
mod guard;
mod id;
mod issuing;
mod reactions;
mod replay;
mod run;
mod step;
mod stepper;
mod worker;

pub use dispatch::{DispatchError, Dispatcher};
pub use error::{Chain, Link, PolicyError, StepError};
pub use id::command_id;
pub use issuing::{Issues, Issuing, Timer, aggregate_id, no_earlier_state, unknown_timer};
pub use reactions::{Reactions, TimerChange};
pub use worker::PolicyWorker;

/// The header of an event that names the policy whose command it comes from.
pub const POLICY_HEADER: &str = "policy";

/// What is done about events: a state machine for each correlation.
///
/// An instance of it begins with an event that [starts](Correlation::Starts) one, keeps a [state](Policy::State) and timers,
/// and ends with [`Reactions::complete`]. What it does is said in [`Policy::react`] and [`Policy::timeout`], which are
/// pure: they change the state, and say which commands to issue and which timers to set. No clock, no I/O: after a crash
/// they are asked once more, and must answer the same.
pub trait Policy: Send + Sync + Sized + 'static {
    /// The events that it reacts to.
    type Events: EventSet;

    /// What an instance knows: stored as JSON. A new instance begins with the default.
    type State: Default + Serialize + DeserializeOwned + Send + 'static;

    /// What it asks for: of several aggregates, an enum.
    type Command: Clone + Send + 'static;

    /// Why a command may be refused: of several aggregates, an enum.
    type Rejection: std::error::Error + Send + Sync + 'static;

    /// Its name, under which the store keeps where it stands: see [`PolicyName`](crate::store::policy::PolicyName). The ids
    /// of its commands are made of it, so it never changes.
    const NAME: &'static str;

    /// The version of the state, from 1. Raise it when what is stored of [`Policy::State`] changes; then
    /// [`Policy::earlier_state`] reads what is older.
    const STATE_VERSION: u32 = 1;

    /// Whose business the event is; `None`: not this policy's.
    fn correlate(&self, event: &Self::Events, recorded: &Recorded<'_>) -> Option<Correlation>;

    /// What is to be done about an event. Pure.
    ///
    /// # Errors
    /// Whatever keeps it from being done: the correlation is parked.
    fn react(
        &self,
        state: &mut Self::State,
        event: &Self::Events,
        recorded: &Recorded<'_>,
        reactions: &mut Reactions<Self::Command>,
    ) -> ViewResult;

    /// What is to be done now that a timer is due. Pure.
    ///
    /// # Errors
    /// Whatever keeps it from being done: the correlation is parked. Unless written otherwise, that no timer is known.
    fn timeout(&self, state: &mut Self::State, timer: &str, reactions: &mut Reactions<Self::Command>) -> ViewResult {
        let _ = (state, reactions);
        Err(format!("there is nothing to do about a timer `{timer}`").into())
    }

    /// What is to be done about a command that was refused. Pure.
    ///
    /// # Errors
    /// The rejection, if there is nothing to do about it: then the step fails, is tried again, and in the end the
    /// correlation is parked. That is so unless written otherwise.
    fn rejected(
        &self,
        state: &mut Self::State,
        command: &Self::Command,
        rejection: Self::Rejection,
        reactions: &mut Reactions<Self::Command>,
    ) -> Result<(), Self::Rejection> {
        let _ = (state, command, reactions);
        Err(rejection)
    }

    /// A state that was stored in an earlier version.
    ///
    /// # Errors
    /// Whatever keeps it from being read: the correlation is parked. Unless written otherwise no earlier state can be.
    fn earlier_state(&self, version: u32, json: &str) -> ViewResult<Self::State> {
        let _ = json;
        Err(format!("version {version} of the state is not read: implement `Policy::earlier_state`").into())
    }
}

/// Whose business an event is: the key of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Correlation {
    /// If there is no instance of this key, one begins.
    Starts(String),
    /// If there is no instance of this key, the event comes too early or too late: it is ignored.
    Continues(String),
}

impl Correlation {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Starts(key) | Self::Continues(key) => key,
        }
    }
}
