//! A file of CloudEvents, one in a line.

use std::fmt;
use std::io::BufRead;

use factum::cloudevents::{Line, NdjsonError, NdjsonReader};
use factum::store::validate::validate_event;

use super::{Item, Place, Progress, Source, Stored};

/// Lines that are read before somebody is told how far it is.
const LINES: usize = 256;

/// What is wrong with an event beyond what it says itself, if anything is.
type Check = Box<dyn FnMut(&Line) -> Result<Option<String>, String>>;

/// CloudEvents from lines.
pub struct Lines<R> {
    reader: NdjsonReader<R>,
    total: Option<u64>,
    check: Check,
}

impl<R: BufRead> Lines<R> {
    /// From `input`, which has `total` bytes, if that is known.
    pub fn new(input: R, total: Option<u64>) -> Self {
        Self { reader: NdjsonReader::new(input), total, check: Box::new(|_| Ok(None)) }
    }

    /// The same, of which each event is looked at by somebody else too.
    #[must_use]
    pub fn checked_by(self, check: impl FnMut(&Line) -> Result<Option<String>, String> + 'static) -> Self {
        Self { check: Box::new(check), ..self }
    }
}

impl<R: BufRead> Source for Lines<R> {
    fn visit(&mut self, visitor: &mut dyn FnMut(Item<'_>)) -> Result<bool, String> {
        for _ in 0..LINES {
            match self.reader.next() {
                None => return Ok(false),
                Some(Ok(line)) => {
                    visitor(item(&line));
                    if let Some(reason) = (self.check)(&line)? {
                        visitor(Item::Misplaced(Place::Line(line.number), reason));
                    }
                }
                Some(Err(error)) => visitor(broken(&error)?),
            }
        }
        Ok(true)
    }

    fn progress(&self) -> Progress {
        Progress { done: self.reader.bytes(), total: self.total }
    }
}

impl<R> fmt::Debug for Lines<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("total", &self.total).finish_non_exhaustive()
    }
}

/// An event, if a store takes it.
fn item(line: &Line) -> Item<'_> {
    let (place, event) = (Place::Line(line.number), &line.event.event);
    match validate_event(event) {
        Err(reason) => Item::Broken(place, reason),
        Ok(()) => Item::Event(Stored {
            place,
            stream: line.event.stream.as_str(),
            stream_version: line.event.stream_version,
            event_type: &event.event_type,
            schema_version: event.schema_version,
            readable_from: event.readable_from,
            payload: &event.payload,
        }),
    }
}

/// A line that holds no event; an error, if none is read after it.
fn broken(error: &NdjsonError) -> Result<Item<'static>, String> {
    let (line, reason) = match error {
        NdjsonError::Event { line, source } => (line, source.to_string()),
        NdjsonError::NotUtf8 { line } => (line, "it is not UTF-8".to_owned()),
        NdjsonError::TooLong { line, limit } => (line, format!("more than {limit} bytes, which no event has")),
        error => return Err(error.to_string()),
    };
    Ok(Item::Broken(Place::Line(*line), reason))
}
