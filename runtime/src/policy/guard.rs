//! The policy's code, asked so that its panics are errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::store::view::message_of;

/// Asks `code`; if it panics, that is what is said. Whatever it was to change is thrown away then.
pub(super) fn guarded<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| format!("it panicked: {}", message_of(panic.as_ref())))
}
