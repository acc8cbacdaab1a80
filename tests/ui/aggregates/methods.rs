//! A method for each event, and one for each command.

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

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct Seats;

impl ApplySeatEvent for Seats {}

impl HandleSeatCommand for Seats {
    fn reserve(&self, _: ReserveSeats) -> Decision<Self> {
        factum::nothing()
    }
}

fn main() {}
