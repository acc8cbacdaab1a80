//! The view that the checks keep: how many events each stream has.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};

use event_listener::Event;

use super::harness::{Bench, Failure, StoreFactory, Violation};
use crate::envelope::Recorded;
use crate::error::DecodeError;
use crate::event::Decoded;
use crate::projection::{Followed, Project, Projection};
use crate::store::{ViewId, ViewResult, ViewStore};

/// Makes stores that keep views, and reaches their rows.
///
/// The rows of a view are amounts by key. They are all that the checks keep in a store.
pub trait ViewFactory: StoreFactory<Store: ViewStore<Self::Tx> + Clone> + 'static {
    /// How the store's rows are reached.
    type Tx: ?Sized + 'static;

    /// Makes the empty rows of `view`.
    ///
    /// # Errors
    /// The store's.
    fn create(tx: &mut Self::Tx, view: &ViewId) -> ViewResult;

    /// Adds `amount` to the row `key` of `view`; a row that is not there is made.
    ///
    /// # Errors
    /// The store's.
    fn add(tx: &mut Self::Tx, view: &ViewId, key: &str, amount: i64) -> ViewResult;

    /// The rows of one version of a view.
    ///
    /// # Errors
    /// The store's.
    fn rows(&self, store: &Self::Store, view: &ViewId) -> Result<BTreeMap<String, i64>, Failure>;

    /// The rows that readers of the view `name` are shown.
    ///
    /// # Errors
    /// The store's.
    fn live_rows(&self, store: &Self::Store, name: &str) -> Result<BTreeMap<String, i64>, Failure>;
}

/// A projection that counts the events of each stream.
pub struct Tally<F, const VERSION: u32>(PhantomData<fn() -> F>);

impl<F, const VERSION: u32> Default for Tally<F, VERSION> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<F, const VERSION: u32> fmt::Debug for Tally<F, VERSION> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tally").field(&VERSION).finish()
    }
}

impl<F: ViewFactory, const VERSION: u32> Projection for Tally<F, VERSION> {
    type Tx = F::Tx;
    type Events = Every;
    const NAME: &'static str = "tally";
    const VERSION: u32 = VERSION;

    fn create(&self, tx: &mut F::Tx) -> ViewResult {
        F::create(tx, &ViewId::new(Self::NAME, VERSION)?)
    }
}

/// Every event, whatever it is.
#[derive(Debug)]
pub struct Every;

impl Followed for Every {
    type Event = ();

    fn concerns(_: &Recorded<'_>) -> bool {
        true
    }

    fn read(_: &Recorded<'_>) -> Result<Decoded<()>, DecodeError> {
        Ok(Decoded::One(()))
    }
}

impl<F: ViewFactory, const VERSION: u32> Project<Tally<F, VERSION>> for Every {
    fn project(_: &Tally<F, VERSION>, tx: &mut F::Tx, (): &(), recorded: &Recorded<'_>) -> ViewResult {
        let view = ViewId::new(Tally::<F, VERSION>::NAME, VERSION)?;
        F::add(tx, &view, recorded.stream, 1)
    }
}

/// What the tally of all events is.
pub(super) fn fresh_fold<F: StoreFactory>(bench: &Bench<'_, F>) -> Result<BTreeMap<String, i64>, Violation> {
    let mut tally = BTreeMap::new();
    for event in bench.everything()? {
        *tally.entry(event.stream).or_insert(0) += 1;
    }
    Ok(tally)
}

/// User code that panics.
#[allow(clippy::panic, reason = "it is what the checks are about")]
pub(super) fn drop_a_vase() -> ! {
    panic!("dropped a vase")
}

/// Keeps those who wait for it until it is opened.
#[derive(Debug, Default)]
pub(super) struct Turnstile {
    open: AtomicBool,
    opened: Event,
}

impl Turnstile {
    pub(super) fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        self.opened.notify(usize::MAX);
    }

    /// Opens it when the answer is dropped, however that comes about: nobody is kept by a check that has failed.
    pub(super) fn open_at_the_end(&self) -> impl Drop {
        struct AtTheEnd<'a>(&'a Turnstile);

        impl Drop for AtTheEnd<'_> {
            fn drop(&mut self) {
                self.0.open();
            }
        }

        AtTheEnd(self)
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }

    pub(super) async fn wait(&self) {
        let opened = self.opened.listen();
        if !self.is_open() {
            opened.await;
        }
    }
}
