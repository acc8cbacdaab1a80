//! How a policy's commands reach their aggregates.

use std::future::Future;

use super::Policy;
use crate::repository::{Context, ExecuteError};
use crate::store::view::BoxError;

/// Executes the commands of the policy `P`: a `match` over [`Policy::Command`] that hands each to the
/// [`Repository`](crate::Repository) of its aggregate. Generated, where the policy is declared in a schema.
///
/// ```
/// # use factum::policy::{DispatchError, Dispatcher, Policy};
/// # use factum::store::EventStore;
/// # use factum::{Aggregate, Context, Repository};
/// /// Commands for one aggregate: whom, and what.
/// struct Here<A, S>(Repository<A, S>);
///
/// impl<P, A, S> Dispatcher<P> for Here<A, S>
/// where
///     A: Aggregate<Command: Clone>,
///     S: EventStore,
///     P: Policy<Command = (A::Id, A::Command), Rejection = A::Rejection>,
/// {
///     async fn dispatch(&self, (id, command): P::Command, context: Context) -> Result<(), DispatchError<P::Rejection>> {
///         self.0.execute_with(id, command, context).await?;
///         Ok(())
///     }
/// }
/// ```
pub trait Dispatcher<P: Policy>: Send + Sync + 'static {
    /// Executes `command` in `context`, which brings the command's id: the same command may come again with the same id, and
    /// must not be done twice. One that a repository has refused comes once more before anything is issued in
    /// its place, with a context that has the repository remember it.
    ///
    /// # Errors
    /// [`DispatchError`].
    fn dispatch(
        &self,
        command: P::Command,
        context: Context,
    ) -> impl Future<Output = Result<(), DispatchError<P::Rejection>>> + Send;
}

/// A command that was not executed.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError<R: std::error::Error + 'static> {
    /// The aggregate said no: that is handed to [`Policy::rejected`].
    #[error(transparent)]
    Rejected(R),
    /// It failed, and is tried again.
    #[error("{0}")]
    Failed(#[source] BoxError),
}

impl<R, E> From<ExecuteError<R>> for DispatchError<E>
where
    R: std::error::Error + Send + Sync + 'static,
    E: std::error::Error + From<R> + 'static,
{
    fn from(error: ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => Self::Rejected(rejection.into()),
            error => Self::Failed(error.into()),
        }
    }
}
