//! Refusals that are remembered: whoever has done something in the place of a command meets the same refusal again.

use uuid::Uuid;

use super::context::derived_id;
use super::error::ExecuteError;
use super::execute::{Attempt, Execution, Outcome};
use super::folded::{Bounds, Folded};
use crate::aggregate::Aggregate;
use crate::store::EventStore;

/// What becomes of the refusal of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Refusals {
    /// It is forgotten: whoever sends the command again wants to know whether it is possible now.
    #[default]
    Forgotten,
    /// It is forgotten too; one that was remembered before is answered again.
    Recalled,
    /// It is remembered.
    Remembered,
}

/// The id under which the refusal of a command is remembered: that of a command which came to nothing.
fn refusal_id(command_id: Uuid) -> Uuid {
    derived_id(command_id, b"refusal")
}

impl<A: Aggregate<Command: Clone>, S: EventStore> Execution<'_, A, S> {
    /// Fails as before, if the command's refusal is remembered. No refusal is stored, only at which version it was: what
    /// was decided there is decided there again.
    pub(super) async fn recall_refusal(&self, command: &A::Command) -> Outcome<A, ()> {
        if self.refusals == Refusals::Forgotten {
            return Ok(());
        }
        let Some(version) = self.version_of_nothing(refusal_id(self.command_id)).await? else { return Ok(()) };
        let (stream, bounds) = (self.stream.clone(), Bounds { up_to_version: Some(version), as_of: None });
        let then = self.repository.load_within(Ok(stream.clone()), bounds).await?.state;
        match then.handle(command.clone()) {
            Err(rejection) => Err(ExecuteError::Rejected(rejection)),
            Ok(_) => Err(ExecuteError::RefusedBefore { stream, version }),
        }
    }

    /// Remembers that the command was refused, if that is asked for; answers whether it still is. If the stream has
    /// changed meanwhile, it is to be decided again.
    pub(super) async fn is_refused(&mut self, folded: Folded<A>) -> Outcome<A, bool> {
        if self.refusals != Refusals::Remembered {
            return Ok(true);
        }
        match self.append(&folded, &[], Some(refusal_id(self.command_id))).await? {
            Attempt::Stored(_) | Attempt::CameToNothing(_) | Attempt::ExecutedElsewhere => Ok(true),
            Attempt::Outdated(actual) => {
                self.pause(folded.loaded.version, actual).await?;
                self.folded = Some(folded);
                Ok(false)
            }
        }
    }
}
