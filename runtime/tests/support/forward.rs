//! What a store that is to misbehave leaves to the store in it.

/// These methods of `EventStore` and `Changes`, as the store in the field `inner` has them.
macro_rules! forwarded {
    ($($method:ident),+) => { $(forwarded!(@ $method);)+ };
    (@ append) => {
        async fn append(&self, append: factum::Append) -> Result<factum::Appended, factum::AppendError> {
            self.inner.append(append).await
        }
    };
    (@ read_stream) => {
        async fn read_stream(&self, query: factum::store::StreamQuery) -> Result<factum::store::Page, factum::ReadError> {
            self.inner.read_stream(query).await
        }
    };
    (@ read_all) => {
        async fn read_all(&self, query: factum::store::FeedQuery) -> Result<factum::store::Page, factum::ReadError> {
            self.inner.read_all(query).await
        }
    };
    (@ find_event) => {
        async fn find_event(&self, id: factum::Uuid) -> Result<factum::store::Page, factum::ReadError> {
            self.inner.find_event(id).await
        }
    };
    (@ find_command) => {
        async fn find_command(
            &self,
            id: factum::Uuid,
        ) -> Result<Option<factum::store::CommandRecord>, factum::ReadError> {
            self.inner.find_command(id).await
        }
    };
    (@ forget_commands) => {
        async fn forget_commands(&self, before: factum::Timestamp) -> Result<u64, factum::AppendError> {
            self.inner.forget_commands(before).await
        }
    };
    (@ changed) => {
        fn changed(&self) -> factum::store::Changed {
            self.inner.changed()
        }
    };
}
