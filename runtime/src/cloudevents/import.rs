//! Taking a stream of lines into a store.

use std::future::{Future, poll_fn};
use std::io::BufRead;
use std::task::Poll;

use super::difference;
use super::error::ImportError;
use super::ndjson::{Line, NdjsonReader};
use crate::envelope::{ExpectedVersion, NewEvent, StreamName};
use crate::error::AppendError;
use crate::store::{Append, Appended, EventStore, StreamQuery};

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// The events that are in the store, those that were there before included.
    pub events: u64,
    /// The bytes read.
    pub bytes: u64,
    /// The lines read.
    pub lines: u64,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Imported {
    /// The events that it stored.
    pub stored: u64,
    /// The events that were in the store before, by their ids.
    pub repeated: u64,
    /// The bytes read.
    pub bytes: u64,
    /// The lines read.
    pub lines: u64,
    /// The highest position among its events; `None` if there were none.
    pub position: Option<u64>,
}

/// Appends the events of `lines` to `store`, in their order, and calls `progress` now and then.
///
/// Events of one stream that follow each other are appended together (at most 500, or about 1 MiB), and up to 256 such
/// appends are under way at once, so that a store which commits in groups commits them together. Events keep their ids
/// and times and get new positions. An event that says its `streamversion` must get that version: the first of its
/// stream here must find the stream at the version before. Imported again, events are found by their ids and not stored
/// twice, wherever an earlier import was interrupted; an event that is found must be what its line says.
///
/// The lines are read as they are needed, on the thread that polls.
///
/// ```
/// use factum::MemoryStore;
/// use factum::cloudevents::{NdjsonReader, import};
/// # fn main() -> Result<(), factum::cloudevents::ImportError> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let line = r#"{"specversion":"1.0","id":"01976f60-3d20-7000-8000-000000000001","source":"shop","type":"shop.Opened",
///     "subject":"shop.Shop-1","streamversion":"1","schemaversion":"1","data":{}}"#.replace('\n', " ");
/// let store = MemoryStore::new();
/// for (stored, repeated) in [(1, 0), (0, 1)] {
///     let imported = import(&store, NdjsonReader::new(line.as_bytes()), |_| ()).await?;
///     assert_eq!((imported.stored, imported.repeated), (stored, repeated));
/// }
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Errors
/// [`ImportError`], with the line. What was imported before it stays, and so do appends behind it that were under way
/// with it. Where lines are found that are there already, those between them and the next may get later positions than
/// lines of other streams behind them; the order within each stream is always kept.
pub async fn import<S: EventStore, R: BufRead + Send>(
    store: &S,
    lines: NdjsonReader<R>,
    mut progress: impl FnMut(&Progress) + Send,
) -> Result<Imported, ImportError> {
    let mut intake = Intake::new(store);
    for line in lines {
        if intake.push(line?).await? {
            progress(&intake.imported.progress());
        }
    }
    let imported = intake.flush().await?;
    progress(&imported.progress());
    Ok(imported)
}

/// Appends lines in their order, many at once.
pub(crate) struct Intake<'s, S> {
    store: &'s S,
    wave: Wave,
    batch: Batch,
    imported: Imported,
}

impl<'s, S: EventStore> Intake<'s, S> {
    pub(crate) fn new(store: &'s S) -> Self {
        Self { store, wave: Wave::default(), batch: Batch::default(), imported: Imported::default() }
    }

    /// Takes a line, which is appended now or later. Whether lines before it have been appended.
    pub(crate) async fn push(&mut self, line: Line) -> Result<bool, ImportError> {
        let mut appended = false;
        if !self.batch.takes(&line)? {
            appended = self.close_batch().await?;
        }
        self.batch.push(line);
        Ok(appended)
    }

    /// Appends whatever was taken and is not appended yet. What was done so far is answered.
    pub(crate) async fn flush(&mut self) -> Result<Imported, ImportError> {
        self.close_batch().await?;
        self.append().await?;
        Ok(self.imported)
    }

