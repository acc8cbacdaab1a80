//! One change at a time, and none by code that runs inside of one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::store::Reentrant;

/// Who may change the store: one after the other. Whoever runs code of the user's has the turn and no lock, so that this code
/// reads what was before.
#[derive(Default)]
pub(super) struct Turns {
    lock: Mutex<()>,
    holder: Mutex<Option<ThreadId>>,
}

/// It lasts until this is dropped.
pub(super) struct Turn<'t> {
    turns: &'t Turns,
    _lock: MutexGuard<'t, ()>,
}

impl Turns {
    /// Waits for a turn.
    pub(super) fn take(&self) -> Result<Turn<'_>, Reentrant> {
        let this = thread::current().id();
        // Only this thread can have said that it is this one.
        if *self.holder() == Some(this) {
            return Err(Reentrant);
        }
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *self.holder() = Some(this);
        Ok(Turn { turns: self, _lock: lock })
    }

    fn holder(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.turns.holder() = None;
    }
}
