//! Event sourcing with declared history.
#![doc = include_str!("../docs/overview.md")]

pub mod aggregate;
pub mod cloudevents;
pub mod copy;
pub mod de;
pub mod envelope;
pub mod error;
pub mod event;
pub mod foreign;
pub mod history;
pub mod inbox;
#[cfg(feature = "schemars")]
pub mod json_schema;
pub mod literal;
#[cfg(feature = "lock")]
pub mod lock;
mod members;
pub mod number;
pub mod policy;
pub mod projection;
pub mod record;
pub mod repository;
pub mod scalar;
pub mod ser;
pub mod snapshot;
mod stop;
pub mod store;
pub mod subscription;
pub mod text;
pub mod timer;
pub mod upcast;

pub use aggregate::{Aggregate, Decision, StreamKey, emit, emit_all, nothing, reject};
pub use envelope::{ExpectedVersion, Metadata, NewEvent, Recorded, StreamName};
pub use error::{AppendError, DecodeError, DecodeFault, EncodeError, ReadError, UpcastError};
pub use event::{Decoded, Encoded, Event, EventSet, Upcast};
pub use history::{Branch, History};
pub use policy::{Policy, PolicyWorker};
pub use projection::{Projection, Projector};
pub use repository::{
    Context, ExecuteError, Executed, LoadError, Loaded, Repository, RetryPolicy, SnapshotFailure, SnapshotFault,
    TakeSnapshotError, UnknownTypes, event_id,
};
pub use scalar::Bytes;
pub use snapshot::{Snapshot, SnapshotPolicy};
pub use store::{Append, Appended, EventStore, EventStoreExt, MemoryStore, ViewResult};
pub use subscription::{Delivery, Subscription};
pub use timer::{Sleeper, TimerThread};
#[cfg(feature = "decimal")]
pub use {rust_decimal::Decimal, scalar::Fixed};

#[cfg(feature = "derive")]
pub use factum_macros::{Aggregate, CommandSet, Event, EventSet, Value};

/// JSON of any shape: the builtin `json`.
pub use serde_json::Value as Json;
pub use {jiff::SignedDuration as Duration, jiff::Timestamp, jiff::civil::Date, uuid::Uuid};

/// The schemars that generated code implements.
#[cfg(feature = "schemars")]
#[doc(hidden)]
pub use schemars;

/// The serde that generated code implements.
#[doc(hidden)]
pub use serde;

/// What the lock test asks of derived items: nothing without the feature `lock`.
#[cfg(feature = "lock")]
#[doc(hidden)]
#[macro_export]
macro_rules! __lock {
    ($($item:tt)*) => { $($item)* };
}

/// What the lock test asks of derived items: nothing without the feature `lock`.
#[cfg(not(feature = "lock"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __lock {
    ($($item:tt)*) => {};
}

/// The JSON Schemas of derived values: none without the feature `schemars`.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_schema {
    ($($item:tt)*) => { $($item)* };
}

/// The JSON Schemas of derived values: none without the feature `schemars`.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_schema {
    ($($item:tt)*) => {};
}

/// Takes in what `factum-build` generated: the events, commands, rejections and aggregates of the build script's schemas.
///
/// ```ignore
/// factum::include_schemas!();
/// ```
///
/// Of a catalog with an output of its own, `factum::include_schemas!("halls")`.
#[macro_export]
macro_rules! include_schemas {
    ($output:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $output, ".rs"));
    };
    () => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/factum.rs"));
    };
}
