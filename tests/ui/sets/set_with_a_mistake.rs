//! A mistake in the sets is told once, and the aggregate says nothing of it.

use factum::{Aggregate, CommandSet, Decision, Event, EventSet, emit};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, EventSet)]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
    SeatsHeld,
}

#[derive(Debug, Clone)]
struct ReserveSeats;

#[derive(Debug, Clone, CommandSet)]
enum SeatCommand {
    ReserveSeats(ReserveSeats),
    HoldSeats,
}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct Seats;

impl ApplySeatEvent for Seats {
    fn on_seats_reserved(&mut self, _: &SeatsReserved) {}
}

impl HandleSeatCommand for Seats {
    fn reserve_seats(&self, _: ReserveSeats) -> Decision<Self> {
        emit(SeatsReserved)
    }
}

fn main() {}
