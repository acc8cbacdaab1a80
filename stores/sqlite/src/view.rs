//! The store as a store of views.

use std::sync::Arc;

use factum::store::validate::validate;
use factum::store::{
    Append, Appended, Forget, InlineView, Message, Received, Reentrant, ViewError, ViewId, ViewStatus, ViewStore,
    ViewWork, Views,
};
use factum::{AppendError, ReadError};
use rusqlite::{Params, Row};

use crate::failure::Unanswered;
use crate::guard::Owner;
use crate::reader::{Reading, views};
use crate::{SqliteError, SqliteStore, ViewTx};

/// A query that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// SQLite refused it.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
    /// Code inside of a change asked a store in memory, which has one connection.
    #[error(transparent)]
    Reentrant(#[from] Reentrant),
}

impl From<Unanswered> for QueryError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Closed => Self::Closed,
            Unanswered::Reentrant(reentrant) => Self::Reentrant(reentrant),
        }
    }
}

impl SqliteStore {
    /// All rows that a query finds, most often in a view: `seats` is the version of the view `seats` that is live,
    /// `seats_v2` is version 2. It cannot change anything.
    ///
    /// Any other connection to the file may read the same tables.
    ///
    /// # Errors
    /// [`QueryError`], also with what `read` fails with.
    pub async fn query<T: Send + 'static>(
        &self,
        sql: impl Into<String>,
        params: impl Params + Send + 'static,
        read: impl FnMut(&Row<'_>) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<Vec<T>, QueryError> {
        // So that it never is a statement of the store's, which may do more.
        let sql = format!("/*query*/ {}", sql.into());
        self.read(move |Reading { connection, guard, .. }| {
            let _lent = guard.lend(Owner::Query);
            let rows =
                || connection.prepare_cached(&sql)?.query_map(params, read)?.collect::<Result<_, rusqlite::Error>>();
            rows().map_err(|error| SqliteError::from(guard.explain(error)).into())
        })
        .await
    }
}

impl Views for SqliteStore {
    async fn views(&self, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
        let name = name.to_owned();
        self.read(move |reading| views::versions(reading.connection, &name)).await
    }

    async fn publish_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.change(move |database| database.publish_view(&view)).await
    }

    async fn remove_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.change(move |database| database.remove_view(&view)).await
    }

    async fn forget_messages(&self, view: ViewId, which: Forget) -> Result<u64, ViewError> {
        self.forget(String::new(), move |database, from| database.forget_messages(&view, which, from)).await
    }
}

impl ViewStore<ViewTx> for SqliteStore {
    async fn create_view(
        &self,
        view: ViewId,
        expected: Option<u64>,
        create: ViewWork<ViewTx, ()>,
    ) -> Result<(), ViewError> {
        self.change(move |database| database.create_view(&view, expected, create)).await
    }

    async fn update_view(&self, view: ViewId, expected: u64, work: ViewWork<ViewTx, u64>) -> Result<u64, ViewError> {
        self.change(move |database| database.update_view(&view, expected, work)).await
    }

    async fn receive(&self, view: ViewId, message: Message, work: ViewWork<ViewTx, ()>) -> Result<Received, ViewError> {
        message.check(&view)?;
        self.change(move |database| database.receive(&view, &message, work)).await
    }

    async fn append_with_views(
        &self,
        append: Append,
        views: Vec<Arc<dyn InlineView<ViewTx>>>,
    ) -> Result<Appended, AppendError> {
        validate(&append)?;
        self.change(move |database| database.append_with_views(&append, &views)).await
    }
}
