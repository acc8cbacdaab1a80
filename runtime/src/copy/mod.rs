//! Copies a store into a new one, old events rewritten as their current versions.
#![doc = include_str!("../../docs/copy.md")]

mod digits;
mod error;
mod mapping;
mod rewrite;
mod run;
mod verify;

use std::future::Future;

use crate::error::ReadError;
use crate::store::{EventStore, FeedQuery, Page};

pub use error::{CopyError, Difference, RewriteError};
pub use mapping::{CopiedFrom, HEADER, translate};
pub use rewrite::{Rewrite, Rewritten};
pub use run::{Copied, copy, copy_with};
pub use verify::{verify, verify_with};

/// What a copy is made from: the feed of a store, which is only read.
pub trait Feed: Sync {
    /// The page that begins with the event at this position, or with the first behind it.
    ///
    /// # Errors
    /// [`ReadError`].
    fn page(&self, from: u64) -> impl Future<Output = Result<Page, ReadError>> + Send;
}

impl<S: EventStore> Feed for S {
    fn page(&self, from: u64) -> impl Future<Output = Result<Page, ReadError>> + Send {
        self.read_all(FeedQuery { from: Some(from), ..FeedQuery::default() })
    }
}
