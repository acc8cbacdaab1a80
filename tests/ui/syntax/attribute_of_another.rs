//! Each derive has its own attribute.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    #[value(added(2))]
    quantity: u32,
}

#[derive(Value)]
#[event(version = 1)]
struct Money {
    amount: i64,
}

fn main() {}
