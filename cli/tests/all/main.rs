//! The program as a user meets it: verbs run in-process, in temporary folders and real git repositories, and a few times
//! as a real process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod action;
mod approvals;
#[cfg(feature = "sqlite")]
mod audit;
mod baseline;
mod catalogs;
#[cfg(unix)]
mod colours;
#[cfg(feature = "sqlite")]
mod copies;
mod costs;
mod declared;
mod derived;
mod differences;
#[cfg(feature = "sqlite")]
mod disturbing;
mod edits;
mod formats;
mod gone;
mod happened;
#[cfg(all(feature = "sqlite", target_os = "linux"))]
mod killed;
mod locks;
mod moved;
mod play;
mod process;
mod sql;
#[cfg(feature = "sqlite")]
mod stored_page;
mod support;
#[cfg(feature = "sqlite")]
mod transfer;
mod verbs;
mod verify;
