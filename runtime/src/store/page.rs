//! A page: some events, owned, in one buffer.

use std::ops::Range;

use jiff::Timestamp;
use uuid::Uuid;

use crate::envelope::Recorded;

/// Some events of a stream or of the feed, read in one short transaction and owned, so that no reader holds one open.
///
/// At most [`Page::MAX_EVENTS`] events or about [`Page::MAX_BYTES`] bytes, whichever is reached first, but at least one
/// event where there is one.
#[derive(Debug, Clone, Default)]
pub struct Page {
    rows: Vec<Row>,
    /// Every text of every row; rows hold ranges into it.
    text: String,
    next: Option<u64>,
    stream_version: Option<u64>,
}

impl Page {
    /// The most events that one page holds.
    pub const MAX_EVENTS: usize = 1000;
    /// The bytes of text after which a page takes no further event (1 MiB).
    pub const MAX_BYTES: usize = 1 << 20;

    /// How many events it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds none. With a type filter an empty page need not be the last: see [`Page::next`].
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The `from` of the query that reads on; `None` where everything asked for has been read.
    #[must_use]
    pub const fn next(&self) -> Option<u64> {
        self.next
    }

    /// The version of the stream that was read, at the time of reading: the number of its events, whatever the query
    /// asked of them. `None` for a stream that does not exist, and for the feed.
    #[must_use]
    pub const fn stream_version(&self) -> Option<u64> {
        self.stream_version
    }

    /// How many of its events, which are the feed's in its order, stand at `position` or before.
    pub(crate) fn up_to(&self, position: u64) -> usize {
        self.rows.partition_point(|row| row.position <= position)
    }

    /// The event at `index`, in the order of the query.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Recorded<'_>> {
        self.rows.get(index).map(|row| row.recorded(&self.text))
    }

    /// The events, in the order of the query.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Recorded<'_>> + ExactSizeIterator {
        self.rows.iter().map(|row| row.recorded(&self.text))
    }
}

/// The fixed parts of an event, and where its texts stand in the page's buffer.
#[derive(Debug, Clone)]
struct Row {
    id: Uuid,
    version: u64,
    position: u64,
    schema_version: u32,
    readable_from: u32,
    recorded_at: Timestamp,
    correlation_id: Option<Uuid>,
    causation_id: Option<Uuid>,
    depth: u32,
    stream: Range<usize>,
    event_type: Range<usize>,
    actor: Option<Range<usize>>,
    raw_headers: Option<Range<usize>>,
    payload: Range<usize>,
}

impl Row {
    /// Of an event whose stream and type are already in `text`, where the rest is added.
    fn of(event: &Recorded<'_>, stream: Range<usize>, event_type: Range<usize>, text: &mut String) -> Self {
        Self {
            id: event.id,
            version: event.version,
            position: event.position,
            schema_version: event.schema_version,
            readable_from: event.readable_from,
            recorded_at: event.recorded_at,
            correlation_id: event.correlation_id,
            causation_id: event.causation_id,
            depth: event.depth,
            stream,
            event_type,
            actor: event.actor.map(|actor| keep(text, actor)),
            raw_headers: event.raw_headers.map(|headers| keep(text, headers)),
            payload: keep(text, event.payload),
        }
    }

    fn recorded<'a>(&self, text: &'a str) -> Recorded<'a> {
        Recorded {
            id: self.id,
            stream: &text[self.stream.clone()],
            version: self.version,
            position: self.position,
            event_type: &text[self.event_type.clone()],
            schema_version: self.schema_version,
            readable_from: self.readable_from,
            recorded_at: self.recorded_at,
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            depth: self.depth,
            actor: self.actor.clone().map(|range| &text[range]),
            raw_headers: self.raw_headers.clone().map(|range| &text[range]),
            payload: &text[self.payload.clone()],
        }
    }
}

/// One event, owned: what outlives the page that it was read in.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    row: Row,
    text: Box<str>,
}

impl StoredEvent {
    /// The event, as a page would lend it.
    #[must_use]
    pub fn recorded(&self) -> Recorded<'_> {
        self.row.recorded(&self.text)
    }
}

impl From<&Recorded<'_>> for StoredEvent {
    fn from(recorded: &Recorded<'_>) -> Self {
        let mut text = String::new();
        let stream = keep(&mut text, recorded.stream);
        let event_type = keep(&mut text, recorded.event_type);
        let row = Row::of(recorded, stream, event_type, &mut text);
        Self { row, text: text.into() }
    }
}

/// Fills a [`Page`], for those who write a store.
#[derive(Debug, Default)]
pub struct PageBuilder {
    page: Page,
    limit: usize,
}

impl PageBuilder {
    /// A page of at most `limit` events, and never more than a page holds.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { page: Page::default(), limit: limit.min(Page::MAX_EVENTS) }
    }

    /// Whether the page takes no further event.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.page.rows.len() >= self.limit || self.page.text.len() >= Page::MAX_BYTES
    }

    /// Adds an event. Whoever adds to a full page makes it larger than promised: ask [`PageBuilder::is_full`] first.
    pub fn push(&mut self, event: &Recorded<'_>) {
        let (stream, event_type) = self.shared(event);
        let row = Row::of(event, stream, event_type, &mut self.page.text);
        self.page.rows.push(row);
    }

    /// The page; `next` is the `from` of the query that reads on, `stream_version` that of the stream read.
    #[must_use]
    pub fn finish(mut self, next: Option<u64>, stream_version: Option<u64>) -> Page {
        self.page.next = next;
        self.page.stream_version = stream_version;
        self.page
    }

    /// Where the event's stream and type stand: a run of events of one stream, or of one type, keeps its name once.
    fn shared(&mut self, event: &Recorded<'_>) -> (Range<usize>, Range<usize>) {
        let last = self.page.rows.last().map(|row| (row.stream.clone(), row.event_type.clone()));
        let (stream, event_type) = last.unwrap_or_default();
        let reuse = |page: &Page, range: Range<usize>, text: &str| (page.text[range.clone()] == *text).then_some(range);
        let stream = reuse(&self.page, stream, event.stream).unwrap_or_else(|| self.keep(event.stream));
        let event_type = reuse(&self.page, event_type, event.event_type).unwrap_or_else(|| self.keep(event.event_type));
        (stream, event_type)
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        keep(&mut self.page.text, text)
    }
}

/// Adds `part`, and says where it stands.
fn keep(text: &mut String, part: &str) -> Range<usize> {
    let start = text.len();
    text.push_str(part);
    start..text.len()
}
