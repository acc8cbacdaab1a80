//! What could have been taken back, and was not.

use std::iter::successors;

use super::{Entry, History};
use crate::aggregate::Aggregate;
use crate::event::EventSet;

/// An event that another one could take back (`compensates`), and that none has.
#[derive(Debug)]
pub struct Uncompensated<'h, E> {
    /// Where it stands.
    pub entry: &'h Entry<E>,
    /// The event: one of those as which the entry is read.
    pub event: &'h E,
}

impl<A: Aggregate> History<A> {
    /// The events for which a compensation is declared and that have not been taken back, oldest first.
    ///
    /// An event takes back the last one before it that it is declared to take back, that has equal values in the declared
    /// fields, and that has not been taken back yet: one each. Where what takes back is taken back itself, the first one
    /// stands again.
    ///
    /// The time it takes grows with the number of events, times the number of those that stand at once.
    ///
    /// ```
    /// # use factum::{Aggregate, Repository, store::EventStore};
    /// # async fn audit<A: Aggregate<Event: std::fmt::Debug>>(
    /// #     seats: Repository<A, impl EventStore>, id: A::Id) -> Result<(), factum::LoadError> {
    /// for open in seats.history(id).await?.uncompensated() {
    ///     println!("version {:?}: {:?}", open.entry.version(), open.event);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn uncompensated(&self) -> Vec<Uncompensated<'_, A::Event>> {
        let mut events = Vec::new();
        for entry in self.entries() {
            events.extend(entry.events().iter().map(|event| Uncompensated { entry, event }));
        }
        let standing = standing(&events.iter().map(|found| found.event).collect::<Vec<_>>());
        let mut standing = standing.into_iter();
        events.retain(|_| standing.next().unwrap_or_default());
        events
    }
}

/// Of each event, whether it could be taken back and has not been.
fn standing<E: EventSet>(events: &[&E]) -> Vec<bool> {
    let mut taken = Taken(vec![None; events.len()]);
    // What can be taken back, whether or not it has been: that may change, also in its turn.
    let mut compensable: Vec<usize> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let is_it = |earlier: &&usize| event.compensates(events[**earlier]) && !taken.is_taken(**earlier);
        if let Some(earlier) = compensable.iter().rev().find(is_it).copied() {
            taken.0[earlier] = Some(index);
        }
        if event.is_compensable() {
            compensable.push(index);
        }
    }
    events.iter().enumerate().map(|(index, event)| event.is_compensable() && !taken.is_taken(index)).collect()
}

/// By what each event was taken back last.
struct Taken(Vec<Option<usize>>);

impl Taken {
    /// Whether it was, by an event that has not been taken back itself (and so on: every second link undoes one).
    fn is_taken(&self, event: usize) -> bool {
        let links = successors(self.0[event], |by| self.0[*by]);
        links.count() % 2 == 1
    }
}
