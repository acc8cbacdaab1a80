//! Views that change in the transaction of an append.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::Projection;
use super::projector::Parts;
use crate::error::{AppendError, ReadError};
use crate::store::{
    Append, Appended, CommandRecord, EventStore, FeedQuery, InlineView, Page, SnapshotError, SnapshotQuery,
    SnapshotStore, StoredSnapshot, StreamQuery, ViewId, ViewResult, ViewStore,
};

/// A projection as a view that changes in the transaction of an append.
pub(super) struct Inline<P> {
    pub(super) view: ViewId,
    pub(super) parts: Parts<P>,
}

impl<P: Projection> InlineView<P::Tx> for Inline<P> {
    fn view(&self) -> &ViewId {
        &self.view
    }

    fn apply(&self, tx: &mut P::Tx, page: &Page) -> ViewResult {
        for recorded in page.iter() {
            self.parts.apply(tx, &self.parts.read(&recorded)?, &recorded)?;
        }
        Ok(())
    }
}

/// A store whose appends change views in their own transaction: events and rows are there together, or neither is.
///
/// That holds for what is appended through it. What others append without it the views see with the next append here,
/// or when a [`Projector`](super::Projector) runs them.
pub struct WithViews<S, Tx: ?Sized> {
    store: S,
    views: Vec<Arc<dyn InlineView<Tx>>>,
}

impl<S: ViewStore<Tx>, Tx: ?Sized + 'static> WithViews<S, Tx> {
    /// A store without views yet.
    #[must_use]
    pub const fn new(store: S) -> Self {
        Self { store, views: Vec::new() }
    }

    /// With one view more: see [`Projector::inline`](super::Projector::inline).
    #[must_use]
    pub fn view(mut self, view: Arc<dyn InlineView<Tx>>) -> Self {
        self.views.push(view);
        self
    }

    /// The store below.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }
}

impl<S: ViewStore<Tx>, Tx: ?Sized + 'static> EventStore for WithViews<S, Tx> {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.store.append_with_views(append, self.views.clone()).await
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        self.store.read_stream(query).await
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        self.store.read_all(query).await
    }

    async fn find_event(&self, id: Uuid) -> Result<Page, ReadError> {
        self.store.find_event(id).await
    }

    async fn find_command(&self, id: Uuid) -> Result<Option<CommandRecord>, ReadError> {
        self.store.find_command(id).await
    }

    async fn forget_commands(&self, before: Timestamp) -> Result<u64, AppendError> {
        self.store.forget_commands(before).await
    }
}

/// Snapshots are the store's below: no view follows them.
impl<S: ViewStore<Tx> + SnapshotStore, Tx: ?Sized + 'static> SnapshotStore for WithViews<S, Tx> {
    async fn save_snapshot(&self, snapshot: StoredSnapshot, keep: usize) -> Result<(), SnapshotError> {
        self.store.save_snapshot(snapshot, keep).await
    }

    async fn find_snapshot(&self, query: SnapshotQuery) -> Result<Option<StoredSnapshot>, SnapshotError> {
        self.store.find_snapshot(query).await
    }

    async fn clear_snapshots(&self) -> Result<(), SnapshotError> {
        self.store.clear_snapshots().await
    }
}

impl<S: Clone, Tx: ?Sized> Clone for WithViews<S, Tx> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), views: self.views.clone() }
    }
}

impl<S: fmt::Debug, Tx: ?Sized> fmt::Debug for WithViews<S, Tx> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let views = self.views.len();
        f.debug_struct("WithViews").field("store", &self.store).field("views", &views).finish()
    }
}
