//! The contract of a store that keeps the state of subscriptions: how far each has come, and the events that it parked.

use std::any::Any;
use std::fmt;
use std::future::Future;

use jiff::Timestamp;

use super::Changes;
use super::view::BoxError;
use crate::error::ReadError;

/// A subscription's name: 1 to 64 small letters, digits, `_` and `-`.
///
/// ```
/// use factum::store::subscription::SubscriptionName;
///
/// assert!("confirmation-mails".parse::<SubscriptionName>().is_ok());
/// assert!("Confirmation mails".parse::<SubscriptionName>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionName(Box<str>);

impl SubscriptionName {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for SubscriptionName {
    type Err = InvalidSubscriptionName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidSubscriptionName { name: text.chars().take(Self::MAX_BYTES).collect() })
        }
    }
}

impl fmt::Display for SubscriptionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot name a subscription.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the subscription name {name:?} is not 1 to 64 small letters, digits, `_` and `-`")]
pub struct InvalidSubscriptionName {
    name: String,
}

/// That a subscription is open: its name is taken until this is dropped, or the process ends.
pub struct Claim {
    /// The position up to which everything is acknowledged or parked; 0: nothing yet.
    pub position: u64,
    held: Box<dyn Any + Send + Sync>,
}

impl Claim {
    /// A claim that ends when `held` is dropped.
    pub fn new(position: u64, held: impl Any + Send + Sync) -> Self {
        Self { position, held: Box::new(held) }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = &self.held;
        f.debug_struct("Claim").field("position", &self.position).finish_non_exhaustive()
    }
}

/// An event that a subscription has put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The event's position.
    pub position: u64,
    /// The key of its order: no event of this key is delivered before this one has been.
    pub key: String,
    /// How often it was delivered in vain; 0: never, because an event of its key was parked before it.
    pub attempts: u32,
    /// What the last attempt said; `None` where there was none.
    pub error: Option<String>,
    /// When it was put aside, or failed again (microseconds).
    pub parked_at: Timestamp,
    /// Whether it is to be delivered again.
    pub due: bool,
}

/// What a subscription keeps, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The subscription.
    pub name: SubscriptionName,
    /// The position up to which everything is acknowledged or parked. It never goes back.
    pub position: u64,
    /// Events to put aside; one that is there already is replaced.
    pub park: Vec<Parked>,
    /// The positions of parked events that have been acknowledged now.
    pub unpark: Vec<u64>,
}

impl Progress {
    /// Up to `position`, with nothing parked.
    #[must_use]
    pub const fn to(name: SubscriptionName, position: u64) -> Self {
        Self { name, position, park: Vec::new(), unpark: Vec::new() }
    }
}

/// What to list of the parked events of a subscription, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedQuery {
    /// The subscription.
    pub name: SubscriptionName,
    /// Only those of this key.
    pub key: Option<String>,
    /// Only those that are to be delivered again.
    pub due: bool,
    /// Only those after this position.
    pub after: u64,
    /// At most so many.
    pub limit: usize,
}

impl ParkedQuery {
    /// All of them.
    #[must_use]
    pub const fn all(name: SubscriptionName) -> Self {
        Self { name, key: None, due: false, after: 0, limit: usize::MAX }
    }
}

/// Where a subscription stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionStatus {
    /// Its name.
    pub name: SubscriptionName,
    /// The position up to which everything is acknowledged or parked.
    pub position: u64,
    /// How many events it has parked.
    pub parked: u64,
}

/// What a store could not do for a subscription.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubscriptionError {
    /// Somebody has it open, in this process or another one.
    #[error("the subscription {name} is open already: each name is followed by one at a time")]
    Duplicate {
        /// The name.
        name: SubscriptionName,
    },
    /// There is none of that name.
    #[error("there is no subscription {name}")]
    Missing {
        /// The name.
        name: SubscriptionName,
    },
    /// Another process holds the store's writer lock for too long. Nothing was changed; a retry may succeed.
    #[error("the store is busy: another process is writing")]
    Busy,
    /// The commit was begun and its end is not known. A retry is safe.
    #[error("it is not known whether the subscription's state was stored: {0}")]
    OutcomeUnknown(#[source] BoxError),
    /// The store failed. Nothing was changed.
    #[error("the store failed, the subscription's state was not stored: {0}")]
    Storage(#[source] BoxError),
}

impl SubscriptionError {
    /// Whether the same may succeed when it is tried again as it is.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::OutcomeUnknown(_) => true,
            Self::Duplicate { .. } | Self::Missing { .. } | Self::Storage(_) => false,
        }
    }
}

/// A store that keeps the state of subscriptions.
///
/// What every such store owes is written down in
/// [`conformance::subscriptions`](super::conformance::subscriptions).
pub trait SubscriptionStore: Changes {
    /// Opens the subscription `name`; one that is not there is made and stands at the position `start`. The name is
    /// taken as long as the claim is held, among all that use the store.
    ///
    /// # Errors
    /// [`SubscriptionError`]; [`SubscriptionError::Duplicate`] if the name is taken.
    fn claim(
        &self,
        name: SubscriptionName,
        start: u64,
    ) -> impl Future<Output = Result<Claim, SubscriptionError>> + Send;

    /// Keeps how far a subscription has come and what it parks, all of it or nothing.
    ///
    /// # Errors
    /// [`SubscriptionError`].
    fn save(&self, progress: Progress) -> impl Future<Output = Result<(), SubscriptionError>> + Send;

    /// The parked events that `query` asks for, by position.
    ///
    /// # Errors
    /// [`ReadError`].
    fn parked(&self, query: ParkedQuery) -> impl Future<Output = Result<Vec<Parked>, ReadError>> + Send;

    /// Makes the first parked event of a key due, or of each key (`None`): whoever has the subscription open delivers
    /// it again, and then those of its key behind it. Answers how many keys that are.
    ///
    /// # Errors
    /// [`SubscriptionError`].
    fn replay_parked(
        &self,
        name: SubscriptionName,
        key: Option<String>,
    ) -> impl Future<Output = Result<u64, SubscriptionError>> + Send;

    /// Every subscription, by name.
    ///
    /// # Errors
    /// [`ReadError`].
    fn subscriptions(&self) -> impl Future<Output = Result<Vec<SubscriptionStatus>, ReadError>> + Send;
}
