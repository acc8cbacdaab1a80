//! A store in memory: for tests, for examples, and for what need not outlive the process.

use std::collections::HashMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::Timestamp;
use uuid::Uuid;

use super::clock::{Clock, SystemClock, to_microseconds};
use super::validate::{Existing, headers_text, nothing_again, recorded_times, repeat_of, validate};
use super::{
    Append, Appended, ChangeSignal, CommandRecord, Direction, EventStore, FeedQuery, Page, PageBuilder, Reentrant,
    StreamQuery,
};
use crate::envelope::{NewEvent, Recorded};
use crate::error::{AppendError, ReadError};

mod policies;
mod snapshots;
mod subscriptions;
mod taken;
mod turns;
mod views;

/// A store that keeps everything in memory. Clones share one log.
///
/// It owes and keeps what every store does, but for durability.
///
/// ```
/// use factum::store::{EventStoreExt, MemoryStore};
/// use factum::{ExpectedVersion, NewEvent};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let store = MemoryStore::new();
/// let stream = "notes.Page-1".parse()?;
/// let event = NewEvent::new("notes.Written", 1, r#"{"text":"hello"}"#);
/// let appended = store.append_events(&stream, ExpectedVersion::None, vec![event]).await?;
/// assert_eq!((appended.version, appended.position), (1, Some(1)));
/// assert_eq!(store.stream_version(&stream).await?, Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })
/// # }
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    log: Arc<RwLock<Log>>,
    turns: Arc<turns::Turns>,
    snapshots: Arc<RwLock<snapshots::Snapshots>>,
    signal: Arc<ChangeSignal>,
    clock: Arc<dyn Clock>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// An empty store that takes its time from `clock`.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            log: Arc::default(),
            turns: Arc::default(),
            snapshots: Arc::default(),
            signal: Arc::default(),
            clock: Arc::new(clock),
        }
    }

    // Nothing that can panic runs between two changes of the log, so one that a panic left behind is whole.
    fn read(&self) -> RwLockReadGuard<'_, Log> {
        self.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A change, by somebody who has no turn yet.
    fn write(&self) -> Result<Change<'_>, Reentrant> {
        let turn = self.turns.take()?;
        Ok(self.change(turn))
    }

    /// A change, by somebody whose turn it is. Whatever was read in this turn is still so.
    fn change<'s>(&'s self, turn: turns::Turn<'s>) -> Change<'s> {
        Change { log: self.log.write().unwrap_or_else(PoisonError::into_inner), _turn: turn }
    }
}

/// The log, while it is changed.
struct Change<'s> {
    log: RwLockWriteGuard<'s, Log>,
    _turn: turns::Turn<'s>,
}

impl Deref for Change<'_> {
    type Target = Log;

    fn deref(&self) -> &Log {
        &self.log
    }
}

impl DerefMut for Change<'_> {
    fn deref_mut(&mut self) -> &mut Log {
        &mut self.log
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = self.read();
        f.debug_struct("MemoryStore").field("events", &log.rows.len()).field("streams", &log.streams.len()).finish()
    }
}

impl EventStore for MemoryStore {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        validate(&append)?;
        let mut log = self.write()?;
        let decision = log.decide(append, self.clock.as_ref())?;
        let appended = log.keep(decision);
        drop(log);
        self.signal.raise();
        Ok(appended)
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<Page, ReadError> {
        Ok(self.read().read_stream(&query))
    }

    async fn read_all(&self, query: FeedQuery) -> Result<Page, ReadError> {
        Ok(self.read().read_all(&query))
    }

    async fn find_event(&self, id: Uuid) -> Result<Page, ReadError> {
        let log = self.read();
        let mut page = PageBuilder::new(1);
        if let Some(&place) = log.ids.get(&id) {
            page.push(&log.at(place));
        }
        Ok(page.finish(None, None))
    }

    async fn find_command(&self, id: Uuid) -> Result<Option<CommandRecord>, ReadError> {
        Ok(self.read().commands.get(&id).map(|(record, _)| record.clone()))
    }

    async fn forget_commands(&self, before: Timestamp) -> Result<u64, AppendError> {
        let commands = &mut self.write()?.commands;
        let held = commands.len();
        commands.retain(|_, (_, came)| *came >= before);
        Ok(count(held - commands.len()))
    }
}