    /// Puts the batch among those that are appended at once. Whether those before it had to be appended first.
    async fn close_batch(&mut self) -> Result<bool, ImportError> {
        let batch = std::mem::take(&mut self.batch);
        let is_full = !self.wave.takes(&batch);
        if is_full {
            self.append().await?;
        }
        self.wave.batches.push(batch);
        Ok(is_full)
    }

    async fn append(&mut self) -> Result<(), ImportError> {
        std::mem::take(&mut self.wave).append(self.store, &mut self.imported).await
    }
}

impl Imported {
    const fn progress(&self) -> Progress {
        Progress { events: self.stored + self.repeated, bytes: self.bytes, lines: self.lines }
    }

    fn add(&mut self, events: usize, appended: Appended) {
        let count = if appended.repeated { &mut self.repeated } else { &mut self.stored };
        *count += events as u64;
        self.position = self.position.max(appended.position);
    }
}

/// Batches that are appended at once.
#[derive(Default)]
struct Wave {
    batches: Vec<Batch>,
}

impl Wave {
    const BATCHES: usize = 256;
    const BYTES: usize = 4 << 20;

    /// Whether the batch may be under way together with these. Two of one stream may be only if the second says which
    /// version it comes after: else it could overtake the first.
    fn takes(&self, batch: &Batch) -> bool {
        let overtakes = |other: &Batch| other.stream == batch.stream && batch.expected(0) == ExpectedVersion::Any;
        let bytes: usize = self.batches.iter().map(|batch| batch.size).sum();
        self.batches.len() < Self::BATCHES && bytes < Self::BYTES && !self.batches.iter().any(overtakes)
    }

    async fn append<S: EventStore>(self, store: &S, imported: &mut Imported) -> Result<(), ImportError> {
        let results = in_order(self.batches.iter().filter_map(|batch| batch.attempt(store)).collect()).await;
        for (batch, result) in self.batches.into_iter().zip(results) {
            match result {
                Ok(appended) => batch.settle(store, Ok(appended), imported).await?,
                // Alone, behind all that come before it, it says what is wrong, if anything is.
                Err(_) => batch.append(store, imported).await?,
            }
        }
        Ok(())
    }
}

/// The outputs of futures that are polled in order, so that what each of them asks for is asked for in order.
async fn in_order<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        let mut all = true;
        for (future, output) in &mut futures {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(ready) => *output = Some(ready),
                    Poll::Pending => all = false,
                }
            }
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}

/// Events of one stream that follow each other.
#[derive(Default)]
struct Batch {
    stream: Option<StreamName>,
    events: Vec<NewEvent>,
    /// The line and, where it says so, the stream's version of each event.
    places: Vec<(u64, Option<u64>)>,
    /// The payloads' bytes.
    size: usize,
    /// The bytes read up to the last line.
    read: u64,
}

impl Batch {
    const EVENTS: usize = 500;
    const BYTES: usize = 1 << 20;

    /// Whether the line's event belongs to the batch.
    fn takes(&self, line: &Line) -> Result<bool, ImportError> {
        let Some(stream) = &self.stream else { return Ok(true) };
        if *stream != line.event.stream {
            return Ok(false);
        }
        let next = self.places.last().and_then(|(_, version)| version.map(|version| version + 1));
        match (next, line.event.stream_version) {
            (Some(expected), Some(found)) if expected != found => {
                Err(ImportError::Gap { line: line.number, stream: stream.clone(), expected, found })
            }
            // Where only one of them says its version, the store is asked anew.
            (Some(_), None) | (None, Some(_)) => Ok(false),
            (Some(_), Some(_)) | (None, None) => Ok(self.events.len() < Self::EVENTS && self.size < Self::BYTES),
        }
    }

    fn push(&mut self, line: Line) {
        self.size += line.event.event.payload.len();
        self.read = line.bytes;
        self.places.push((line.number, line.event.stream_version));
        self.events.push(line.event.event);
        self.stream = Some(line.event.stream);
    }

