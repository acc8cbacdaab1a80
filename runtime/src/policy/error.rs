//! Why a policy stops, and why one of its steps fails.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::envelope::Recorded;
use crate::error::{DecodeError, ReadError};
use crate::store::policy::{InvalidPolicyName, PolicyStoreError};
use crate::store::view::BoxError;

/// Why a policy stopped, or cannot begin. What it has done is kept, or is done once more and has no further effect.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The text is no policy's name.
    #[error(transparent)]
    Name(#[from] InvalidPolicyName),
    /// The store did not open it or keep its steps: [`PolicyStoreError::Duplicate`] where somebody runs it.
    #[error(transparent)]
    State(#[from] PolicyStoreError),
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A stored event could not be read by this code: it is not known whose business it is, so nothing goes on.
    #[error("the policy {policy} {source}")]
    Decode {
        /// The policy.
        policy: &'static str,
        /// Which event, and why.
        source: DecodeError,
    },
    /// The policy's code panicked when it was to say whose business an event is. Nothing goes on, as above.
    #[error("the policy {policy} cannot say whose business the event at position {position} is: {said}")]
    Correlate {
        /// The policy.
        policy: &'static str,
        /// The event's position.
        position: u64,
        /// What it said.
        said: String,
    },
}

/// Why a step of a policy failed: what it was to do for one correlation about an event, or about a timer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The stored state cannot be read.
    #[error(
        "the state of policy {policy} for {correlation:?}, stored in version {version} (this code has {expected}), cannot be read: {source}"
    )]
    State {
        /// The policy.
        policy: &'static str,
        /// The instance's key.
        correlation: String,
        /// The version in which it was stored.
        version: u32,
        /// The version that this code stores.
        expected: u32,
        /// Why.
        source: BoxError,
    },
    /// The state cannot be stored.
    #[error("the state of policy {policy} for {correlation:?} cannot be stored as JSON: {source}")]
    Unstorable {
        /// The policy.
        policy: &'static str,
        /// The instance's key.
        correlation: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The policy's code failed.
    #[error("the policy {policy} cannot go on for {correlation:?}: {source}")]
    Reaction {
        /// The policy.
        policy: &'static str,
        /// The instance's key.
        correlation: String,
        /// What it said.
        source: BoxError,
    },
    /// A command was refused, and the policy has no answer to that.
    #[error("command {} ({id}) was refused: {source}", index.saturating_add(1))]
    Rejected {
        /// The command's place among those of the step, from 0. The message counts from 1.
        index: usize,
        /// Its id.
        id: Uuid,
        /// What the aggregate said.
        source: BoxError,
    },
    /// A command could not be executed.
    #[error("command {} ({id}) failed: {source}", index.saturating_add(1))]
    Command {
        /// The command's place among those of the step, from 0. The message counts from 1.
        index: usize,
        /// Its id.
        id: Uuid,
        /// What was said.
        source: BoxError,
    },
    /// One step issues more commands than a step may.
    #[error("it issues more than {most} commands in one step; does it answer a rejection with the same command?")]
    TooMany {
        /// How many a step may issue.
        most: usize,
    },
    /// A timer was set to be due at once by a timer that was, and so on: time does not go on.
    #[error("its timers were set to be due at once {most} times on end: they seem to go round in a circle")]
    Restless {
        /// How often they may be.
        most: u32,
    },
    /// The chain of causation is too long: events and policies seem to go round in a circle.
    #[error(
        "the chain of causation has come to {} events, the limit ({limit}): policies seem to go round in a circle{chain}",
        u64::from(*depth) + 1
    )]
    TooDeep {
        /// How many events stand before the last one.
        depth: u32,
        /// The limit.
        limit: u32,
        /// The events, each with what caused it.
        chain: Chain,
    },
}

impl StepError {
    /// Whether the same step may succeed when it is taken again. What is pure fails again.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Rejected { .. } | Self::Command { .. } => true,
            Self::State { .. }
            | Self::Unstorable { .. }
            | Self::Reaction { .. }
            | Self::TooMany { .. }
            | Self::Restless { .. }
            | Self::TooDeep { .. } => false,
        }
    }
}

/// An event of a chain of causation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: Uuid,
    /// Its wire type.
    pub event_type: String,
    /// Its stream.
    pub stream: String,
    /// Its version there.
    pub version: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The policy whose command it comes from, where that is known.
    pub policy: Option<String>,
}

impl From<&Recorded<'_>> for Link {
    fn from(recorded: &Recorded<'_>) -> Self {
        Self {
            id: recorded.id,
            event_type: recorded.event_type.to_owned(),
            stream: recorded.stream.to_owned(),
            version: recorded.version,
            recorded_at: recorded.recorded_at,
            policy: recorded.headers().ok().and_then(|mut headers| headers.remove(super::POLICY_HEADER)),
        }
    }
}

/// A chain of causation, the last event first: each was caused by the one after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The events that were found.
    pub links: Vec<Link>,
    /// The id of the event that comes next and is not in the store, if the chain ends so.
    pub missing: Option<Uuid>,
}

impl fmt::Display for Chain {
    /// Below each other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, link) in self.links.iter().enumerate() {
            let Link { event_type, stream, version, .. } = link;
            let by = if index == 0 { "" } else { "because of " };
            write!(f, "\n  {by}{event_type}, version {version} of stream {stream}")?;
            if let Some(policy) = &link.policy {
                write!(f, ", by policy {policy}")?;
            }
        }
        if let Some(id) = self.missing {
            write!(f, "\n  because of event {id}, which is not in this store")?;
        }
        Ok(())
    }
}
