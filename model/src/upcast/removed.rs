//! `removed: 4`: older events still carry the field; it is read, checked, and dropped.

use super::{Slot, Step};

/// The step of the version that removed the field at `from`.
pub(crate) const fn step(from: Slot) -> Step {
    Step::Drop { from }
}
