//! Code that asks a store for what the store cannot do before the code has ended.

use super::policy::PolicyStoreError;
use super::subscription::SubscriptionError;
use super::view::ViewError;
use crate::error::{AppendError, ReadError};

/// Code that runs inside of a change of the store (a projection's handler, an inbox's effect) asked the same store for something
/// that would wait for this very change. It is the source of the error, which says `Storage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error(
    "it was asked for by code that runs inside of a change of the store, and would wait for that for ever: do it before or \
     after the change"
)]
pub struct Reentrant;

/// What of a store can be asked for in such a place.
macro_rules! refuses {
    ($($error:ty),*) => {$(
        impl From<Reentrant> for $error {
            fn from(reentrant: Reentrant) -> Self {
                Self::Storage(reentrant.into())
            }
        }
    )*};
}

refuses!(AppendError, ReadError, ViewError, SubscriptionError, PolicyStoreError);
