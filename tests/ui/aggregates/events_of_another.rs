//! An aggregate applies the events of its own set.

use factum::{Aggregate, CommandSet, Decision, Event, EventSet};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, EventSet)]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

#[derive(Debug, Clone)]
struct ReserveSeats;

#[derive(Debug, Clone, CommandSet)]
enum SeatCommand {
    ReserveSeats(ReserveSeats),
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "theatre")]
struct PlayStaged;

#[derive(Debug, Clone, PartialEq, EventSet)]
enum TheatreEvent {
    PlayStaged(PlayStaged),
}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = TheatreEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct Seats;

impl ApplySeatEvent for Seats {
    fn on_seats_reserved(&mut self, _: &SeatsReserved) {}
}

impl HandleSeatCommand for Seats {
    fn reserve_seats(&self, _: ReserveSeats) -> Decision<Self> {
        factum::nothing()
    }
}

fn main() {}
