//! Writing a store's events as a stream of lines.

use std::io::Write;

use super::error::ExportError;
use super::ndjson::NdjsonWriter;
use crate::store::{EventStore, EventStoreExt as _, FeedQuery, Page};
use crate::subscription::Filter;

/// What to export of a store, as lines of CloudEvents: all of it, unless told otherwise.
///
/// The lines are in the order of positions, so what was written last says where to go on: an export that was interrupted is
/// continued with [`Export::from`], and what was appended since an earlier one is exported in the same way.
///
/// ```
/// use factum::cloudevents::{Export, NdjsonReader, import};
/// use factum::store::EventStoreExt as _;
/// use factum::{ExpectedVersion, MemoryStore, NewEvent};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let store = MemoryStore::new();
/// let events = vec![NewEvent::new("shop.Opened", 1, "{}"), NewEvent::new("shop.Closed", 1, "{}")];
/// store.append_events(&"shop.Shop-1".parse()?, ExpectedVersion::None, events).await?;
///
/// let (lines, exported) = Export::new().types(["shop.Opened"]).write(&store, Vec::new(), |_| ()).await?;
/// assert_eq!((exported.events, exported.position), (1, 2));
///
/// let copy = MemoryStore::new();
/// import(&copy, NdjsonReader::new(&*lines), |_| ()).await?;
/// assert_eq!(copy.last_position().await?, Some(1));
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Export {
    filter: Filter,
    from: Option<u64>,
    up_to: Option<u64>,
}

/// How far an export has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Exported {
    /// The events written.
    pub events: u64,
    /// The bytes written.
    pub bytes: u64,
    /// Up to this position all has been looked at, and written if it was wanted; an export that goes on begins behind it.
    /// 0: nothing has been looked at.
    pub position: u64,
}

impl Export {
    /// Everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only events of these wire types, as they were stored.
    #[must_use]
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.filter.types = Some(types.into_iter().map(Into::into).collect());
        self
    }

    /// Only the events of these streams.
    #[must_use]
    pub fn streams<T: Into<String>>(mut self, streams: impl IntoIterator<Item = T>) -> Self {
        self.filter.streams = Some(streams.into_iter().map(Into::into).collect());
        self
    }

    /// Only the events of these bounded contexts: the part of their wire type before its last point.
    #[must_use]
    pub fn contexts<T: Into<String>>(mut self, contexts: impl IntoIterator<Item = T>) -> Self {
        self.filter.contexts = Some(contexts.into_iter().map(Into::into).collect());
        self
    }

    /// Only events at this position and behind it.
    #[must_use]
    pub const fn from(mut self, position: u64) -> Self {
        self.from = Some(position);
        self
    }

    /// Only events at this position and before it. Without it, up to the last event that there is when it begins.
    #[must_use]
    pub const fn up_to(mut self, position: u64) -> Self {
        self.up_to = Some(position);
        self
    }

    /// Writes what is wanted of `store` to `output`, which should be buffered, and calls `progress` after each page. Of the
    /// store a page is in memory. Answers the output, flushed.
    ///
    /// # Errors
    /// [`ExportError`], with the position up to which all has been written.
    pub async fn write<S: EventStore, W: Write + Send>(
        mut self,
        store: &S,
        output: W,
        mut progress: impl FnMut(&Exported) + Send,
    ) -> Result<(W, Exported), ExportError> {
        let failed = |source| ExportError::Read { position: 0, source };
        let last = store.last_position().await.map_err(failed)?.unwrap_or(0);
        self.up_to = Some(self.up_to.unwrap_or(last).min(last));
        let types = self.filter.types.clone();
        let mut exporter = Exporter::new(self, output);
        while let Some(from) = exporter.next_position() {
            let query = FeedQuery { from: Some(from), types: types.clone(), ..FeedQuery::default() };
            let page = store.read_all(query).await;
            exporter.page(&page.map_err(|source| ExportError::Read { position: exporter.done.position, source })?)?;
            progress(&exporter.done);
        }
        exporter.finish()
    }
}

/// An [`Export`] under way, for those who read a store's pages themselves: it is asked for the position from which on it
/// wants the next page, until it wants none.
#[derive(Debug)]
pub struct Exporter<W> {
    wanted: Export,
    output: NdjsonWriter<Counted<W>>,
    next: Option<u64>,
    done: Exported,
}

impl<W: Write> Exporter<W> {
    /// Begins to write to `output`, which should be buffered.
    pub fn new(wanted: Export, output: W) -> Self {
        let from = wanted.from.unwrap_or(1);
        let next = Some(from).filter(|from| wanted.up_to.is_none_or(|last| *from <= last));
        // Who goes on behind it and finds nothing goes on behind it the next time too.
        let done = Exported { position: from.saturating_sub(1), ..Exported::default() };
        Self { wanted, output: NdjsonWriter::new(Counted { output, bytes: 0 }), next, done }
    }

    /// The position with which the next page is to begin; `None`: all is written.
    #[must_use]
    pub const fn next_position(&self) -> Option<u64> {
        self.next
    }

    /// How far it has come.
    #[must_use]
    pub const fn done(&self) -> Exported {
        self.done
    }

    /// Writes what is wanted of a page of the feed, which begins where [`Exporter::next_position`] says. Events of types that are not
    /// wanted may be in it or not.
    ///
    /// # Errors
    /// [`ExportError::Write`].
    pub fn page(&mut self, page: &Page) -> Result<(), ExportError> {
        let last = self.wanted.up_to.unwrap_or(u64::MAX);
        for recorded in page.iter().take_while(|recorded| recorded.position <= last) {
            if self.wanted.filter.wants(&recorded) {
                let failed = |source| ExportError::Write { position: self.done.position, source };
                self.output.write(&recorded).map_err(failed)?;
                self.done.events += 1;
                self.done.bytes = self.output.get_ref().bytes;
            }
            self.done.position = recorded.position;
        }
        self.next = page.next().filter(|next| *next <= last);
        if self.next.is_none() && self.wanted.up_to.is_some() {
            // Behind the last event that was wanted there may have been others.
            self.done.position = last;
        }
        Ok(())
    }

    /// The output, flushed, and what was written to it.
    ///
    /// # Errors
    /// [`ExportError::Write`].
    pub fn finish(self) -> Result<(W, Exported), ExportError> {
        let done = self.done;
        let failed = |source| ExportError::Write { position: done.position, source };
        let output = self.output.finish().map_err(failed)?;
        Ok((output.output, done))
    }
}

/// An output, and how much was written to it.
#[derive(Debug)]
struct Counted<W> {
    output: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.output.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.output.flush()
    }
}
