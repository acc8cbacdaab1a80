//! A store with a flaw.

use std::marker::PhantomData;

use factum::store::conformance::{Failure, StoreFactory, TestClock};
use factum::store::{Clock, CommandRecord, FeedQuery, Page, PageBuilder, StreamQuery};
use factum::{Append, AppendError, Appended, EventStore, MemoryStore, ReadError, Recorded};
use uuid::Uuid;

/// What goes wrong in a store, beside an otherwise good memory store.
pub(crate) trait Flaw: Send + Sync + 'static {
    /// The checks that must notice.
    const NOTICED_BY: &'static [&'static str];

    fn clock(clock: TestClock) -> impl Clock {
        clock
    }

    /// What happens to an append before it is stored.
    fn before(_: &MemoryStore, append: Append) -> impl Future<Output = Result<Append, AppendError>> + Send {
        async { Ok(append) }
    }

    /// What happens to the answer.
    fn answer(answer: Result<Appended, AppendError>) -> Result<Appended, AppendError> {
        answer
    }

    fn stream_query(query: StreamQuery) -> StreamQuery {
        query
    }

    fn feed_query(query: FeedQuery) -> FeedQuery {
        query
    }

    /// What happens to a page on its way out.
    fn page(page: Page) -> Page {
        page
    }

    /// What happens to what is remembered of a command.
    fn record(record: Option<CommandRecord>) -> Option<CommandRecord> {
        record
    }

    /// Which commands are forgotten.
    fn forget(before: factum::Timestamp) -> factum::Timestamp {
        before
    }

    /// What happens to what an id finds.
    fn found(_: &MemoryStore, page: Page) -> impl Future<Output = Result<Page, ReadError>> + Send {
        async { Ok(page) }
    }
}

pub(crate) struct Broken<F> {
    inner: MemoryStore,
    flaw: PhantomData<F>,
}

impl<F: Flaw> EventStore for Broken<F> {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let append = F::before(&self.inner, append).await?;
        F::answer(self.inner.append(append).await)
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        Ok(F::page(self.inner.read_stream(F::stream_query(query)).await?))
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        Ok(F::page(self.inner.read_all(F::feed_query(query)).await?))
    }

    async fn find_event(&self, id: Uuid) -> Result<Page, ReadError> {
        F::found(&self.inner, self.inner.find_event(id).await?).await
    }

    async fn find_command(&self, id: Uuid) -> Result<Option<CommandRecord>, ReadError> {
        Ok(F::record(self.inner.find_command(id).await?))
    }

    async fn forget_commands(&self, before: factum::Timestamp) -> Result<u64, AppendError> {
        self.inner.forget_commands(F::forget(before)).await
    }
}

pub(crate) struct Factory<F>(pub(crate) PhantomData<F>);

impl<F: Flaw> StoreFactory for Factory<F> {
    type Store = Broken<F>;

    fn make(&self, clock: TestClock) -> Result<Broken<F>, Failure> {
        Ok(Broken { inner: MemoryStore::with_clock(F::clock(clock)), flaw: PhantomData })
    }
}

/// The page with some events changed or left out.
pub(crate) fn rebuild(
    page: &Page,
    mut change: impl for<'a> FnMut(Recorded<'a>, &'a mut String) -> Option<Recorded<'a>>,
) -> Page {
    let mut rebuilt = PageBuilder::new(usize::MAX);
    for recorded in page.iter() {
        let mut text = String::new();
        if let Some(changed) = change(recorded, &mut text) {
            rebuilt.push(&changed);
        }
    }
    rebuilt.finish(page.next(), page.stream_version())
}
