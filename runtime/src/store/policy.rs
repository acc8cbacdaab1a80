//! The contract of a store that keeps the state of policies: their instances, the instances' timers, how far each policy has
//! come, and the steps that it has parked.

use std::fmt;
use std::future::Future;

use jiff::Timestamp;
use uuid::Uuid;

use super::Changes;
use super::subscription::Claim;
use super::view::BoxError;

use crate::error::ReadError;

/// A policy's name: a letter, and then letters, digits, `_`, `-` and `.`, at most 128 in all, and none but ASCII's.
///
/// ```
/// use factum::store::policy::PolicyName;
///
/// assert!("staffing.Placement".parse::<PolicyName>().is_ok());
/// assert!("the placement".parse::<PolicyName>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyName(Box<str>);

impl PolicyName {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 128;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for PolicyName {
    type Err = InvalidPolicyName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
        if begins && text.len() <= Self::MAX_BYTES && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidPolicyName { name: text.chars().take(Self::MAX_BYTES).collect() })
        }
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot name a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the policy name {name:?} is not a letter and then letters, digits, `_`, `-` and `.` of ASCII, at most 128 in all"
)]
pub struct InvalidPolicyName {
    name: String,
}

/// A timer of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTimer {
    /// Its name: an instance has one of each.
    pub name: String,
    /// When it is due (microseconds).
    pub due: Timestamp,
    /// What set it: the id of an event, or of another timer's becoming due.
    pub set_by: Uuid,
    /// The position of the event that it goes back to.
    pub position: u64,
}

/// What a policy knows of one correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInstance {
    /// Its key.
    pub correlation: String,
    /// The version of its state.
    pub state_version: u32,
    /// Its state: JSON text.
    pub state: String,
    /// The position of the last event that it has seen.
    pub position: u64,
    /// Its timers, by due time and then by name.
    pub timers: Vec<StoredTimer>,
}

/// A step of a policy that was put aside: what it was to do about an event, or about a timer that was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedStep {
    /// The key of the instance: none of its later steps is taken before this one has been.
    pub correlation: String,
    /// The position of the event; for a timer, of the event that the timer goes back to.
    pub position: u64,
    /// The name of the timer, where it is about one.
    pub timer: Option<String>,
    /// How often it was tried in vain; 0: never, because a step of its correlation was parked before it.
    pub attempts: u32,
    /// What the last attempt said; `None` where there was none.
    pub error: Option<String>,
    /// When it was put aside, or failed again (microseconds).
    pub parked_at: Timestamp,
    /// Whether it is to be tried again.
    pub due: bool,
}

/// What becomes of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceChange {
    /// It is this now; its timers are these and no others.
    Put(StoredInstance),
    /// It is at its end, and its timers with it.
    Remove {
        /// Its key.
        correlation: String,
    },
}

/// What a policy keeps, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyStep {
    /// The policy.
    pub name: PolicyName,
    /// The number of the step before this one: see [`PolicyClaim::step`].
    pub after: u64,
    /// The position up to which everything has been reacted to, or is parked, or is none of its business. It never goes back.
    pub position: u64,
    /// What becomes of instances.
    pub changes: Vec<InstanceChange>,
    /// Steps to put aside; one of the same correlation and position is replaced.
    pub park: Vec<ParkedStep>,
    /// Parked steps that have been taken now: correlation and position.
    pub unpark: Vec<(String, u64)>,
}

impl PolicyStep {
    /// The step after `after`, to `position`; nothing else changes.
    #[must_use]
    pub const fn to(name: PolicyName, after: u64, position: u64) -> Self {
        Self { name, after, position, changes: Vec::new(), park: Vec::new(), unpark: Vec::new() }
    }
}

/// That a policy is being run: its name is taken until this is dropped, or the process ends.
#[derive(Debug)]
pub struct PolicyClaim {
    /// How many steps have been kept: the number of the last one.
    pub step: u64,
    /// The name, and the position up to which everything has been dealt with; 0: nothing yet.
    pub claim: Claim,
}

/// Which instances to list, by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceQuery {
    /// The policy.
    pub name: PolicyName,
    /// Only those whose key stands after this one, byte by byte.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// Which timers to list: those that are due first come first, and then by correlation and name. Those of a correlation that
/// has a parked step wait, and are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerQuery {
    /// The policy.
    pub name: PolicyName,
    /// Only those that are due at this time or before.
    pub until: Timestamp,
    /// At most so many.
    pub limit: usize,
}

/// Which parked steps to list, by position and then by correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedStepQuery {
    /// The policy.
    pub name: PolicyName,
    /// Only those of this correlation.
    pub correlation: Option<String>,
    /// Only those that are to be tried again.
    pub due: bool,
    /// At most so many.
    pub limit: usize,
}

impl ParkedStepQuery {
    /// All of them.
    #[must_use]
    pub const fn all(name: PolicyName) -> Self {
        Self { name, correlation: None, due: false, limit: usize::MAX }
    }
}

