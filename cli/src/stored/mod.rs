//! Stored events, wherever they are, and what a schema reads them as. Nothing is written.

mod index;
mod ndjson;
#[cfg(feature = "sqlite")]
mod order;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tally;

pub use index::{Index, Outcome};
pub use ndjson::Lines;
#[cfg(feature = "sqlite")]
pub use order::Order;
#[cfg(feature = "sqlite")]
pub use sqlite::Store;
pub use tally::{Counts, Tally};

/// A stored event, as far as a reader of payloads wants to know.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// Where it is, for a message: `position 17` or `line 17`.
    pub place: Place,
    /// Its stream.
    pub stream: &'a str,
    /// Its version in the stream, where it is known.
    pub stream_version: Option<u64>,
    /// The wire type.
    pub event_type: &'a str,
    /// The schema version.
    pub schema_version: u32,
    /// The lowest schema version whose reader decodes the payload rightly.
    pub readable_from: u32,
    /// JSON text.
    pub payload: &'a str,
}

/// Where an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a store.
    Position(u64),
    /// In a file.
    Line(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Position(number) => write!(f, "position {number}"),
            Self::Line(number) => write!(f, "line {number}"),
        }
    }
}

/// What comes out of a source of stored events.
#[derive(Debug)]
pub enum Item<'a> {
    /// An event.
    Event(Stored<'a>),
    /// Something that is no event, and why.
    Broken(Place, String),
    /// That the event there does not follow what comes before it, and why. It is told beside the event.
    Misplaced(Place, String),
}

/// How far a source has come, in a unit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// So much.
    pub done: u64,
    /// Of so much, where that is known.
    pub total: Option<u64>,
}

/// Stored events, one after the other, of which few are in memory at a time.
pub trait Source {
    /// Visits the next few. `false`: there are no more.
    ///
    /// # Errors
    /// A message, if the source itself cannot be read any further.
    fn visit(&mut self, visitor: &mut dyn FnMut(Item<'_>)) -> Result<bool, String>;

    /// How far it has come.
    fn progress(&self) -> Progress;
}