    /// The append of the whole, if there is anything in it.
    fn attempt<'s, S: EventStore>(
        &self,
        store: &'s S,
    ) -> Option<impl Future<Output = Result<Appended, AppendError>> + Send + use<'s, S>> {
        let (stream, events) = (self.stream.clone()?, self.events.clone());
        let append = Append { stream, expected: self.expected(0), events, command: None };
        Some(store.append(append))
    }

    async fn append<S: EventStore>(self, store: &S, imported: &mut Imported) -> Result<(), ImportError> {
        let Some(attempt) = self.attempt(store) else { return Ok(()) };
        match attempt.await {
            // Some of them are there already: an earlier import ended among them. One by one each finds its place.
            Err(AppendError::IdReused { .. }) if self.events.len() > 1 => {
                for single in self.singly() {
                    let Some(attempt) = single.attempt(store) else { continue };
                    single.settle(store, attempt.await, imported).await?;
                }
                Ok(())
            }
            result => self.settle(store, result, imported).await,
        }
    }

    /// A batch of each event.
    fn singly(self) -> impl Iterator<Item = Self> {
        let Self { stream, events, places, read, .. } = self;
        let single = move |(event, place): (NewEvent, _)| {
            let size = event.payload.len();
            Self { stream: stream.clone(), events: vec![event], places: vec![place], size, read }
        };
        events.into_iter().zip(places).map(single)
    }

    /// Counts what was appended, once what was there already has been compared.
    async fn settle<S: EventStore>(
        &self,
        store: &S,
        result: Result<Appended, AppendError>,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        let appended = match result {
            Ok(appended) => appended,
            Err(source) => return Err(self.refused(store, source).await),
        };
        if appended.repeated {
            self.compare(store, appended.version).await?;
        }
        imported.add(self.events.len(), appended);
        imported.lines = self.places.last().map_or(imported.lines, |(line, _)| *line);
        imported.bytes = self.read;
        Ok(())
    }

    /// The events that are there already, up to this version of their stream, must be those that the lines say.
    async fn compare<S: EventStore>(&self, store: &S, last: u64) -> Result<(), ImportError> {
        let Some(stream) = &self.stream else { return Ok(()) };
        let first = (last + 1).saturating_sub(self.events.len() as u64);
        let query = StreamQuery { up_to_version: Some(last), ..StreamQuery::new(stream.clone()) };
        let (mut due, mut next) = (self.events.iter().zip(&self.places), Some(first));
        while let Some(from) = next {
            let page = store.read_stream(StreamQuery { from: Some(from), ..query.clone() }).await;
            let page = page.map_err(|source| ImportError::Read { line: self.first_line(), source })?;
            for (found, (event, &(line, version))) in page.iter().zip(&mut due) {
                if let Some(what) = difference(stream.as_str(), version, event, &found) {
                    return Err(ImportError::Differs { line, position: found.position, what });
                }
            }
            next = page.next();
        }
        Ok(())
    }

    /// Why an append was refused: where its id is taken, in what the event differs that has it.
    async fn refused<S: EventStore>(&self, store: &S, source: AppendError) -> ImportError {
        let line = self.line_of(&source);
        let (AppendError::IdReused { id, .. }, Some(stream), [event], [(_, version)]) =
            (&source, &self.stream, &self.events[..], &self.places[..])
        else {
            return ImportError::Append { line, source };
        };
        let page = match store.find_event(*id).await {
            Ok(page) => page,
            Err(source) => return ImportError::Read { line, source },
        };
        let found = page.iter().next();
        let differs =
            found.and_then(|found| Some((found.position, difference(stream.as_str(), *version, event, &found)?)));
        match differs {
            Some((position, what)) => ImportError::Differs { line, position, what },
            None => ImportError::Append { line, source },
        }
    }

    /// What the stream must be at for the event at `index` to come next.
    fn expected(&self, index: usize) -> ExpectedVersion {
        match self.places.get(index) {
            Some((_, Some(version))) => ExpectedVersion::Exact(version.saturating_sub(1)),
            Some((_, None)) | None => ExpectedVersion::Any,
        }
    }

    fn first_line(&self) -> u64 {
        self.places.first().map_or(0, |(line, _)| *line)
    }

    fn line_of(&self, error: &AppendError) -> u64 {
        let place = match error {
            AppendError::Invalid { index, .. } => self.places.get(*index),
            _ => None,
        };
        place.map_or_else(|| self.first_line(), |(line, _)| *line)
    }
}
