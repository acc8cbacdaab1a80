//! An event store for [`factum`] in one SQLite file.
//!
//! ```
//! use factum::store::EventStoreExt;
//! use factum::{ExpectedVersion, NewEvent};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! # let folder = tempfile::tempdir()?;
//! # std::env::set_current_dir(&folder)?;
//!
//! let store = factum_sqlite::SqliteStore::open("notes.db").await?;
//! let page = "notes.Page-1".parse()?;
//! let event = NewEvent::new("notes.Written", 1, r#"{"text":"hello"}"#);
//! let appended = store.append_events(&page, ExpectedVersion::None, vec![event]).await?;
//! assert_eq!(appended.version, 1);
//! store.close().await;
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # How it works
//!
//! One thread owns the connection that writes. Appends reach it through a bounded channel; whatever is waiting when it
//! begins is committed as a group, so that one sync of the disk serves many. Nobody is answered before that commit has
//! been synced: not those whose append conflicts or repeats an earlier one either, because what decided it may be part
//! of the same group. Reading threads have a connection each and read one page in one short transaction, so no reader
//! ever keeps the write-ahead log from being reused. Any executor will do: there is none in here.
//!
//! Two processes may use one file. They take turns at `<file>.writer`, each for the time of one group.
//!
//! [Snapshots](factum::store::SnapshotStore) and the state of [subscriptions](factum::Subscription) are kept in the same
//! file, and so is that of [policies](factum::policy). They are written in transactions of their own, between two groups.
//! Whoever has a subscription open holds a lock at `<file>.<name>.subscription`, whoever runs a policy one at
//! `<file>.<name>.policy`; it ends with the process at the latest.
//!
//! Whoever waits for [changes](factum::store::Changes) is woken at once by what this store writes, and within some 20 ms
//! by what another process does.
//!
//! # Views
//!
//! A [projection](factum::projection) keeps its rows in tables of its own, beside the events, with SQL of your own: see
//! [`ViewTx`]. An [inbox](factum::inbox) keeps its rows so as well. Its transactions are run between two groups, and
//! appends with inline views by themselves. What is live is seen by every connection to the file under the view's name;
//! [`SqliteStore::query`] reads it.
//!
//! ```
//! use factum::projection::{Projection, Projector};
//! use factum::store::{EventStoreExt, ViewResult};
//! use factum::{Event, EventSet, ExpectedVersion, NewEvent, Recorded};
//! use factum_sqlite::{SqliteStore, ViewTx};
//!
//! #[derive(Event)]
//! #[event(context = "notes")]
//! struct Written {
//!     words: u32,
//! }
//!
//! #[derive(EventSet)]
//! #[event_set(streams = "notes.Page")]
//! enum PageEvent {
//!     Written(Written),
//! }
//!
//! /// How many words stand on each page.
//! struct Lengths;
//!
//! impl Projection for Lengths {
//!     type Tx = ViewTx;
//!     type Events = PageEvent;
//!     const NAME: &'static str = "lengths";
//!     const VERSION: u32 = 1;
//!
//!     fn create(&self, tx: &mut ViewTx) -> ViewResult {
//!         Ok(tx.execute_batch("CREATE TABLE lengths_v1 (page TEXT PRIMARY KEY, words INTEGER NOT NULL) STRICT")?)
//!     }
//! }
//!
//! impl ProjectPageEvent for Lengths {
//!     fn on_written(&self, tx: &mut ViewTx, event: &Written, recorded: &Recorded<'_>) -> ViewResult {
//!         let sql = "INSERT INTO lengths_v1 VALUES (?1, ?2) ON CONFLICT DO UPDATE SET words = words + excluded.words";
//!         tx.execute(sql, (recorded.stream, event.words))?;
//!         Ok(())
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let store = SqliteStore::open_in_memory().await?;
//! let page = "notes.Page-1".parse()?;
//! let written = NewEvent::new("notes.Written", 1, r#"{"words":7}"#);
//! store.append_events(&page, ExpectedVersion::Any, vec![written]).await?;
//!
//! Projector::new(store.clone(), Lengths).catch_up(|_| {}).await?;
//! let sql = "SELECT words FROM lengths WHERE page = ?1";
//! let words: Vec<i64> = store.query(sql, (page.to_string(),), |row| row.get(0)).await?;
//! assert_eq!(words, [7]);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # When something fails
//!
//! | what | answer |
//! |---|---|
//! | the disk is full, the file cannot be written | [`Storage`](factum::AppendError::Storage): nothing was written; the others of its group are not touched |
//! | another process writes for longer than [`Options::busy_timeout`] | [`Busy`](factum::AppendError::Busy): nothing was written |
//! | the commit itself fails | [`OutcomeUnknown`](factum::AppendError::OutcomeUnknown): retry with the same ids |
//! | the future is dropped | the append may or may not be stored: retry with the same ids |

mod error;
mod failure;
mod file;
mod guard;
mod options;
mod policy;
mod reader;
mod scan;
mod schema;
mod snapshot;
mod sql;
mod store;
mod subscription;
mod view;
mod view_tx;
mod wait;
mod watch;
mod writer;

pub use error::{OpenError, SqliteError};
pub use file::is_of_store;
pub use options::Options;
pub use reader::Gap;
/// The SQLite that runs the SQL of views: its parameters, rows and errors.
pub use rusqlite;
pub use scan::Scan;
pub use store::SqliteStore;
pub use view::QueryError;
pub use view_tx::ViewTx;
