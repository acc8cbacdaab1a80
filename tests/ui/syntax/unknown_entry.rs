//! The nearest entry is named.

use factum::{Aggregate, Event, EventSet, Value};

#[derive(Event)]
#[event(context = "conference", version = 2, renamd(2, "SeatsBooked"))]
struct SeatsReserved {
    #[event(aded(2), default = 1)]
    quantity: u32,
    #[event(purple)]
    clerk: String,
}

#[derive(Value)]
#[value(versoin = 2)]
struct Money {
    #[value(retype(2, f64))]
    amount: i64,
}

#[derive(Value)]
enum Channel {
    #[value(fall_back)]
    Other(String),
}

#[derive(EventSet)]
#[event_set(endet(Old))]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

#[derive(Default, Aggregate)]
#[aggregate(context = "conference", ids = u64)]
struct Seats;

fn main() {}
