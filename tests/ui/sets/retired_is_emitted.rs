//! What is retired is not emitted.

use factum::{Aggregate, CommandSet, Decision, Event, EventSet, emit};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, retired(2))]
struct SeatsHeld;

#[derive(Debug, Clone, PartialEq, EventSet)]
enum SeatEvent {
    SeatsHeld(SeatsHeld),
}

#[derive(Debug, Clone)]
struct HoldSeats;

#[derive(Debug, Clone, CommandSet)]
enum SeatCommand {
    HoldSeats(HoldSeats),
}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct Seats;

impl ApplySeatEvent for Seats {
    fn on_seats_held(&mut self, _: &SeatsHeld) {}
}

impl HandleSeatCommand for Seats {
    fn hold_seats(&self, _: HoldSeats) -> Decision<Self> {
        emit(SeatsHeld)
    }
}

fn main() {}
