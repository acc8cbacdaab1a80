//! What an aggregate is made of.

use factum::{Aggregate, CommandSet, Event, EventSet};

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

#[derive(Debug, Clone, PartialEq)]
struct Key;

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = Key, events = SeatEvent, commands = SeatCommand, rejection = String)]
struct Seats;

impl ApplySeatEvent for Seats {
    fn on_seats_reserved(&mut self, _: &SeatsReserved) {}
}

impl HandleSeatCommand for Seats {
    fn reserve_seats(&self, _: ReserveSeats) -> factum::Decision<Self> {
        factum::nothing()
    }
}

fn main() {}
