//! What every store owes, as runnable checks: one function per promised behaviour.
//!
//! A store's own tests hand over a [`StoreFactory`] and get a test per behaviour:
//!
//! ```
//! use factum::MemoryStore;
//! use factum::store::conformance::{Failure, StoreFactory, TestClock};
//!
//! struct Memory;
//!
//! impl StoreFactory for Memory {
//!     type Store = MemoryStore;
//!
//!     fn make(&self, clock: TestClock) -> Result<MemoryStore, Failure> {
//!         Ok(MemoryStore::with_clock(clock))
//!     }
//! }
//!
//! factum::store_conformance!(Memory);
//! # fn main() {}
//! ```
//!
//! A store that also keeps [snapshots](crate::store::SnapshotStore) says `factum::snapshot_conformance!(Memory);` beside it.
//!
//! No test framework and no executor is needed: the checks are synchronous and wait by [`StoreFactory::block_on`]; those
//! about concurrency use threads. [`run_all`] runs them outside of `cargo test`.
//!
//! A behaviour that one store has and another has not is a bug in one of them: whatever is found to differ between two
//! stores becomes a function here.

mod harness;
#[macro_use]
mod list;
mod model;

pub mod append;
pub mod concurrency;
pub mod content;
pub mod feed;
pub mod read;
pub mod replay;
pub mod retry;
pub mod snapshot;
pub mod time;

pub use harness::{Bench, Failure, Kept, StoreFactory, TestClock, Violation, block_on};
pub use list::{Behaviour, behaviours, run_all, snapshot_behaviours};
pub use snapshot::SnapshotFactory;
