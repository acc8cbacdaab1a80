//! A batch: some events, read, and then applied to a view's rows in one transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Projection;
use super::error::ProjectError;
use super::events::{Followed, Project};
use super::projector::Parts;
use crate::envelope::Recorded;
use crate::error::DecodeFault;
use crate::event::Decoded;
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

/// What a projection is called for.
type EventOf<P> = <<P as Projection>::Events as Followed>::Event;

/// What a stored event is to a projection.
pub(super) enum Reading<E> {
    /// Not one that it follows.
    Foreign,
    /// One of an unknown type, which is passed over as the policy allows.
    Skipped,
    /// What it is called for.
    Known(Decoded<E>),
}

impl<P: Projection> Parts<P> {
    pub(super) fn read(&self, recorded: &Recorded<'_>) -> Result<Reading<EventOf<P>>, ProjectError> {
        if !P::Events::concerns(recorded) {
            return Ok(Reading::Foreign);
        }
        match P::Events::read(recorded) {
            Ok(events) => Ok(Reading::Known(events)),
            Err(error) if self.unknown == UnknownTypes::Skip && matches!(error.fault, DecodeFault::UnknownType) => {
                Ok(Reading::Skipped)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn apply(
        &self,
        tx: &mut P::Tx,
        reading: &Reading<EventOf<P>>,
        recorded: &Recorded<'_>,
    ) -> Result<(), ProjectError> {
        let events = match reading {
            Reading::Foreign | Reading::Skipped => &[],
            Reading::Known(events) => events.as_slice(),
        };
        events
            .iter()
            .try_for_each(|event| P::Events::project(&self.projection, tx, event, recorded))
            .map_err(|source| ProjectError::handler::<P>(recorded, source))
    }
}

/// A page of the feed, most of it read ahead of the transactions in which it is applied.
pub(super) struct ReadPage<P: Projection> {
    page: Page,
    /// What its first events are read as.
    ahead: Vec<Reading<EventOf<P>>>,
}

impl<P: Projection> ReadPage<P> {
    /// Reads the events of `page` until one cannot be read or the time is over. The rest is read where it is applied, so
    /// that what is wrong with an event is told there, after what its predecessors have to say.
    pub(super) fn of(page: Page, parts: &Parts<P>) -> Self {
        let begin = Instant::now();
        let mut ahead = Vec::with_capacity(page.len());
        let read = page.iter().take_while(|_| begin.elapsed() <= TIME).map_while(|recorded| parts.read(&recorded).ok());
        // Steps by hand are the user's code. One that panics does so again where a store is prepared for it.
        let _ = catch_unwind(AssertUnwindSafe(|| ahead.extend(read)));
        Self { page, ahead }
    }

    pub(super) const fn page(&self) -> &Page {
        &self.page
    }

    /// Applies the events from `from` on, until they end or the time is over; answers the last position.
    fn apply(&self, parts: &Parts<P>, tx: &mut P::Tx, from: usize, place: &Place) -> ViewResult<u64> {
        let begin = Instant::now();
        // An attempt before this one may have been undone.
        place.skipped.store(0, Ordering::Relaxed);
        for (index, recorded) in self.page.iter().enumerate().skip(from) {
            place.position.store(recorded.position, Ordering::Relaxed);
            let reading = match self.ahead.get(index) {
                Some(reading) => reading,
                None => &parts.read(&recorded)?,
            };
            parts.apply(tx, reading, &recorded)?;
            if matches!(reading, Reading::Skipped) {
                place.skipped.fetch_add(1, Ordering::Relaxed);
            }
            if begin.elapsed() > TIME {
                break;
            }
        }
        Ok(place.position())
    }
}

/// A batch as a store runs it.
pub(super) fn work<P: Projection>(
    parts: &Parts<P>,
    read: &Arc<ReadPage<P>>,
    from: usize,
    place: &Arc<Place>,
) -> impl FnOnce(&mut P::Tx) -> ViewResult<u64> + Send + 'static {
    let (parts, read, place) = (parts.clone(), Arc::clone(read), Arc::clone(place));
    move |tx| read.apply(&parts, tx, from, &place)
}
