//! The way of a view through the feed.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{OptionFuture, join};
use tracing::{debug, info};

use super::batch::{self, Place, ReadPage};
use super::projector::Projector;
use super::{Projection, ProjectionError};
use crate::error::ReadError;
use crate::stop::{Stop, yield_now};
use crate::store::{FeedQuery, ViewError, ViewId, ViewStatus, ViewStore};

/// How a view goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From one page to the next.
    On,
    /// From where another worker has put it back to: what is being read is not what comes next.
    Elsewhere,
}

/// A view on its way.
pub(super) struct Follow<'a, P, S> {
    projector: &'a Projector<P, S>,
    view: ViewId,
    position: u64,
    skipped: u64,
}

impl<'a, P: Projection, S: ViewStore<P::Tx>> Follow<'a, P, S> {
    /// Finds the view, or makes it.
    pub(super) async fn open(projector: &'a Projector<P, S>) -> Result<Self, ProjectionError> {
        let view = projector.view()?;
        let mut follow = Self { projector, view, position: 0, skipped: 0 };
        if let Some(status) = projector.status().await? {
            follow.position = status.position;
        } else {
            follow.make().await?;
        }
        Ok(follow)
    }

    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Makes the view. The first version of a view is shown to readers at once: there is no older one to show.
    async fn make(&mut self) -> Result<(), ProjectionError> {
        match self.create(None).await {
            Ok(()) => info!(view = %self.view, "made"),
            // Another worker was faster.
            Err(ProjectionError::View(ViewError::Moved { actual, .. })) => self.position = actual,
            Err(error) => return Err(error),
        }
        if self.live_version().await?.is_none() {
            self.projector.publish().await?;
        }
        Ok(())
    }

    /// Empties the view.
    pub(super) async fn reset(&mut self) -> Result<(), ProjectionError> {
        loop {
            match self.create(Some(self.position)).await {
                Ok(()) => {
                    self.position = 0;
                    return Ok(());
                }
                // Another worker moved it meanwhile.
                Err(ProjectionError::View(ViewError::Moved { actual, .. })) => self.position = actual,
                Err(error) => return Err(error),
            }
        }
    }

    async fn create(&self, expected: Option<u64>) -> Result<(), ProjectionError> {
        let Projector { store, parts, retry, sleeper } = self.projector;
        let create = || {
            let projection = Arc::clone(&parts.projection);
            store.create_view(self.view.clone(), expected, Box::new(move |tx: &mut P::Tx| projection.create(tx)))
        };
        match retry.run(&**sleeper, ViewError::may_pass, create).await {
            Err(ViewError::Panicked { message, .. }) => Err(panicked::<P>(0, message)),
            created => Ok(created?),
        }
    }

    async fn live_version(&self) -> Result<Option<u32>, ProjectionError> {
        let versions = self.projector.store.views(P::NAME).await?;
        Ok(versions.into_iter().find(|status| status.live).map(|status| status.version))
    }

    /// Applies every event that there is, and tells of each batch: the position, and how many events it looked at.
    pub(super) async fn apply_all(&mut self, mut moved: impl FnMut(u64, u64)) -> Result<(), ProjectionError> {
        let never = pin!(std::future::pending());
        let mut never = Stop::new(never);
        while self.pages(&mut moved, &mut never).await? == Way::Elsewhere {}
        Ok(())
    }

    /// A page after the other, the next one being read while this one is applied.
    async fn pages(
        &mut self,
        moved: &mut impl FnMut(u64, u64),
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<Way, ProjectionError> {
        let Projector { store, parts, .. } = self.projector;
        let read = |from| async move {
            let page = store.read_all(FeedQuery { from: Some(from), limit: batch::EVENTS, ..FeedQuery::default() });
            Ok::<_, ReadError>(Arc::new(ReadPage::of(page.await?, parts)))
        };
        let mut page = read(self.position + 1).await?;
        loop {
            let next = OptionFuture::from(page.page().next().map(read));
            let (way, next) = join(self.page(&page, moved, stop), next).await;
            if way? == Way::Elsewhere {
                return Ok(Way::Elsewhere);
            }
            match next {
                Some(next) if !stop.is_asked_for() => page = next?,
                Some(_) | None => return Ok(Way::On),
            }
        }
    }

    /// Applies a page in as many batches as it takes.
    async fn page(
        &mut self,
        read: &Arc<ReadPage<P>>,
        moved: &mut impl FnMut(u64, u64),
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<Way, ProjectionError> {
        let page = read.page();
        loop {
            // Another worker may have applied some of it.
            let before = self.position;
            let from = page.up_to(before);
            if from == page.len() || stop.is_asked_for() {
                return Ok(Way::On);
            }
            self.batch(read, from).await?;
            if self.position < before {
                return Ok(Way::Elsewhere);
            }
            moved(self.position, page.up_to(self.position).saturating_sub(from) as u64);
            yield_now().await;
        }
    }

    async fn batch(&mut self, read: &Arc<ReadPage<P>>, from: usize) -> Result<(), ProjectionError> {
        let Projector { store, parts, retry, sleeper } = self.projector;
        let place = Arc::new(Place::default());
        let update = || {
            let work = Box::new(batch::work(parts, read, from, &place));
            store.update_view(self.view.clone(), self.position, work)
        };
        match retry.run(&**sleeper, ViewError::may_pass, update).await {
            Ok(position) => {
                self.skipped += place.skipped();
                debug!(view = %self.view, position, skipped = self.skipped, "moved");
                self.position = position;
                Ok(())
            }
            Err(ViewError::Moved { actual, .. }) => {
                debug!(view = %self.view, held = self.position, actual, "another worker was faster");
                self.position = actual;
                Ok(())
            }
            Err(ViewError::Panicked { message, .. }) => Err(panicked::<P>(place.position(), message)),
            Err(error) => Err(error.into()),
        }
    }

    /// A view that has caught up takes the live one's place, if it is newer.
    pub(super) async fn publish_if_newer(&self) -> Result<ViewStatus, ProjectionError> {
        let live = self.live_version().await?;
        if live.is_none_or(|live| live < P::VERSION) {
            self.projector.publish().await?;
            info!(view = %self.view, replaced = live, "published");
        }
        let status = self.projector.status().await?;
        status.ok_or_else(|| ViewError::Missing { view: self.view.clone() }.into())
    }

    /// Follows the events until it is asked to stop.
    pub(super) async fn until(&mut self, stop: impl Future<Output = ()> + Send) -> Result<(), ProjectionError> {
        let stop = pin!(stop);
        let mut stop = Stop::new(stop);
        let mut published = false;
        loop {
            let changed = self.projector.store.changed();
            let way = self.pages(&mut |_, _| {}, &mut stop).await?;
            if stop.is_asked_for() {
                return Ok(());
            }
            if way == Way::Elsewhere {
                continue;
            }
            if !published {
                self.publish_if_newer().await?;
                published = true;
            }
            stop.or(changed).await;
        }
    }
}

fn panicked<P: Projection>(position: u64, message: String) -> ProjectionError {
    ProjectionError::Panicked { projection: P::NAME, position, message }
}
