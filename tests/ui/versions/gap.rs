//! Every version changes something.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "conference", version = 4)]
struct SeatsReserved {
    #[event(added(2))]
    note: Option<String>,
    #[event(added(4))]
    clerk: Option<String>,
}

#[derive(Value)]
#[value(version = 2)]
struct Money {
    amount: i64,
}

fn main() {}
