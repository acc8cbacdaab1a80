//! `upcast: { 4: by_hand }`: the user writes the step to version 4 in Rust; the lines of the fields give shapes only.

use crate::ast::{Event, UpcastHow};

/// Whether the user writes the step that leads to this version.
pub(crate) fn writes(event: &Event, version: u32) -> bool {
    event.upcast.iter().any(|upcast| upcast.version.value == version && matches!(upcast.how, UpcastHow::ByHand))
}
