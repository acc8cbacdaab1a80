//! Projections: views that follow the events.
#![doc = include_str!("../../docs/projections.md")]

use crate::store::ViewResult;

mod batch;
mod error;
mod events;
mod follow;
mod inline;
mod progress;
mod projector;

pub use error::{ProjectError, ProjectionError};
pub use events::{Followed, OneOf, Project};
pub use inline::WithViews;
pub use progress::RebuildProgress;
pub use projector::Projector;

/// How events change a view's rows.
///
/// What there is to do about each event is said in [`Project`]; this says where the rows are and which events they
/// follow.
///
/// A projection is shared and changes nothing but the rows: what it kept in itself would survive a transaction that is
/// rolled back. What it does beside the rows (a mail, a request) may happen more than once, and does not belong here.
pub trait Projection: Send + Sync + Sized + 'static {
    /// How it reaches its rows: the `ViewTx` of a store with tables, the view's own type in memory.
    type Tx: ?Sized + 'static;

    /// The event set that it follows, or a tuple of up to four.
    type Events: Project<Self>;

    /// The view's name: see [`ViewId::new`](crate::store::ViewId::new).
    const NAME: &'static str;

    /// The view's version, from 1. Raise it when what the rows mean changes: the new version is built beside the old
    /// one, which readers are shown until the new one has caught up.
    const VERSION: u32;

    /// Makes the empty view: tables, for a store that has them.
    ///
    /// # Errors
    /// Whatever keeps it from being made.
    fn create(&self, tx: &mut Self::Tx) -> ViewResult {
        let _ = tx;
        Ok(())
    }
}
