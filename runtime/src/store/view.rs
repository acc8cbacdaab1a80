//! The contract of a store that keeps views: rows beside the events, which change in one transaction with the position
//! up to which they are.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Append, Appended, Changes, Forget, Message, Page, Received};
use crate::error::{AppendError, ReadError};

/// An error of the user's own code.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What user code on a view's rows answers.
pub type ViewResult<T = ()> = Result<T, BoxError>;

/// What is done to a view's rows in one transaction: all of it, or nothing.
pub type ViewWork<Tx, T> = Box<dyn FnOnce(&mut Tx) -> ViewResult<T> + Send>;

/// A view's name and version.
///
/// ```
/// use factum::store::ViewId;
///
/// let view = ViewId::new("seats_left", 2)?;
/// assert_eq!(view.to_string(), "seats_left_v2");
/// assert!(ViewId::new("Seats Left", 1).is_err());
/// # Ok::<(), factum::store::InvalidView>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewId {
    name: Cow<'static, str>,
    version: u32,
}

impl ViewId {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 48;

    /// The view `name` in `version`, which counts from 1.
    ///
    /// A name is a small letter, and then small letters, digits and `_`; it does not hold `_v` and a digit, because a
    /// store may name the tables of version 2 `<name>_v2`.
    ///
    /// # Errors
    /// [`InvalidView`].
    pub fn new(name: impl Into<Cow<'static, str>>, version: u32) -> Result<Self, InvalidView> {
        let name = name.into();
        let reason = if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
            "does not begin with a small letter"
        } else if name.len() > Self::MAX_BYTES {
            "is longer than 48 bytes"
        } else if !name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
            "holds something else than small letters, digits and `_`"
        } else if holds_a_version(&name) {
            "holds `_v` and a digit, as the name of a version does"
        } else if version == 0 {
            "has version 0; versions count from 1"
        } else {
            return Ok(Self { name, version });
        };
        Err(InvalidView { name: name.chars().take(64).collect(), reason })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }
}

fn holds_a_version(name: &str) -> bool {
    name.split("_v").skip(1).any(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

impl fmt::Display for ViewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_v{}", self.name, self.version)
    }
}

/// What cannot name a view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the view {name:?} {reason}")]
pub struct InvalidView {
    name: String,
    reason: &'static str,
}

/// Where one version of a view stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewStatus {
    /// The version.
    pub version: u32,
    /// The position of the last event that it has seen; 0: none yet.
    pub position: u64,
    /// Whether it is the version that readers are shown.
    pub live: bool,
}

/// A change of a view that did not happen (or, for [`ViewError::OutcomeUnknown`] alone, may have happened).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// The view is not at the position that was expected: another worker was faster. Nothing was changed.
    #[error("the view {view} is at position {actual}, expected {expected}: another worker moves it too")]
    Moved {
        /// The view.
        view: ViewId,
        /// The position that was expected; for a view that was not to be there, 0.
        expected: u64,
        /// Its position.
        actual: u64,
    },
    /// There is no such view: it was not made, or has been removed.
    #[error("there is no view {view}")]
    Missing {
        /// The view.
        view: ViewId,
    },
    /// An inline view is too far behind to be brought up to date in the transaction of an append. Nothing was written.
    #[error("the inline view {view} is at position {position} of {last}: let it catch up before events are appended")]
    Behind {
        /// The view.
        view: ViewId,
        /// Its position.
        position: u64,
        /// The last position.
        last: u64,
    },
    /// The user's code failed. What it had changed is undone.
    #[error("the view {view}: {source}")]
    Failed {
        /// The view.
        view: ViewId,
        /// What it said.
        source: BoxError,
    },
    /// The user's code panicked. What it had changed is undone.
    #[error("the view {view} panicked: {message}")]
    Panicked {
        /// The view.
        view: ViewId,
        /// What it said, where it was a text.
        message: String,
    },
    /// The store cannot do this with the view; a retry cannot help.
    #[error("the view {view}: {reason}")]
    Refused {
        /// The view.
        view: ViewId,
        /// Why.
        reason: String,
    },
    /// Another process holds the store's writer lock for too long. Nothing was changed; a retry may succeed.
    #[error("the store is busy: another process is writing")]
    Busy,
    /// The commit was begun and its end is not known. A retry is safe: the view's position tells.
    #[error("it is not known whether the view was changed: {0}")]
    OutcomeUnknown(#[source] BoxError),
    /// The store failed. Nothing was changed.
    #[error("the store failed, the view was not changed: {0}")]
    Storage(#[source] BoxError),
}

impl ViewError {
    /// Whether the same change may succeed when it is tried again from the view's present position.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Moved { .. } | Self::Busy | Self::OutcomeUnknown(_) => true,
            Self::Missing { .. }
            | Self::Behind { .. }
            | Self::Failed { .. }
            | Self::Panicked { .. }
            | Self::Refused { .. }
            | Self::Storage(_) => false,
        }
    }

    /// Whether the very same change may succeed in a while.
    pub(crate) const fn may_pass(&self) -> bool {
        self.is_retryable() && !matches!(self, Self::Moved { .. })
    }
}

