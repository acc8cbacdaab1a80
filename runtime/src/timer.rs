//! Waiting without an executor of one's own.
//!
//! The runtime must run under any executor, so it cannot use one's timers. What it waits for is short (the pause before a
//! command is tried again), so one thread that sleeps for all is enough: [`TimerThread`], started with the first wait.
//! Whoever would rather use their executor's timer hands it over as a [`Sleeper`].

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::store::BoxFuture;

/// Waits for a while. Any function from a duration to a future is one.
///
/// ```
/// use factum::{Sleeper, TimerThread};
///
/// fn is_a_sleeper(_: impl Sleeper) {}
///
/// is_a_sleeper(tokio::time::sleep);
/// is_a_sleeper(TimerThread);
/// ```
pub trait Sleeper: Send + Sync + 'static {
    /// Is ready when `duration` has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl<F, Waiting> Sleeper for F
where
    F: Fn(Duration) -> Waiting + Send + Sync + 'static,
    Waiting: Future<Output = ()> + Send + 'static,
{
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self(duration))
    }
}

/// One thread for all waits of the process, started with the first. If the system refuses the thread, nothing waits:
/// a pause is a courtesy to others, not a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimerThread;

impl Sleeper for TimerThread {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // A wait that no clock can express is one that never ends.
        Box::pin(Sleep { due: Instant::now().checked_add(duration), ticket: None })
    }
}

/// A wait: `ticket` is its place in the queue once it has been polled.
struct Sleep {
    due: Option<Instant>,
    ticket: Option<Ticket>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(due) = self.due else { return Poll::Pending };
        if due <= Instant::now() || !TIMER.runs {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        self.ticket = Some(TIMER.queue().put(due, self.ticket, waker));
        TIMER.changed.notify_one();
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            TIMER.queue().waiting.remove(&ticket);
        }
    }
}

static TIMER: LazyLock<Timer> = LazyLock::new(|| Timer {
    queue: Mutex::default(),
    changed: Condvar::new(),
    runs: thread::Builder::new().name("factum-timer".to_owned()).spawn(|| TIMER.run()).is_ok(),
});

struct Timer {
    queue: Mutex<Queue>,
    changed: Condvar,
    runs: bool,
}

/// When a wait ends, and a number that tells apart those that end together.
type Ticket = (Instant, u64);

#[derive(Default)]
struct Queue {
    waiting: BTreeMap<Ticket, Waker>,
    issued: u64,
}

impl Queue {
    fn put(&mut self, due: Instant, ticket: Option<Ticket>, waker: Waker) -> Ticket {
        let ticket = ticket.unwrap_or_else(|| {
            self.issued += 1;
            (due, self.issued)
        });
        self.waiting.insert(ticket, waker);
        ticket
    }

    fn due(&mut self, now: Instant) -> Option<Waker> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}

impl Timer {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut queue = self.queue();
        loop {
            let now = Instant::now();
            if let Some(waker) = queue.due(now) {
                // Others' code runs without the lock.
                drop(queue);
                waker.wake();
                queue = self.queue();
                continue;
            }
            let pause = queue.waiting.first_key_value().map(|((due, _), _)| due.duration_since(now));
            queue = match pause {
                Some(pause) => self.changed.wait_timeout(queue, pause).unwrap_or_else(PoisonError::into_inner).0,
                None => self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}
