//! Refusals that are remembered: whoever has done something in the place of a command meets the same refusal again.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use super::context::derived_id;
use super::error::ExecuteError;
use super::execute::{Attempt, Execution, Outcome, Seen};
use super::folded::Bounds;
use crate::aggregate::Aggregate;
use crate::store::EventStore;

/// What becomes of the refusal of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Refusals {
    /// It is forgotten: whoever sends the command again wants to know whether it is possible now.
    #[default]
    Forgotten,
    /// It is forgotten too, and told here; one that was remembered before is answered again.
    Told(Arc<OnceLock<Refusal>>),
    /// The one at this version is remembered: nothing else is done.
    Remembered(u64),
}

/// The refusal of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It was refused at this version, which nobody remembers yet.
    At(u64),
    /// It is remembered.
    Remembered,
}

impl Refusals {
    /// Tells of a refusal. Of several the first counts: if it is out of date, it is not remembered.
    pub(super) fn tell(&self, refusal: Refusal) {
        if let Self::Told(told) = self {
            told.get_or_init(|| refusal);
        }
    }
}

/// The id under which the refusal of a command is remembered: that of a command which came to nothing.
fn refusal_id(command_id: Uuid) -> Uuid {
    derived_id(command_id, b"refusal")
}

impl<A: Aggregate<Command: Clone>, S: EventStore> Execution<'_, A, S> {
    /// Fails as before, if the command's refusal is remembered, or is to be. No refusal is stored, only at which version it
    /// was: what was decided there is decided there again.
    pub(super) async fn meet_refusal(&mut self, command: &A::Command) -> Outcome<A, ()> {
        let version = match self.refusals {
            Refusals::Forgotten => return Ok(()),
            Refusals::Told(_) => match self.version_of_nothing(refusal_id(self.command_id)).await? {
                Some(version) => version,
                None => return Ok(()),
            },
            Refusals::Remembered(version) => {
                self.remember_refusal(version).await?;
                version
            }
        };
        let (stream, bounds) = (self.stream.clone(), Bounds { up_to_version: Some(version), as_of: None });
        let then = self.repository.load_within(Ok(stream.clone()), bounds).await?.state;
        let Err(rejection) = then.handle(command.clone()) else {
            return Err(ExecuteError::RefusedBefore { stream, version });
        };
        self.refusals.tell(Refusal::Remembered);
        Err(ExecuteError::Rejected(rejection))
    }

    /// Remembers that the command was refused at a version, as long as the stream has no later one: beyond it the command
    /// may be possible, or be refused for another reason.
    async fn remember_refusal(&mut self, version: u64) -> Outcome<A, ()> {
        let seen = Seen { version, unseen: 0 };
        let actual = match self.append(seen, &[], Some(refusal_id(self.command_id))).await? {
            Attempt::Stored(_) => return Ok(()),
            Attempt::CameToNothing(remembered) if remembered == version => return Ok(()),
            Attempt::CameToNothing(actual) | Attempt::Outdated(actual) => actual,
            Attempt::ExecutedElsewhere => version,
        };
        let (stream, attempts) = (self.stream.clone(), self.attempts);
        Err(ExecuteError::Contended { stream, attempts, actual })
    }
}
