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
//! file. They are written in transactions of their own, between two groups. Whoever has a subscription open holds a lock
//! at `<file>.<name>.subscription`, which ends with the process at the latest.
//!
//! Whoever waits for [changes](factum::store::Changes) is woken at once by what this store writes, and within some 20 ms
//! by what another process does.
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
mod options;
mod reader;
mod scan;
mod schema;
mod snapshot;
mod sql;
mod store;
mod subscription;
mod wait;
mod watch;
mod writer;

pub use error::{OpenError, SqliteError};
pub use options::Options;
pub use scan::Scan;
pub use store::SqliteStore;