/// Everything that was ever appended. A row's place in `rows` is its position less one.
#[derive(Default)]
struct Log {
    rows: Vec<Row>,
    /// For each stream the places of its rows: the event of version n is the n-th.
    streams: HashMap<Arc<str>, Vec<usize>>,
    ids: HashMap<Uuid, usize>,
    /// The commands that came to nothing, and when.
    commands: HashMap<Uuid, (CommandRecord, Timestamp)>,
    views: views::Shelf,
    subscriptions: subscriptions::Ledger,
    policies: policies::Register,
}

/// What becomes of an append.
enum Decision {
    /// Nothing is stored.
    Answer(Appended),
    /// That a command came to nothing, and when.
    Remember(Uuid, CommandRecord, Timestamp),
    /// These rows, the first behind all that there are.
    Store(Vec<Row>),
}

impl Decision {
    /// The rows that are new.
    fn rows(&self) -> &[Row] {
        match self {
            Self::Store(rows) => rows,
            Self::Answer(_) | Self::Remember(..) => &[],
        }
    }
}

struct Row {
    stream: Arc<str>,
    version: u64,
    recorded_at: Timestamp,
    headers: Option<String>,
    event: NewEvent,
}

impl Row {
    fn recorded(&self, place: usize) -> Recorded<'_> {
        Recorded {
            id: self.event.id,
            stream: &self.stream,
            version: self.version,
            position: ordinal(place),
            event_type: &self.event.event_type,
            schema_version: self.event.schema_version,
            readable_from: self.event.readable_from,
            recorded_at: self.recorded_at,
            correlation_id: self.event.metadata.correlation_id,
            causation_id: self.event.metadata.causation_id,
            depth: self.event.metadata.depth,
            actor: self.event.metadata.actor.as_deref(),
            raw_headers: self.headers.as_deref(),
            payload: &self.event.payload,
        }
    }
}

impl Log {
    fn decide(&self, append: Append, clock: &dyn Clock) -> Result<Decision, AppendError> {
        if let Some(first_result) = repeat_of(&append, &self.existing(&append.events))? {
            return Ok(Decision::Answer(first_result));
        }
        let held = self.streams.get(append.stream.as_str());
        let actual = held.map_or(0, |places| count(places.len()));
        let remembered = append.command.and_then(|id| self.commands.get(&id)).map(|(record, _)| record.clone());
        if let Some(nothing) = nothing_again(&append, remembered)? {
            return Ok(Decision::Answer(nothing));
        }
        if append.events.is_empty() && append.command.is_none() {
            return Ok(Decision::Answer(Appended { version: actual, position: None, repeated: false }));
        }
        if !append.expected.holds(actual) {
            let (stream, expected) = (append.stream, append.expected);
            return Err(AppendError::Conflict { stream, expected, actual });
        }
        if let Some(id) = append.command.filter(|_| append.events.is_empty()) {
            let record = CommandRecord { stream: append.stream.as_str().to_owned(), version: actual };
            return Ok(Decision::Remember(id, record, to_microseconds(clock.now())));
        }
        let last = held.and_then(|places| places.last()).map(|&place| self.rows[place].recorded_at);
        let times = recorded_times(&append.events, last, clock.now())?;
        Ok(Decision::Store(self.rows_of(append, &times, actual)))
    }

