//! What is said once is not said twice, in one attribute or in two.

use factum::{Aggregate, Event, Value};

#[derive(Event)]
#[event(context = "conference", version = 2, version = 3)]
#[event(context = "theatre")]
struct SeatsReserved {
    #[event(added(2), added(2))]
    note: Option<String>,
}

#[derive(Value)]
#[value(version = 1, version = 1)]
struct Money {
    amount: i64,
}

#[derive(Default, Aggregate)]
#[aggregate(context = "conference", context = "theatre")]
struct Seats;

fn main() {}
