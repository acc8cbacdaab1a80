//! An attribute without entries says nothing.

use factum::{Aggregate, Event, EventSet, Value};

#[derive(Event)]
#[event]
struct SeatsReserved {
    #[event = "quantity"]
    quantity: u32,
}

#[derive(Value)]
#[value]
struct Money {
    amount: i64,
}

#[derive(EventSet)]
#[event_set]
enum SeatEvent {}

#[derive(Default, Aggregate)]
#[aggregate = "conference"]
struct Seats;

fn main() {}
