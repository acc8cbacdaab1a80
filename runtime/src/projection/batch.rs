//! A batch: some events, applied to a view's rows in one transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::error::ProjectError;
use super::events::Project;
use super::{Projection, projector};
use crate::envelope::Recorded;
use crate::error::DecodeFault;
use crate::repository::UnknownTypes;
use crate::store::{Page, ViewResult};

/// The events that one batch takes at most.
pub(super) const EVENTS: usize = 500;

/// How long one batch may take: it runs where a store's appends wait.
const TIME: Duration = Duration::from_millis(10);

/// Where a batch stands: told to whoever waits for it.
#[derive(Default)]
pub(super) struct Place {
    /// The event that the projection is called for.
    position: AtomicU64,
    /// The events that were passed over.
    skipped: AtomicU64,
}

impl Place {
    pub(super) fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    pub(super) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}

/// Applies the events of `page` from `from` on, until they end or the time is over; answers the last position.
pub(super) fn apply<P: Projection>(
    projection: &P,
    unknown: UnknownTypes,
    tx: &mut P::Tx,
    page: &Page,
    from: usize,
    place: &Place,
) -> ViewResult<u64> {
    let begin = Instant::now();
    for recorded in page.iter().skip(from) {
        place.position.store(recorded.position, Ordering::Relaxed);
        if apply_one(projection, unknown, tx, &recorded)? {
            place.skipped.fetch_add(1, Ordering::Relaxed);
        }
        if begin.elapsed() > TIME {
            break;
        }
    }
    Ok(place.position())
}

/// Answers whether the event was passed over, as the policy allows.
pub(super) fn apply_one<P: Projection>(
    projection: &P,
    unknown: UnknownTypes,
    tx: &mut P::Tx,
    recorded: &Recorded<'_>,
) -> Result<bool, ProjectError> {
    if !P::Events::concerns(recorded) {
        return Ok(false);
    }
    match P::Events::project(projection, tx, recorded) {
        Err(ProjectError::Decode(error))
            if unknown == UnknownTypes::Skip && matches!(error.fault, DecodeFault::UnknownType) =>
        {
            Ok(true)
        }
        done => done.map(|()| false),
    }
}

/// A batch as a store runs it.
pub(super) fn work<P: Projection>(
    parts: &projector::Parts<P>,
    page: &Arc<Page>,
    from: usize,
    place: &Arc<Place>,
) -> impl FnOnce(&mut P::Tx) -> ViewResult<u64> + Send + 'static {
    let (projection, unknown) = (Arc::clone(&parts.projection), parts.unknown);
    let (page, place) = (Arc::clone(page), Arc::clone(place));
    move |tx| apply(&*projection, unknown, tx, &page, from, &place)
}