/// Where a policy stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyStatus {
    /// Its name.
    pub name: PolicyName,
    /// The position up to which everything has been dealt with, or is parked.
    pub position: u64,
    /// How many instances there are.
    pub instances: u64,
    /// How many steps are parked.
    pub parked: u64,
}

/// What a store could not do for a policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyStoreError {
    /// Somebody runs it, in this process or another one.
    #[error("the policy {name} is running already: each is run by one at a time")]
    Duplicate {
        /// The name.
        name: PolicyName,
    },
    /// There is none of that name.
    #[error("there is no policy {name}")]
    Missing {
        /// The name.
        name: PolicyName,
    },
    /// Another step was kept before this one: nothing of this one was.
    #[error("the policy {name} has taken {actual} steps, expected {expected}: somebody else runs it too")]
    Moved {
        /// The name.
        name: PolicyName,
        /// The steps that were expected.
        expected: u64,
        /// The steps that were kept.
        actual: u64,
    },
    /// Another process holds the store's writer lock for too long. Nothing was changed; a retry may succeed.
    #[error("the store is busy: another process is writing")]
    Busy,
    /// The commit was begun and its end is not known. A retry is safe: the number of steps tells.
    #[error("it is not known whether the policy's step was stored: {0}")]
    OutcomeUnknown(#[source] BoxError),
    /// The store failed. Nothing was changed.
    #[error("the store failed, the policy's step was not stored: {0}")]
    Storage(#[source] BoxError),
}

impl PolicyStoreError {
    /// Whether the same may succeed when it is tried again as it is.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::OutcomeUnknown(_) => true,
            Self::Duplicate { .. } | Self::Missing { .. } | Self::Moved { .. } | Self::Storage(_) => false,
        }
    }
}

/// A store that keeps the state of policies.
///
/// What every such store owes is written down in [`conformance::instances`](super::conformance::instances) and
/// [`conformance::policies`](super::conformance::policies).
pub trait PolicyStore: Changes {
    /// Takes the policy `name`; one that is not there is made and stands at the position `start`. The name is taken as long
    /// as the claim is held, among all that use the store.
    ///
    /// # Errors
    /// [`PolicyStoreError`]; [`PolicyStoreError::Duplicate`] if the name is taken.
    fn claim_policy(
        &self,
        name: PolicyName,
        start: u64,
    ) -> impl Future<Output = Result<PolicyClaim, PolicyStoreError>> + Send;

    /// Keeps a step, all of it or nothing, if [`PolicyStep::after`] is the number of the last one; answers its number.
    ///
    /// # Errors
    /// [`PolicyStoreError`]; [`PolicyStoreError::Moved`] if it is not.
    fn keep_step(&self, step: PolicyStep) -> impl Future<Output = Result<u64, PolicyStoreError>> + Send;

    /// Waits for those who are writing, in other processes too: by the answer every event can be read that was recorded
    /// before this was asked for, as the store's clock says. Those come too late that bring times of their own.
    ///
    /// # Errors
    /// [`PolicyStoreError`].
    fn wait_for_writers(&self) -> impl Future<Output = Result<(), PolicyStoreError>> + Send;

    /// The instance of a correlation; `None` if there is none.
    ///
    /// # Errors
    /// [`ReadError`].
    fn instance(
        &self,
        name: PolicyName,
        correlation: String,
    ) -> impl Future<Output = Result<Option<StoredInstance>, ReadError>> + Send;

    /// The instances that `query` asks for, by key.
    ///
    /// # Errors
    /// [`ReadError`].
    fn instances(&self, query: InstanceQuery) -> impl Future<Output = Result<Vec<StoredInstance>, ReadError>> + Send;

    /// The timers that `query` asks for, each with its instance's key.
    ///
    /// # Errors
    /// [`ReadError`].
    fn timers(&self, query: TimerQuery) -> impl Future<Output = Result<Vec<(String, StoredTimer)>, ReadError>> + Send;

    /// The parked steps that `query` asks for.
    ///
    /// # Errors
    /// [`ReadError`].
    fn parked_steps(&self, query: ParkedStepQuery) -> impl Future<Output = Result<Vec<ParkedStep>, ReadError>> + Send;

    /// Makes the first parked step of a correlation due, or of each (`None`): whoever runs the policy takes it, and then
    /// those behind it. Answers how many correlations that are.
    ///
    /// # Errors
    /// [`PolicyStoreError`].
    fn replay_steps(
        &self,
        name: PolicyName,
        correlation: Option<String>,
    ) -> impl Future<Output = Result<u64, PolicyStoreError>> + Send;

    /// Every policy, by name.
    ///
    /// # Errors
    /// [`ReadError`].
    fn policies(&self) -> impl Future<Output = Result<Vec<PolicyStatus>, ReadError>> + Send;
}
