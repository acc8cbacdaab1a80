//! A SQLite store's file, for reading only.

use std::path::Path;

use factum::{ReadError, Recorded};
use factum_sqlite::Scan;

use super::{Item, Place, Progress, Source, Stored};
use crate::Failure;

/// The events of a SQLite store, by position.
#[derive(Debug)]
pub struct Store {
    scan: Scan,
    next: Option<u64>,
    last: u64,
}

impl Store {
    /// Opens the file. Nothing in it or beside it is changed.
    ///
    /// # Errors
    /// [`Failure`], if it is not there or not a store.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let mut scan = Scan::open(path)?;
        let failed =
            |error: ReadError| Failure::Stored { what: path.display().to_string(), message: error.to_string() };
        let last = scan.last_position().map_err(failed)?;
        Ok(Self { scan, next: Some(1), last })
    }
}

impl Source for Store {
    fn visit(&mut self, visitor: &mut dyn FnMut(Item<'_>)) -> Result<bool, String> {
        let Some(from) = self.next else { return Ok(false) };
        self.next = match self.scan.page(from) {
            Ok(page) => {
                page.iter().for_each(|event| visitor(Item::Event(event.into())));
                page.next()
            }
            Err(ReadError::Corrupt { position, reason }) => {
                visitor(Item::Broken(Place::Position(position), format!("the row is corrupt: {reason}")));
                position.max(from).checked_add(1)
            }
            Err(error) => return Err(error.to_string()),
        };
        if self.next.is_none() {
            for gap in self.scan.gaps().map_err(|error| error.to_string())? {
                visitor(Item::Misplaced(Place::Position(gap.position), gap.to_string()));
            }
        }
        Ok(self.next.is_some())
    }

    fn progress(&self) -> Progress {
        Progress { done: self.next.map_or(self.last, |next| next.saturating_sub(1)), total: Some(self.last) }
    }
}

impl<'a> From<Recorded<'a>> for Stored<'a> {
    fn from(recorded: Recorded<'a>) -> Self {
        Self {
            place: Place::Position(recorded.position),
            stream: recorded.stream,
            stream_version: Some(recorded.version),
            event_type: recorded.event_type,
            schema_version: recorded.schema_version,
            readable_from: recorded.readable_from,
            payload: recorded.payload,
        }
    }
}
