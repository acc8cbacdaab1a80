//! The streams of a set: `context.Aggregate`, the aggregate that has the set, and a projection that asks for them.

use factum::{Aggregate, CommandSet, Event, EventSet, Projection};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(EventSet)]
#[event_set(streams = "conference")]
enum OnlyTheContext {}

#[derive(EventSet)]
#[event_set(streams = Conference)]
enum NoText {}

#[derive(EventSet)]
#[event_set(streams = "conference.Seats")]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

#[derive(Clone, CommandSet)]
enum SeatCommand {}

#[derive(Default, Aggregate)]
#[aggregate(context = "conference", id = String, events = SeatEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct SeatAvailability;

impl ApplySeatEvent for SeatAvailability {
    fn on_seats_reserved(&mut self, _: &SeatsReserved) {}
}

impl HandleSeatCommand for SeatAvailability {}

#[derive(EventSet)]
enum UnknownStreams {
    SeatsReserved(SeatsReserved),
}

struct Reservations;

impl Projection for Reservations {
    type Tx = u64;
    type Events = UnknownStreams;
    const NAME: &'static str = "reservations";
    const VERSION: u32 = 1;
}

impl ProjectUnknownStreams for Reservations {
    fn on_seats_reserved(&self, _: &mut u64, _: &SeatsReserved, _: &factum::Recorded<'_>) -> factum::store::ViewResult {
        Ok(())
    }
}

fn main() {}
