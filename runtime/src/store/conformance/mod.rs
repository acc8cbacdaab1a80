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
//! A store that keeps more has further promises to keep: [snapshots](crate::store::SnapshotStore) with
//! `factum::snapshot_conformance!`, views with `factum::view_conformance!` (which takes a [`ViewFactory`]), the state of
//! subscriptions with `factum::subscription_conformance!`, that of policies with `factum::policy_conformance!`; each is
//! said beside the first.
//!
//! No test framework and no executor is needed: the checks are synchronous and wait by [`StoreFactory::block_on`]; those
//! about concurrency use threads. [`run_all`] runs a list of them outside of `cargo test`.
//!
//! A behaviour that one store has and another has not is a bug in one of them: whatever is found to differ between two
//! stores becomes a function here.

mod clerk;
mod harness;
#[macro_use]
mod list;
mod model;
mod tally;
mod viewed;

pub mod append;
pub mod commands;
pub mod concurrency;
pub mod content;
pub mod deliveries;
pub mod feed;
pub mod inbox;
pub mod inline;
pub mod inside;
pub mod instances;
pub mod policies;
pub mod projections;
pub mod read;
pub mod replay;
pub mod retry;
pub mod snapshot;
pub mod subscriptions;
pub mod time;
pub mod timers;
pub mod views;

pub use clerk::{After, Clerk, Deeds, Desk, Forbidden, Said};
pub use harness::{Bench, Failure, Kept, StoreFactory, TestClock, Violation, block_on};
pub use list::{
    Behaviour, behaviours, policy_behaviours, run_all, snapshot_behaviours, subscription_behaviours, view_behaviours,
};
pub use snapshot::SnapshotFactory;
pub use tally::{Every, Tally, ViewFactory};