/// A store that keeps views, whatever their rows are.
///
/// What every such store owes is written down in [`conformance::views`](super::conformance::views).
pub trait Views: Changes {
    /// Where each version of the view `name` stands, by version.
    ///
    /// # Errors
    /// [`ReadError`].
    fn views(&self, name: &str) -> impl Future<Output = Result<Vec<ViewStatus>, ReadError>> + Send;

    /// Shows readers this version in place of the one that was live, at once and as a whole.
    ///
    /// # Errors
    /// [`ViewError`]; [`ViewError::Missing`] if it was not made.
    fn publish_view(&self, view: ViewId) -> impl Future<Output = Result<(), ViewError>> + Send;

    /// Removes the rows of this version and its position. To remove what is not there is no error.
    ///
    /// # Errors
    /// [`ViewError`].
    fn remove_view(&self, view: ViewId) -> impl Future<Output = Result<(), ViewError>> + Send;

    /// Forgets messages that the view has had, and answers how many.
    ///
    /// # Errors
    /// [`ViewError`].
    fn forget_messages(&self, view: ViewId, which: Forget) -> impl Future<Output = Result<u64, ViewError>> + Send;
}

/// How far behind an append an inline view may be, in positions: what it lacks is applied in the append's transaction.
pub const INLINE_EVENTS: u64 = 500;

/// A store that keeps views whose rows are reached through a `Tx`.
///
/// User code runs inside of a change of the store, and must not wait for the same store. Asked by the thread that runs it, a
/// store refuses any other change with [`Reentrant`](super::Reentrant), and answers reads as of before the change, or refuses
/// them too (SQLite in memory does).
pub trait ViewStore<Tx: ?Sized>: Views {
    /// Makes the view anew: whatever rows it had are gone, it stands at position 0, and `create` has run.
    /// `expected` is the position of the rows that are given up; `None`: it must not be there.
    ///
    /// # Errors
    /// [`ViewError`].
    fn create_view(
        &self,
        view: ViewId,
        expected: Option<u64>,
        create: ViewWork<Tx, ()>,
    ) -> impl Future<Output = Result<(), ViewError>> + Send;

    /// Changes the view's rows, and moves it from the position `expected` to the one that `work` answers: both or
    /// neither. If it does not stand at `expected`, the answer is [`ViewError::Moved`] and nothing of `work` remains.
    ///
    /// # Errors
    /// [`ViewError`].
    fn update_view(
        &self,
        view: ViewId,
        expected: u64,
        work: ViewWork<Tx, u64>,
    ) -> impl Future<Output = Result<u64, ViewError>> + Send;

    /// Has `work` change the view's rows, and remembers `message`: both or neither. If the view has had the message before,
    /// nothing is done. The view stays at its position.
    ///
    /// What is remembered goes with the rows: when the view is made anew, or removed.
    ///
    /// # Errors
    /// [`ViewError`].
    fn receive(
        &self,
        view: ViewId,
        message: Message,
        work: ViewWork<Tx, ()>,
    ) -> impl Future<Output = Result<Received, ViewError>> + Send;

    /// Appends, and brings each of `views` up to the append's last event, in one transaction. A view that is more than
    /// [`INLINE_EVENTS`] positions behind the append is [`ViewError::Behind`]. A repeat of an earlier append
    /// changes no view.
    ///
    /// # Errors
    /// [`AppendError`]; [`AppendError::View`] if a view failed: then nothing was written, events included.
    fn append_with_views(
        &self,
        append: Append,
        views: Vec<Arc<dyn InlineView<Tx>>>,
    ) -> impl Future<Output = Result<Appended, AppendError>> + Send;
}

/// A view that changes in the transaction of an append.
pub trait InlineView<Tx: ?Sized>: Send + Sync + 'static {
    /// Which.
    fn view(&self) -> &ViewId;

    /// Applies every event of `page` to the rows, in order.
    ///
    /// # Errors
    /// What the user's code says: then the append is undone as well.
    fn apply(&self, tx: &mut Tx, page: &Page) -> ViewResult;
}

/// Runs user code for `view`; a panic is an error. For those who write a store: what it changed must then be undone.
///
/// # Errors
/// [`ViewError::Failed`] and [`ViewError::Panicked`].
pub fn run_guarded<T>(view: &ViewId, work: impl FnOnce() -> ViewResult<T>) -> Result<T, ViewError> {
    // What the code leaves half done is thrown away with the transaction.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(ViewError::Failed { view: view.clone(), source }),
        Err(panic) => Err(ViewError::Panicked { view: view.clone(), message: message_of(panic.as_ref()) }),
    }
}

/// What a panic said.
pub(crate) fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it said nothing that is a text").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for name in ["a", "seats_left", "v1", "a_view", "seats2", &"a".repeat(48)] {
            assert!(ViewId::new(name.to_owned(), 1).is_ok(), "{name}");
        }
        for name in ["", "A", "1a", "_a", "a-b", "a b", "ä", "a_v1", "a_v2_b", &"a".repeat(49)] {
            assert!(ViewId::new(name.to_owned(), 1).is_err(), "{name}");
        }
        assert!(ViewId::new("a", 0).is_err());
    }
}
