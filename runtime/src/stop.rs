//! That somebody wants it to end.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Lets others have their turn, also whoever drops what waits for this: a store that answers at once never does.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A future that is ready when a loop is to end, and whether it has been: a future must not be polled after that.
pub(crate) struct Stop<'a, F> {
    future: Pin<&'a mut F>,
    asked_for: bool,
}

impl<'a, F: Future<Output = ()>> Stop<'a, F> {
    pub(crate) const fn new(future: Pin<&'a mut F>) -> Self {
        Self { future, asked_for: false }
    }

    /// Whether to stop, by now.
    pub(crate) fn is_asked_for(&mut self) -> bool {
        self.poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Whether to stop, by now; `context` is woken when that becomes so.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        self.asked_for = self.asked_for || self.future.as_mut().poll(context).is_ready();
        self.asked_for
    }

    /// Waits for `other`, or until it is time to stop.
    pub(crate) async fn or(&mut self, other: impl Future<Output = ()>) {
        let mut other = pin!(other);
        poll_fn(|context| if self.poll(context) { Poll::Ready(()) } else { other.as_mut().poll(context) }).await;
    }
}
