//! The lock test: derived events against what was released of them.

mod baseline;
mod candidates;
mod compare;
mod error;
mod file;
mod looks;
mod normal;
mod pins;
mod program;
mod sampled;
mod samples;

use std::env;

use factum::lock::LockedSet;

pub use error::LockError;
pub use file::LockFile;
pub use sampled::Samples;

/// Asks for the lock to be written.
const UPDATE: &str = "FACTUM_LOCK";

/// Every version of every event of the derived set `S` is what the `factum.lock` of the crate's catalog says, and the code
/// does with samples what it did when it was locked.
///
/// With `FACTUM_LOCK=update` in the environment, writes what is not in the lock yet, and never changes what was released.
///
/// ```no_run
/// use factum::{Event, EventSet};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
/// enum Channel {
///     Web,
///     Phone,
/// }
///
/// #[derive(Debug, Clone, PartialEq, Event)]
/// #[event(context = "conference")]
/// struct SeatsReserved {
///     channel: Channel,
/// }
///
/// #[derive(Debug, Clone, PartialEq, EventSet)]
/// enum SeatEvent {
///     SeatsReserved(SeatsReserved),
/// }
///
/// // In a test:
/// factum_testing::assert_locked::<SeatEvent>();
/// ```
///
/// A type of the user's in an event, `Channel` here, needs a JSON Schema. Without one it does not compile, and the compiler
/// says which:
///
/// ```compile_fail,E0277
/// # use factum::{Event, EventSet};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// enum Channel {
///     Web,
/// }
/// # #[derive(Debug, Clone, PartialEq, Event)]
/// # #[event(context = "conference")]
/// # struct SeatsReserved {
/// #     channel: Channel,
/// # }
/// # #[derive(Debug, Clone, PartialEq, EventSet)]
/// # enum SeatEvent {
/// #     SeatsReserved(SeatsReserved),
/// # }
/// factum_testing::assert_locked::<SeatEvent>();
/// ```
///
/// # Panics
/// It is not, with an account of what differs.
#[track_caller]
pub fn assert_locked<S: for<'a> LockedSet<'a>>() {
    let update = env::var_os(UPDATE).is_some_and(|value| value == "update");
    let result =
        LockFile::of_crate().and_then(|file| if update { file.update::<S>().map(drop) } else { file.check::<S>() });
    if let Err(error) = result {
        panic!("{error}");
    }
}
