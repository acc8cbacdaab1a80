//! How a thread waits for something to do.

use std::thread;
use std::time::{Duration, Instant};

use async_channel::{Receiver, TryRecvError};

/// Waits for a job; `None` once there will be none.
///
/// A caller that asks for one thing after another comes back some ten microseconds after its answer. To sleep and be
/// woken takes as long again, so the thread looks for a moment before it sleeps.
pub(crate) fn wait<T>(jobs: &Receiver<T>) -> Option<T> {
    const LOOK: Duration = Duration::from_micros(100);
    let since = Instant::now();
    while since.elapsed() < LOOK {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Closed) => return None,
            Err(TryRecvError::Empty) => thread::yield_now(),
        }
    }
    jobs.recv_blocking().ok()
}
