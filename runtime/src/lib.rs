//! Event sourcing with declared history.
#![doc = include_str!("../docs/overview.md")]

pub mod aggregate;
pub mod de;
pub mod envelope;
pub mod error;
pub mod event;
pub mod ser;
pub mod store;

pub use aggregate::{Aggregate, Decision, StreamKey, emit, emit_all, nothing, reject};
pub use envelope::{ExpectedVersion, Metadata, NewEvent, Recorded, StreamName};
pub use error::{AppendError, DecodeError, DecodeFault, EncodeError, ReadError, UpcastError};
pub use event::{Decoded, Encoded, Event, EventSet, Upcast};
pub use store::{Append, Appended, EventStore};
