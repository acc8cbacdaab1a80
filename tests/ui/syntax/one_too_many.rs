//! What an entry does not take.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "conference", version = 3, retired(3, nothing, 4), renamed(2, "SeatsBooked", "SeatsHeld"))]
struct SeatsReserved {
    #[event(added(2, 3))]
    note: Option<String>,
    #[event(retyped(2, u32, via = to_string, via = parse))]
    quantity: String,
    #[event(retyped(2, u32) default = 1)]
    row: u64,
}

#[derive(Value)]
#[value(version = 2, removed(2, Fax { number: u32 }, becomes = Phone))]
enum Channel {
    Web,
    Phone,
}

fn main() {}
