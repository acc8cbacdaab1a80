//! With history the version is stated.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    #[event(added(2))]
    note: Option<String>,
}

#[derive(Value)]
struct Money {
    #[value(added(3))]
    currency: Option<String>,
}

fn main() {}
