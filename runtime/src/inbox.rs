//! The inbox: messages that come at least once, and have their effect once.
#![doc = include_str!("../docs/inbox.md")]

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use tracing::debug;

use crate::error::ReadError;
use crate::repository::RetryPolicy;
use crate::store::{Forget, InvalidView, Message, Received, ViewError, ViewId, ViewResult, ViewStore};
use crate::subscription::Delivery;
use crate::timer::{Sleeper, TimerThread};

/// A consumer whose effects are rows of a view in the store `S`, which it reaches as `Tx`.
///
/// See the module [`inbox`](crate::inbox). Cheap to clone where the store is.
pub struct Inbox<S, Tx: ?Sized> {
    store: S,
    view: ViewId,
    retry: RetryPolicy,
    sleeper: Arc<dyn Sleeper>,
    tx: PhantomData<fn(&mut Tx)>,
}

/// Why an inbox cannot be opened, or a message has had no effect.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InboxError {
    /// The name cannot be a view's.
    #[error(transparent)]
    Name(#[from] InvalidView),
    /// The store did not make the view, or the effect failed and is undone: the message is not remembered, and may come
    /// again.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl<S: ViewStore<Tx>, Tx: ?Sized + 'static> Inbox<S, Tx> {
    /// Opens the inbox of the consumer `name`. If it is new, its rows are made with `create`: they are those of the first
    /// version of a view of that name, which readers are shown.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn open(
        store: S,
        name: impl Into<Cow<'static, str>>,
        create: impl Fn(&mut Tx) -> ViewResult + Send + Sync + 'static,
    ) -> Result<Self, InboxError> {
        let view = ViewId::new(name, 1)?;
        let (retry, sleeper) = (RetryPolicy::default(), Arc::new(TimerThread));
        let inbox = Self { store, view, retry, sleeper, tx: PhantomData };
        let create = Arc::new(create);
        let make = || {
            let create = Arc::clone(&create);
            inbox.store.create_view(inbox.view.clone(), None, Box::new(move |tx: &mut Tx| create(tx)))
        };
        match inbox.tried(make).await {
            // It is made, or there already.
            Ok(()) | Err(ViewError::Moved { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if !inbox.store.views(inbox.view.name()).await?.iter().any(|version| version.live) {
            inbox.tried(|| inbox.store.publish_view(inbox.view.clone())).await?;
        }
        Ok(inbox)
    }

    /// How often a message is tried while the store is busy or a commit's outcome is not known.
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Who waits between two attempts, in place of [`TimerThread`].
    #[must_use]
    pub fn sleeper(mut self, sleeper: impl Sleeper) -> Self {
        self.sleeper = Arc::new(sleeper);
        self
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The view whose rows are the effects.
    #[must_use]
    pub const fn view(&self) -> &ViewId {
        &self.view
    }

    /// Has a message have its effect, and remembers it, in one transaction; does nothing if it has had it before.
    ///
    /// `effect` changes rows and does nothing else: it may be called again.
    ///
    /// # Errors
    /// [`InboxError::View`]; what `effect` fails with is [`ViewError::Failed`].
    pub async fn receive(
        &self,
        message: impl Into<Message>,
        effect: impl Fn(&mut Tx) -> ViewResult + Send + Sync + 'static,
    ) -> Result<Received, InboxError> {
        let (message, effect) = (message.into(), Arc::new(effect));
        let receive = || {
            let effect = Arc::clone(&effect);
            self.store.receive(self.view.clone(), message.clone(), Box::new(move |tx: &mut Tx| effect(tx)))
        };
        let received = self.tried(receive).await?;
        debug!(view = %self.view, message = %message.id, ?received, "received");
        Ok(received)
    }

    /// [`Inbox::receive`] of an event that a subscription delivers.
    ///
    /// # Errors
    /// As [`Inbox::receive`].
    pub async fn deliver(
        &self,
        delivery: &Delivery,
        effect: impl Fn(&mut Tx) -> ViewResult + Send + Sync + 'static,
    ) -> Result<Received, InboxError> {
        let message = Message::from(&delivery.event());
        self.receive(message, effect).await
    }

    /// Forgets messages that do not come again, and answers how many.
    ///
    /// # Errors
    /// [`InboxError::View`].
    pub async fn forget(&self, which: Forget) -> Result<u64, InboxError> {
        Ok(self.tried(|| self.store.forget_messages(self.view.clone(), which)).await?)
    }

    /// Tries again while the store is busy, or the outcome not known: what was done by then is found.
    async fn tried<T, Trying>(&self, attempt: impl Fn() -> Trying) -> Result<T, ViewError>
    where
        Trying: Future<Output = Result<T, ViewError>>,
    {
        self.retry.run(&*self.sleeper, ViewError::may_pass, attempt).await
    }
}

impl<S: Clone, Tx: ?Sized> Clone for Inbox<S, Tx> {
    fn clone(&self) -> Self {
        let (store, view, sleeper) = (self.store.clone(), self.view.clone(), Arc::clone(&self.sleeper));
        Self { store, view, retry: self.retry, sleeper, tx: PhantomData }
    }
}

impl<S: fmt::Debug, Tx: ?Sized> fmt::Debug for Inbox<S, Tx> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("view", &self.view).field("store", &self.store).finish_non_exhaustive()
    }
}
