//! Tests that span the crates.
#![allow(clippy::panic)] // that is how a test fails, also in what tests call

mod agreement;
mod golden;
mod hostile;
mod mapped;
mod old_readers;
mod policies;
mod snapshots;
mod support;
