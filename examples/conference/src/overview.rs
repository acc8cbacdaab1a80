//! Every conference, rebuilt from its events, in a table.

use std::collections::BTreeMap;
use std::io::Write;

use factum::store::{EventStore, EventStoreExt, FeedQuery};
use factum::{Aggregate, Event, ReadError, Recorded, Uuid};

use crate::screen::{Short, fit, number};
use crate::{Error, Screen, SeatAvailability, SeatAvailabilityEvent, SeatingOpened, Seats};

/// A conference as its events tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conference {
    /// Its key.
    pub id: Uuid,
    /// Its seats.
    pub seats: SeatAvailability,
    /// How many of its events are stored under which wire type, and as which version of its schema.
    pub stored_as: BTreeMap<(String, u32), u64>,
}

impl Conference {
    /// How many events it has.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.stored_as.values().sum()
    }

    /// How many of its events are stored as `version` of their schema.
    #[must_use]
    pub fn stored_as(&self, version: u32) -> u64 {
        self.stored_as.iter().filter(|((_, stored), _)| *stored == version).map(|(_, count)| count).sum()
    }

    const fn state(&self, available: u32) -> &'static str {
        match (self.seats.cancelled, available) {
            (true, _) => "cancelled",
            (false, 0) => "sold out",
            (false, _) => "on sale",
        }
    }
}

/// Every conference in the store, in the order in which they were opened.
///
/// # Errors
/// [`Error::Read`] and [`Error::Load`].
pub async fn conferences<S: EventStore>(seats: &Seats<S>) -> Result<Vec<Conference>, Error> {
    let mut conferences = Vec::new();
    for id in opened(seats.store()).await? {
        let mut stored_as = BTreeMap::new();
        let count = |recorded: &Recorded<'_>, _: &[SeatAvailabilityEvent], _: &SeatAvailability| {
            *stored_as.entry((recorded.event_type.to_owned(), recorded.schema_version)).or_default() += 1;
        };
        let loaded = seats.for_each_event(id, count).await?;
        conferences.push(Conference { id, seats: loaded.state, stored_as });
    }
    Ok(conferences)
}

/// The keys of the conferences, from the events that opened them.
async fn opened<S: EventStore>(store: &S) -> Result<Vec<Uuid>, ReadError> {
    let prefix = format!("{}.{}-", SeatAvailability::CONTEXT, SeatAvailability::NAME);
    let query = FeedQuery { types: Some(vec![SeatingOpened::TYPE.to_owned()]), ..FeedQuery::default() };
    let mut ids = Vec::new();
    let visit = store.for_each_in_feed(query, |recorded| {
        ids.extend(recorded.stream.strip_prefix(&prefix).and_then(|id| id.parse::<Uuid>().ok()));
        Ok::<(), ReadError>(())
    });
    visit.await?;
    Ok(ids)
}

/// What the schema calls a conference that was opened before conferences had names.
const UNNAMED: &str = "an unnamed conference";

/// The table.
pub(crate) fn show<W: Write>(conferences: &[Conference], screen: &mut Screen<W>) -> Result<(), Error> {
    screen.columns(format_args!(
        "{:<30}  {:<8}  {:>8}  {:>6}  {:>6}  {:<9}  {:>5}  {:>5}  {:>5}",
        "conference", "id ends", "capacity", "held", "left", "state", "v1", "v2", "v3"
    ))?;
    for conference in conferences {
        let Conference { id, seats, .. } = conference;
        let available = seats.available();
        screen.line(format_args!(
            "{:<30}  {:<8}  {:>8}  {:>6}  {:>6}  {:<9}  {:>5}  {:>5}  {:>5}",
            fit(&seats.name, 30),
            Short(*id),
            number(seats.capacity),
            number(seats.held_seats()),
            number(available),
            conference.state(available),
            number(conference.stored_as(1)),
            number(conference.stored_as(2)),
            number(conference.stored_as(3))
        ))?;
    }
    let all = |version| number(conferences.iter().map(|conference| conference.stored_as(version)).sum::<u64>());
    screen.columns(format_args!(
        "{:<77}  {:>5}  {:>5}  {:>5}",
        "all of them: events by the version of their schema that they are stored as",
        all(1),
        all(2),
        all(3)
    ))?;
    if conferences.iter().any(|conference| conference.seats.name == UNNAMED) {
        screen.space()?;
        screen
            .line("Version 1 of SeatingOpened had no name: what the schema gives as the default stands in for it.")?;
    }
    Ok(())
}