    fn existing(&self, events: &[NewEvent]) -> Vec<Option<Existing<'_>>> {
        events.iter().map(|event| self.ids.get(&event.id).map(|&place| self.existing_at(place))).collect()
    }

    fn existing_at(&self, place: usize) -> Existing<'_> {
        let row = &self.rows[place];
        Existing {
            stream: &row.stream,
            version: row.version,
            position: ordinal(place),
            event_type: &row.event.event_type,
            schema_version: row.event.schema_version,
            payload: &row.event.payload,
        }
    }

    fn rows_of(&self, append: Append, times: &[Timestamp], actual: u64) -> Vec<Row> {
        let stream: Arc<str> = self
            .streams
            .get_key_value(append.stream.as_str())
            .map_or_else(|| append.stream.as_str().into(), |(name, _)| Arc::clone(name));
        let row = |((event, &recorded_at), version): ((NewEvent, _), u64)| {
            let headers = headers_text(&event.metadata.headers);
            Row { stream: Arc::clone(&stream), version, recorded_at, headers, event }
        };
        append.events.into_iter().zip(times).zip(actual + 1..).map(row).collect()
    }

    fn keep(&mut self, decision: Decision) -> Appended {
        match decision {
            Decision::Answer(appended) => appended,
            Decision::Remember(id, record, now) => {
                let version = record.version;
                self.commands.insert(id, (record, now));
                Appended { version, position: None, repeated: false }
            }
            Decision::Store(rows) => {
                let version = rows.last().map_or(0, |row| row.version);
                for row in rows {
                    self.ids.insert(row.event.id, self.rows.len());
                    self.streams.entry(Arc::clone(&row.stream)).or_default().push(self.rows.len());
                    self.rows.push(row);
                }
                Appended { version, position: Some(count(self.rows.len())), repeated: false }
            }
        }
    }

    fn read_stream(&self, query: &StreamQuery) -> Page {
        let Some(places) = self.streams.get(query.stream.as_str()) else {
            return PageBuilder::new(query.limit).finish(None, None);
        };
        let as_of = query
            .as_of
            .map_or(places.len(), |time| places.partition_point(|&place| self.rows[place].recorded_at <= time));
        let last = count(as_of).min(query.up_to_version.unwrap_or(u64::MAX));
        let scan = Scan { direction: query.direction, from: query.from, last, limit: query.limit };
        let (page, next) = scan.fill(query.types.as_deref(), |version| self.at(places[index(version)]));
        page.finish(next, Some(count(places.len())))
    }

    fn read_all(&self, query: &FeedQuery) -> Page {
        self.read_with(&[], query)
    }

    /// A page of the feed as it will be with these rows too.
    fn read_with(&self, new: &[Row], query: &FeedQuery) -> Page {
        let held = self.rows.len();
        let scan =
            Scan { direction: query.direction, from: query.from, last: count(held + new.len()), limit: query.limit };
        let at =
            |place: usize| place.checked_sub(held).map_or_else(|| self.at(place), |later| new[later].recorded(place));
        let (page, next) = scan.fill(query.types.as_deref(), |position| at(index(position)));
        page.finish(next, None)
    }

    fn at(&self, place: usize) -> Recorded<'_> {
        self.rows[place].recorded(place)
    }
}

/// One page's way through the numbers 1 to `last` (versions of a stream, or positions of the feed).
struct Scan {
    direction: Direction,
    from: Option<u64>,
    last: u64,
    limit: usize,
}

impl Scan {
    /// The rows that one page looks at, so that a filter that fits nothing does not hold the lock for long.
    const ROWS: usize = 20 * Page::MAX_EVENTS;

    fn fill<'a>(&self, types: Option<&[String]>, row: impl Fn(u64) -> Recorded<'a>) -> (PageBuilder, Option<u64>) {
        let mut page = PageBuilder::new(self.limit);
        if self.limit == 0 {
            return (page, None);
        }
        let mut next = self.first();
        for _ in 0..Self::ROWS {
            let Some(number) = next else { break };
            if page.is_full() {
                break;
            }
            let recorded = row(number);
            if types.is_none_or(|types| types.iter().any(|wanted| wanted == recorded.event_type)) {
                page.push(&recorded);
            }
            next = self.after(number);
        }
        (page, next)
    }

    fn first(&self) -> Option<u64> {
        let number = match self.direction {
            Direction::Forward => self.from.unwrap_or(1).max(1),
            Direction::Backward => self.from.unwrap_or(self.last).min(self.last),
        };
        self.within(number)
    }

    fn after(&self, number: u64) -> Option<u64> {
        self.within(match self.direction {
            Direction::Forward => number + 1,
            Direction::Backward => number - 1,
        })
    }

    fn within(&self, number: u64) -> Option<u64> {
        (1..=self.last).contains(&number).then_some(number)
    }
}

/// `usize` is at most 64 bits wide wherever Rust runs.
fn count(len: usize) -> u64 {
    len as u64
}

fn ordinal(place: usize) -> u64 {
    count(place) + 1
}

/// The place of a number that [`Scan`] has found to be among the rows.
fn index(number: u64) -> usize {
    usize::try_from(number - 1).unwrap_or(usize::MAX)
}
