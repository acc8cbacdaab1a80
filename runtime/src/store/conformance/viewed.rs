//! What the checks of views are written with.

use std::collections::BTreeMap;

use super::harness::{Bench, Violation, ensure_eq};
use super::tally::{Tally, ViewFactory};
use crate::projection::Projector;
use crate::store::view::ViewWork;
use crate::store::{ViewError, ViewId, ViewStore, Views};

pub(super) type Rows = BTreeMap<String, i64>;

/// A store, and the view `tally` in version 1.
pub(super) struct Viewed<'a, F: ViewFactory> {
    pub(super) bench: Bench<'a, F>,
    pub(super) factory: &'a F,
    pub(super) view: ViewId,
}

impl<'a, F: ViewFactory> Viewed<'a, F> {
    /// The view is not made yet.
    pub(super) fn new(factory: &'a F) -> Result<Self, Violation> {
        Ok(Self { bench: Bench::new(factory)?, factory, view: ViewId::new("tally", 1)? })
    }

    pub(super) fn made(factory: &'a F) -> Result<Self, Violation> {
        let viewed = Self::new(factory)?;
        viewed.create(&viewed.view, None)?;
        Ok(viewed)
    }

    pub(super) fn create(&self, view: &ViewId, expected: Option<u64>) -> Result<(), ViewError> {
        let made = view.clone();
        let create = Box::new(move |tx: &mut F::Tx| F::create(tx, &made));
        self.factory.block_on(self.bench.store.create_view(view.clone(), expected, create))
    }

    /// Adds 1 to the row `key` and moves the view from one position to another.
    pub(super) fn add(&self, view: &ViewId, key: &'static str, from: u64, to: u64) -> Result<u64, ViewError> {
        let added = view.clone();
        self.update(view, from, Box::new(move |tx| F::add(tx, &added, key, 1).map(|()| to)))
    }

    pub(super) fn update(&self, view: &ViewId, from: u64, work: ViewWork<F::Tx, u64>) -> Result<u64, ViewError> {
        self.factory.block_on(self.bench.store.update_view(view.clone(), from, work))
    }

    pub(super) fn rows(&self, view: &ViewId) -> Result<Rows, Violation> {
        let rows = self.factory.rows(&self.bench.store, view);
        rows.map_err(|error| Violation::new(format!("the rows of {view}: {error}")))
    }

    pub(super) fn live_rows(&self) -> Result<Rows, Violation> {
        let rows = self.factory.live_rows(&self.bench.store, self.view.name());
        rows.map_err(|error| Violation::new(format!("the live rows: {error}")))
    }

    /// Each version with its position, and whether it is live.
    pub(super) fn statuses(&self) -> Result<Vec<(u32, u64, bool)>, Violation> {
        let statuses = self.factory.block_on(self.bench.store.views(self.view.name()))?;
        Ok(statuses.into_iter().map(|status| (status.version, status.position, status.live)).collect())
    }

    pub(super) fn publish(&self, view: &ViewId) -> Result<(), ViewError> {
        self.factory.block_on(self.bench.store.publish_view(view.clone()))
    }

    pub(super) fn remove(&self, view: &ViewId) -> Result<(), ViewError> {
        self.factory.block_on(self.bench.store.remove_view(view.clone()))
    }

    /// Neither rows nor position.
    pub(super) fn ensure_untouched(&self, what: &str) -> Result<(), Violation> {
        ensure_eq!(self.rows(&self.view)?, Rows::new(), "the rows after {what}");
        ensure_eq!(self.statuses()?, [(1, 0, false)], "where the view stands after {what}");
        Ok(())
    }

    pub(super) fn projector<const VERSION: u32>(&self) -> Projector<Tally<F, VERSION>, F::Store> {
        Projector::new(self.bench.store.clone(), Tally::default())
    }
}

pub(super) fn rows(of: &[(&str, i64)]) -> Rows {
    of.iter().map(|(key, amount)| ((*key).to_owned(), *amount)).collect()
}
