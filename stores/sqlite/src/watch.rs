//! That there may be something new: what this store has written, and what other processes have.

use std::future::ready;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use factum::store::{ChangeSignal, Changed};
use rusqlite::Connection;

use crate::sql;

/// Wakes those who wait for a change.
///
/// What this store writes wakes them at once. Of what others write SQLite tells nothing: it has to be asked, which one
/// thread does as long as somebody waits.
#[derive(Default)]
pub(crate) struct Watch {
    signal: ChangeSignal,
    waiting: AtomicUsize,
    closed: AtomicBool,
    watcher: Mutex<Option<Thread>>,
}

/// Somebody who waits.
struct Waiting(Arc<Watch>);

impl Watch {
    /// How often the file is asked.
    const PAUSE: Duration = Duration::from_millis(20);

    /// There may be something new.
    pub(crate) fn raise(&self) {
        self.signal.raise();
    }

    /// A wait that ends with the next change.
    pub(crate) fn wait(self: &Arc<Self>) -> Changed {
        let changed = self.signal.wait();
        if self.closed.load(Ordering::SeqCst) {
            return Changed::new(ready(()));
        }
        if self.waiting.fetch_add(1, Ordering::SeqCst) == 0 {
            self.wake_watcher();
        }
        let waiting = Waiting(Arc::clone(self));
        Changed::new(async move {
            changed.await;
            drop(waiting);
        })
    }

    /// Asks the file until the store is closed.
    pub(crate) fn run(&self, connection: &Connection) {
        *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current());
        let mut seen = data_version(connection);
        while !self.closed.load(Ordering::SeqCst) {
            if self.waiting.load(Ordering::SeqCst) == 0 {
                thread::park();
                continue;
            }
            let now = data_version(connection);
            // Where it cannot be asked, let those who wait look and find out why.
            if now.is_none() || now != seen {
                seen = now;
                self.raise();
            }
            thread::park_timeout(Self::PAUSE);
        }
    }

    /// Nobody is kept waiting by a store that has ended.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.wake_watcher();
        self.raise();
    }

    fn wake_watcher(&self) {
        if let Some(watcher) = &*self.watcher.lock().unwrap_or_else(PoisonError::into_inner) {
            watcher.unpark();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

fn data_version(connection: &Connection) -> Option<i64> {
    connection.prepare_cached(sql::DATA_VERSION).and_then(|mut asked| asked.query_row([], |row| row.get(0))).ok()
}
