//! Tests that span the crates.

mod agreement;
mod golden;
mod old_readers;
mod support;
