//! The SQLite store against its promises: the behaviours of every store, and what a file, a disk, a second process and
//! a sudden death add to them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

mod appending;
mod child;
mod conformance;
mod corrupt_rows;
mod failing_sync;
mod forgetting;
mod full_disk;
mod inbox;
mod killed;
mod lifecycle;
mod opening;
mod parked;
mod policies;
mod refused;
mod repository;
mod support;
mod synced;
mod two_processes;
mod views;
mod wal;
mod workers;
