//! Reactions of which a schema says what they may issue.

use std::fmt;
use std::marker::PhantomData;

use jiff::{SignedDuration, Timestamp};

use super::Reactions;
use crate::envelope::Recorded;

/// What a policy that is declared in a schema wants done about `W`: an event, a timer or a rejection. Only the commands can be
/// issued that the schema says (`issues`), and only the policy's own timers be set.
///
/// `C` is the policy's set of commands.
pub struct Issuing<'r, C, W> {
    reactions: &'r mut Reactions<C>,
    because: PhantomData<fn(W)>,
}

/// That a policy may issue the command `K` because of this event, timer or rejection. Generated.
#[diagnostic::on_unimplemented(
    message = "because of `{Self}` no `{K}` is issued as a `{C}`",
    label = "not issued here",
    note = "the schema says what is: add the command to the `issues` of this event or timeout, or to `rejected`"
)]
pub trait Issues<C, K> {
    /// The key of the aggregate that is asked.
    type Id;

    /// The command to this aggregate, as one of the policy's.
    fn command(id: Self::Id, command: K) -> C;
}

/// A timer of the policy whose commands are `C`. Generated, for each of its `timeouts`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no timer of the policy that issues `{C}`",
    label = "not its timer",
    note = "the schema says which it has: add it to the policy's `timeouts`"
)]
pub trait Timer<C> {
    /// Its name in the store.
    const NAME: &'static str;
}

impl<'r, C, W> Issuing<'r, C, W> {
    /// Fills these.
    #[must_use]
    pub const fn new(reactions: &'r mut Reactions<C>) -> Self {
        Self { reactions, because: PhantomData }
    }

    /// [`Reactions::at`].
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.reactions.at()
    }

    /// Issues a command to the aggregate `id`, after those before it.
    pub fn issue<K>(&mut self, id: W::Id, command: K) -> &mut Self
    where
        W: Issues<C, K>,
    {
        self.reactions.issue(W::command(id, command));
        self
    }

    /// Sets a timer to a time; the same one, if it is set, is replaced. If the time has passed, it is due at once.
    pub fn set_timer_at<T: Timer<C>>(&mut self, _: T, due: Timestamp) -> &mut Self {
        self.reactions.set_timer_at(T::NAME, due);
        self
    }

    /// Sets a timer to so long after [`Issuing::at`].
    pub fn set_timer_after<T: Timer<C>>(&mut self, _: T, span: SignedDuration) -> &mut Self {
        self.reactions.set_timer_after(T::NAME, span);
        self
    }

    /// Cancels a timer, if it is set.
    pub fn cancel_timer<T: Timer<C>>(&mut self, _: T) -> &mut Self {
        self.reactions.cancel_timer(T::NAME);
        self
    }

    /// [`Reactions::complete`].
    pub const fn complete(&mut self) -> &mut Self {
        self.reactions.complete();
        self
    }
}

impl<C: fmt::Debug, W> fmt::Debug for Issuing<'_, C, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Issuing").field(&self.reactions).finish()
    }
}

/// The id of the aggregate to which an event happened, as its stream is named, where `streams` is `<context>.<Aggregate>`.
///
/// ```
/// # use factum::policy::aggregate_id;
/// # fn of(recorded: &factum::Recorded<'_>) -> Option<String> {
/// aggregate_id(recorded, "staffing.Mission")
/// # }
/// ```
#[must_use]
pub fn aggregate_id(recorded: &Recorded<'_>, streams: &str) -> Option<String> {
    recorded.stream.strip_prefix(streams)?.strip_prefix('-').map(str::to_owned)
}

/// That a policy has no timer of this name: it was set by another release.
#[must_use]
pub fn unknown_timer(policy: &str, timer: &str) -> crate::store::view::BoxError {
    format!("the policy `{policy}` has no timer `{timer}`").into()
}

/// That no earlier state of a policy can be read.
///
/// # Errors
/// Always.
pub fn no_earlier_state<S>(policy: &str, version: u32, json: &str) -> crate::store::ViewResult<S> {
    let _ = json;
    Err(format!("version {version} of the state of `{policy}` is not read: implement `earlier_state`").into())
}
