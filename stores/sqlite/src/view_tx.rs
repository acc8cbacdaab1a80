//! How a view's code reaches its rows.

use std::fmt;

use factum::store::view::run_guarded;
use factum::store::{ViewError, ViewId, ViewResult};
use rusqlite::{Connection, Error, OptionalExtension, Params, Row};

use crate::guard::{Guard, Owner};

/// The transaction in which a view changes: the SQL of its code runs in here.
///
/// The view `seats` in version 2 has the table `seats_v2`, and as many further tables, indexes, views of SQL's and
/// full-text indexes as it makes, with names that begin with `seats_v2_`. It may read whatever is in the file and write
/// to these alone: SQL that does something else is refused with a sentence that says what. Statements are prepared once
/// and kept.
///
/// The rows and the view's position are stored together when the code has ended; if it fails, neither is. It must be
/// quick: appends wait meanwhile.
///
/// ```
/// use factum::store::{ViewId, ViewStore};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use factum_sqlite::{SqliteStore, ViewTx};
///
/// let store = SqliteStore::open_in_memory().await?;
/// let seats = ViewId::new("seats", 1)?;
/// let create = |tx: &mut ViewTx| {
///     tx.execute_batch("CREATE TABLE seats_v1 (room TEXT PRIMARY KEY, free INTEGER NOT NULL) STRICT")?;
///     Ok(())
/// };
/// store.create_view(seats.clone(), None, Box::new(create)).await?;
/// let first = |tx: &mut ViewTx| {
///     tx.execute("INSERT INTO seats_v1 VALUES (?1, ?2)", ("A", 40))?;
///     Ok(1)
/// };
/// store.update_view(seats, 0, Box::new(first)).await?;
/// let free = store.query("SELECT free FROM seats_v1 WHERE room = ?1", ("A",), |row| row.get::<_, i64>(0)).await?;
/// assert_eq!(free, [40]);
/// # Ok(())
/// # })
/// # }
/// ```
pub struct ViewTx {
    connection: Connection,
    guard: Guard,
    /// The statement that is run: the owner's name as a comment, and the owner's SQL.
    statement: String,
    /// The bytes of the comment.
    owner: usize,
}

impl ViewTx {
    /// The connection that writes, which views borrow.
    pub(crate) fn new(mut connection: Connection) -> Result<Self, Error> {
        let guard = Guard::of(&mut connection)?;
        Ok(Self { connection, guard, statement: String::new(), owner: 0 })
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Runs the code of a view, inside of a transaction. If it fails, the transaction must be rolled back.
    pub(crate) fn lend<T>(
        &mut self,
        view: &ViewId,
        code: impl FnOnce(&mut Self) -> ViewResult<T>,
    ) -> Result<T, ViewError> {
        self.statement = format!("/*{view}*/ ");
        self.owner = self.statement.len();
        let lent = self.guard.lend(Owner::View(view.clone()));
        let done = run_guarded(view, || code(self))?;
        drop(lent);
        if self.connection.is_autocommit() {
            let source = "an error that its code passed over has undone the transaction".into();
            return Err(ViewError::Failed { view: view.clone(), source });
        }
        Ok(done)
    }

    /// Runs a statement, and answers how many rows it has changed.
    ///
    /// # Errors
    /// SQLite's; [`SQLITE_AUTH`](rusqlite::ffi::SQLITE_AUTH) for what a view may not do.
    pub fn execute(&mut self, sql: &str, params: impl Params) -> Result<usize, Error> {
        self.run(sql, |connection, sql| connection.prepare_cached(sql)?.execute(params))
    }

    /// Runs several statements without parameters, to make tables above all.
    ///
    /// # Errors
    /// As [`ViewTx::execute`].
    pub fn execute_batch(&mut self, sql: &str) -> Result<(), Error> {
        self.connection.execute_batch(sql).map_err(|error| self.guard.explain(error))
    }

    /// The first row that a query finds.
    ///
    /// # Errors
    /// As [`ViewTx::execute`], and what `read` fails with.
    pub fn query_row<T>(
        &mut self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.run(sql, |connection, sql| connection.prepare_cached(sql)?.query_row(params, read).optional())
    }

    /// All rows that a query finds.
    ///
    /// # Errors
    /// As [`ViewTx::execute`], and what `read` fails with.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.run(sql, |connection, sql| connection.prepare_cached(sql)?.query_map(params, read)?.collect())
    }

    fn run<T>(&mut self, sql: &str, run: impl FnOnce(&Connection, &str) -> Result<T, Error>) -> Result<T, Error> {
        self.statement.truncate(self.owner);
        self.statement.push_str(sql);
        run(&self.connection, &self.statement).map_err(|error| self.guard.explain(error))
    }
}

impl fmt::Debug for ViewTx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewTx").field("guard", &self.guard).finish_non_exhaustive()
    }
}
