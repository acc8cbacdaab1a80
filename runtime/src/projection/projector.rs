//! The projector: keeps one view up to date.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tracing::{Instrument, debug_span};

use super::follow::Follow;
use super::inline::{Inline, WithViews};
use super::progress::{Meter, RebuildProgress};
use super::{Projection, ProjectionError};
use crate::repository::{RetryPolicy, UnknownTypes};
use crate::store::{EventStoreExt, InlineView, ViewId, ViewStatus, ViewStore};
use crate::timer::{Sleeper, TimerThread};

/// Keeps the view of the projection `P` in the store `S` up to date.
///
/// See the module [`projection`](crate::projection) for what it promises. Cheap to clone where the store is.
pub struct Projector<P, S> {
    pub(super) store: S,
    pub(super) parts: Parts<P>,
    pub(super) retry: RetryPolicy,
    pub(super) sleeper: Arc<dyn Sleeper>,
}

/// What a batch needs of a projector.
pub(super) struct Parts<P> {
    pub(super) projection: Arc<P>,
    pub(super) unknown: UnknownTypes,
}

impl<P> Clone for Parts<P> {
    fn clone(&self) -> Self {
        Self { projection: Arc::clone(&self.projection), unknown: self.unknown }
    }
}

impl<P: Projection, S: ViewStore<P::Tx>> Projector<P, S> {
    /// The projector of `projection` in `store`.
    #[must_use]
    pub fn new(store: S, projection: P) -> Self {
        let parts = Parts { projection: Arc::new(projection), unknown: UnknownTypes::default() };
        Self { store, parts, retry: RetryPolicy::default(), sleeper: Arc::new(TimerThread) }
    }

    /// What happens to events of unknown types in the streams of the projection's aggregates.
    #[must_use]
    pub const fn unknown_types(mut self, policy: UnknownTypes) -> Self {
        self.parts.unknown = policy;
        self
    }

    /// How often a batch is tried while the store is busy or a commit's outcome is not known.
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

    /// The view.
    ///
    /// # Errors
    /// [`ProjectionError::Invalid`] if the projection's name or version cannot be a view's.
    pub fn view(&self) -> Result<ViewId, ProjectionError> {
        Ok(ViewId::new(P::NAME, P::VERSION)?)
    }

    /// Where the view stands; `None` if it has not been made.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub async fn status(&self) -> Result<Option<ViewStatus>, ProjectionError> {
        Ok(self.store.views(P::NAME).await?.into_iter().find(|status| status.version == P::VERSION))
    }

    /// Brings the view up to the last event that there is, and answers where it stands. A view that is not there is
    /// made; one that was left half built is continued. `tell` is called after each batch.
    ///
    /// When it has caught up, a version that is newer than the live one takes its place. To cancel, drop the future:
    /// what its batches have done so far stays, and the next call goes on from there.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub fn catch_up(
        &self,
        tell: impl FnMut(&RebuildProgress) + Send,
    ) -> impl Future<Output = Result<ViewStatus, ProjectionError>> + Send {
        let span = debug_span!("catch up", view = P::NAME, version = P::VERSION);
        async move {
            let mut follow = Follow::open(self).await?;
            self.build(&mut follow, tell).await
        }
        .instrument(span)
    }

    /// Builds the view anew from the first event, whatever it holds: for rows that were wrong. Readers of a live view
    /// see it grow; to keep them from that, raise [`Projection::VERSION`] instead.
    ///
    /// To cancel, drop the future; then [`Projector::catch_up`] goes on, and another rebuild begins anew.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub fn rebuild(
        &self,
        tell: impl FnMut(&RebuildProgress) + Send,
    ) -> impl Future<Output = Result<ViewStatus, ProjectionError>> + Send {
        let span = debug_span!("rebuild", view = P::NAME, version = P::VERSION);
        async move {
            let mut follow = Follow::open(self).await?;
            follow.reset().await?;
            self.build(&mut follow, tell).await
        }
        .instrument(span)
    }

    async fn build(
        &self,
        follow: &mut Follow<'_, P, S>,
        tell: impl FnMut(&RebuildProgress) + Send,
    ) -> Result<ViewStatus, ProjectionError> {
        let target = self.store.last_position().await?.unwrap_or(0);
        let mut meter = Meter::new(follow.position(), target, tell);
        follow.apply_all(|position, events| meter.moved(position, events)).await?;
        follow.publish_if_newer().await
    }

    /// Catches up, and then follows the events as they come until `stop` is ready: then the batch at hand is finished.
    ///
    /// Several workers may run one view: each event is applied by one of them.
    ///
    /// # Errors
    /// [`ProjectionError`]: the view stands at the position before the batch that failed.
    pub fn run_until(
        &self,
        stop: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = Result<(), ProjectionError>> + Send {
        let span = debug_span!("project", view = P::NAME, version = P::VERSION);
        async move {
            let mut follow = Follow::open(self).await?;
            follow.until(stop).await
        }
        .instrument(span)
    }

    /// Waits until the view has seen the event at `position`: to read one's own write, with the position that
    /// [`Executed`](crate::Executed) or [`Appended`](crate::Appended) tells.
    ///
    /// It waits as long as that takes: for ever, if nobody runs the view. Bound it with your executor's timeout.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub async fn wait_until_seen(&self, position: u64) -> Result<(), ProjectionError> {
        loop {
            let changed = self.store.changed();
            if self.status().await?.is_some_and(|status| status.position >= position) {
                return Ok(());
            }
            changed.await;
        }
    }

    /// Shows readers this version, caught up or not, newer or older than the live one.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub async fn publish(&self) -> Result<(), ProjectionError> {
        Ok(self.store.publish_view(self.view()?).await?)
    }

    /// Removes every version but this one, and answers which: once no release runs that needs them.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub async fn remove_others(&self) -> Result<Vec<ViewId>, ProjectionError> {
        let mut removed = Vec::new();
        for status in self.store.views(P::NAME).await?.into_iter().filter(|status| status.version != P::VERSION) {
            let view = ViewId::new(P::NAME, status.version)?;
            self.store.remove_view(view.clone()).await?;
            removed.push(view);
        }
        Ok(removed)
    }

    /// The projection as a view that changes in the transaction of an append, for [`WithViews`]. It must have caught up
    /// before.
    ///
    /// # Errors
    /// [`ProjectionError::Invalid`].
    pub fn inline(&self) -> Result<Arc<dyn InlineView<P::Tx>>, ProjectionError> {
        Ok(Arc::new(Inline { view: self.view()?, parts: self.parts.clone() }))
    }

    /// A store whose appends change this view in their own transaction: hand it to a
    /// [`Repository`](crate::Repository). The view catches up first.
    ///
    /// # Errors
    /// [`ProjectionError`].
    pub async fn into_inline(self) -> Result<WithViews<S, P::Tx>, ProjectionError> {
        self.catch_up(|_| {}).await?;
        let view = self.inline()?;
        Ok(WithViews::new(self.store).view(view))
    }
}

impl<P, S: Clone> Clone for Projector<P, S> {
    fn clone(&self) -> Self {
        let (store, parts) = (self.store.clone(), self.parts.clone());
        Self { store, parts, retry: self.retry, sleeper: Arc::clone(&self.sleeper) }
    }
}

impl<P: Projection, S: fmt::Debug> fmt::Debug for Projector<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Projector")
            .field("view", &format_args!("{}_v{}", P::NAME, P::VERSION))
            .field("store", &self.store)
            .field("retry", &self.retry)
            .field("unknown_types", &self.parts.unknown)
            .finish_non_exhaustive()
    }
}
