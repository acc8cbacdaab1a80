//! A store behind a pointer, where its type is chosen at run time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Append, Appended, CommandRecord, EventStore, FeedQuery, Page, StreamQuery};
use crate::error::{AppendError, ReadError};

/// A boxed future, as the methods of [`DynEventStore`] return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// [`EventStore`] with boxed futures, so that it can stand behind `dyn`. Every store has it.
///
/// `Arc<dyn DynEventStore>` and `Box<dyn DynEventStore>` are stores themselves:
///
/// ```
/// use std::sync::Arc;
///
/// use factum::store::{DynEventStore, EventStore, MemoryStore};
///
/// fn is_a_store(_: &impl EventStore) {}
///
/// let store: Arc<dyn DynEventStore> = Arc::new(MemoryStore::new());
/// is_a_store(&store);
/// ```
pub trait DynEventStore: Send + Sync + 'static {
    /// [`EventStore::append`].
    fn append_boxed(&self, append: Append) -> BoxFuture<'_, Result<Appended, AppendError>>;
    /// [`EventStore::read_stream`].
    fn read_stream_boxed(&self, query: StreamQuery) -> BoxFuture<'_, Result<Page, ReadError>>;
    /// [`EventStore::read_all`].
    fn read_all_boxed(&self, query: FeedQuery) -> BoxFuture<'_, Result<Page, ReadError>>;
    /// [`EventStore::find_event`].
    fn find_event_boxed(&self, id: Uuid) -> BoxFuture<'_, Result<Page, ReadError>>;
    /// [`EventStore::find_command`].
    fn find_command_boxed(&self, id: Uuid) -> BoxFuture<'_, Result<Option<CommandRecord>, ReadError>>;
    /// [`EventStore::forget_commands`].
    fn forget_commands_boxed(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, AppendError>>;
}

impl<S: EventStore> DynEventStore for S {
    fn append_boxed(&self, append: Append) -> BoxFuture<'_, Result<Appended, AppendError>> {
        Box::pin(self.append(append))
    }

    fn read_stream_boxed(&self, query: StreamQuery) -> BoxFuture<'_, Result<Page, ReadError>> {
        Box::pin(self.read_stream(query))
    }

    fn read_all_boxed(&self, query: FeedQuery) -> BoxFuture<'_, Result<Page, ReadError>> {
        Box::pin(self.read_all(query))
    }

    fn find_event_boxed(&self, id: Uuid) -> BoxFuture<'_, Result<Page, ReadError>> {
        Box::pin(self.find_event(id))
    }

    fn find_command_boxed(&self, id: Uuid) -> BoxFuture<'_, Result<Option<CommandRecord>, ReadError>> {
        Box::pin(self.find_command(id))
    }

    fn forget_commands_boxed(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, AppendError>> {
        Box::pin(self.forget_commands(before))
    }
}

/// A pointer to a store is a store. `dyn DynEventStore` needs its own row: it is no `EventStore` by itself.
macro_rules! store_behind {
    ($(
        {$($generics:tt)*} $pointer:ty:
            $append:ident, $read_stream:ident, $read_all:ident, $find_event:ident, $find_command:ident, $forget_commands:ident;
    )*) => {$(
        impl $($generics)* EventStore for $pointer {
            fn append(&self, append: Append) -> impl Future<Output = Result<Appended, AppendError>> + Send {
                (**self).$append(append)
            }

            fn read_stream(&self, query: StreamQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
                (**self).$read_stream(query)
            }

            fn read_all(&self, query: FeedQuery) -> impl Future<Output = Result<Page, ReadError>> + Send {
                (**self).$read_all(query)
            }

            fn find_event(&self, id: Uuid) -> impl Future<Output = Result<Page, ReadError>> + Send {
                (**self).$find_event(id)
            }

            fn find_command(
                &self,
                id: Uuid,
            ) -> impl Future<Output = Result<Option<CommandRecord>, ReadError>> + Send {
                (**self).$find_command(id)
            }

            fn forget_commands(&self, before: Timestamp) -> impl Future<Output = Result<u64, AppendError>> + Send {
                (**self).$forget_commands(before)
            }
        }
    )*};
}

store_behind! {
    {<S: EventStore>} Arc<S>: append, read_stream, read_all, find_event, find_command, forget_commands;
    {} Arc<dyn DynEventStore>:
        append_boxed, read_stream_boxed, read_all_boxed, find_event_boxed, find_command_boxed, forget_commands_boxed;
    {} Box<dyn DynEventStore>:
        append_boxed, read_stream_boxed, read_all_boxed, find_event_boxed, find_command_boxed, forget_commands_boxed;
}
