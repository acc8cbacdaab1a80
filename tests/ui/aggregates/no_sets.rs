//! `events` and `commands` are sets.

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

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatsReserved, commands = ReserveSeats, rejection = std::fmt::Error)]
struct Seats;

fn main() {
    let _: Option<(SeatEvent, SeatCommand)> = None;
}
