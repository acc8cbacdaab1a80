//! A projection that does not say what it does about each event of its set.

use factum::{Event, EventSet, Projection};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReleased;

#[derive(EventSet)]
#[event_set(streams = "conference.Seats")]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
    SeatsReleased(SeatsReleased),
}

struct Reservations;

impl Projection for Reservations {
    type Tx = u64;
    type Events = SeatEvent;
    const NAME: &'static str = "reservations";
    const VERSION: u32 = 1;
}

impl ProjectSeatEvent for Reservations {
    fn on_seats_reserved(&self, _: &mut u64, _: &SeatsReserved, _: &factum::Recorded<'_>) -> factum::store::ViewResult {
        Ok(())
    }
}

fn main() {}
