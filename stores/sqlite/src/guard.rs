//! What SQL may do that is not the store's own.
//!
//! The store's connections run SQL of the user's: the code of views on the one that writes, queries on those that read.
//! SQLite asks what a statement may do when it is prepared, so statements of different owners must never be one and the
//! same: whoever runs SQL of others puts a comment with the owner's name before it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use factum::store::ViewId;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, Error, ffi};

/// Whose SQL a connection runs.
#[derive(Debug)]
pub(crate) enum Owner {
    /// The store's.
    Store,
    /// A query's: it reads.
    Query,
    /// A view's: it also writes to the view's own tables.
    View(ViewId),
}

/// Watches over one connection.
#[derive(Debug, Clone)]
pub(crate) struct Guard(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    owner: Owner,
    /// What was refused last, for the error that follows.
    refusal: Option<String>,
}

/// A connection is lent as long as this is there.
pub(crate) struct Lent(Guard);

impl Guard {
    /// The guard of a connection, which is the store's as long as nobody borrows it.
    pub(crate) fn of(connection: &mut Connection) -> Result<Self, Error> {
        let guard = Self(Arc::new(Mutex::new(State { owner: Owner::Store, refusal: None })));
        let asked = guard.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| asked.state().answer(&context)))?;
        // A failure inside a view's code may have ended the transaction: what the code does then must not stay.
        let asked = guard.clone();
        connection.commit_hook(Some(move || !matches!(asked.state().owner, Owner::Store)))?;
        Ok(guard)
    }

    /// Lends the connection.
    pub(crate) fn lend(&self, owner: Owner) -> Lent {
        self.state().owner = owner;
        Lent(self.clone())
    }

    /// Says what was refused, where that is what SQLite failed with.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let refused = error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_AUTH);
        match self.state().refusal.take() {
            Some(refusal) if refused => Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_AUTH), Some(refusal)),
            Some(_) | None => error,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.0.state().owner = Owner::Store;
    }
}

impl State {
    fn answer(&mut self, context: &AuthContext<'_>) -> Authorization {
        let refusal = match &self.owner {
            Owner::Store => None,
            Owner::Query => refusal(None, context.action),
            Owner::View(view) => refusal(Some(view), context.action),
        };
        if refusal.is_none() {
            return Authorization::Allow;
        }
        self.refusal = refusal;
        Authorization::Deny
    }
}

/// Why SQL that is not the store's may not do this; `None`: it may.
fn refusal(view: Option<&ViewId>, action: AuthAction<'_>) -> Option<String> {
    let change = |object| match view {
        // The list of tables: SQLite itself refuses to have it changed otherwise than by making and dropping them.
        Some(_) if object == "sqlite_master" => None,
        Some(view) if owns(view, object) => None,
        Some(view) => Some(format!(
            "the view {view} may not change `{object}`: its own are `{view}` and what has a name that begins with \
             `{view}_`"
        )),
        None => Some(format!("a query may not change `{object}`")),
    };
    let never = |what: &str| Some(format!("SQL that is not the store's may not {what}"));
    match action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive
        // Full-text indexes ask for it.
        | AuthAction::Pragma { pragma_name: "data_version", pragma_value: None } => None,
        AuthAction::Insert { table_name: object }
        | AuthAction::Update { table_name: object, .. }
        | AuthAction::Delete { table_name: object }
        | AuthAction::CreateTable { table_name: object }
        | AuthAction::DropTable { table_name: object }
        | AuthAction::CreateVtable { table_name: object, .. }
        | AuthAction::DropVtable { table_name: object, .. }
        | AuthAction::CreateView { view_name: object }
        | AuthAction::DropView { view_name: object }
        | AuthAction::Reindex { index_name: object } => change(object),
        // The index of a table's key has a name that no statement can give.
        AuthAction::CreateIndex { index_name, table_name } if index_name.starts_with("sqlite_autoindex_") => {
            change(table_name)
        }
        AuthAction::CreateIndex { index_name, table_name } | AuthAction::DropIndex { index_name, table_name } => {
            change(table_name).or_else(|| change(index_name))
        }
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
            never("begin or end a transaction: the store does")
        }
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => never("use other files"),
        AuthAction::Pragma { pragma_name, .. } => never(&format!("use the pragma `{pragma_name}`")),
        AuthAction::AlterTable { .. } => never("alter a table: raise the view's version, and make it as it is to be"),
        _ => never(&format!("do this: {action:?}")),
    }
}

/// Whether a table, or whatever else has a name, is one of the view's own.
pub(crate) fn owns(view: &ViewId, object: &str) -> bool {
    object.strip_prefix(&view.to_string()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}
