//! How a store wakes those who wait for something new.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use event_listener::{Event, EventListener};

use super::EventStore;

/// A store that says when there may be something new in it.
///
/// What is new is never handed over this way: whoever is woken reads from where they stand, so a wake-up too many costs
/// a read, and nothing is missed between two of them.
pub trait Changes: EventStore {
    /// A wait that ends with the next change after this call: events were appended, a view moved on, a subscription
    /// was asked to try parked events again. It may end without one.
    ///
    /// First ask for the wait, then look, then wait: so a change between the look and the wait ends the wait.
    fn changed(&self) -> Changed;
}

/// The wait for a change: see [`Changes::changed`].
#[must_use = "a wait does nothing unless it is awaited"]
pub struct Changed(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Changed {
    /// A wait that ends with `future`.
    pub fn new(future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl Future for Changed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Changed")
    }
}

/// What wakes those who wait, for those who write a store.
///
/// ```
/// use factum::store::ChangeSignal;
/// # fn main() {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let signal = ChangeSignal::default();
/// let changed = signal.wait();
/// signal.raise();
/// changed.await; // the change came after the wait was asked for
/// # })
/// # }
/// ```
#[derive(Debug, Default)]
pub struct ChangeSignal(Event);

impl ChangeSignal {
    /// There is something new: every wait that was asked for before ends.
    pub fn raise(&self) {
        self.0.notify(usize::MAX);
    }

    /// A wait for the next change.
    pub fn wait(&self) -> Changed {
        let listener: EventListener = self.0.listen();
        Changed::new(listener)
    }
}
