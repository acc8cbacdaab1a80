//! Names have their casing on the wire.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "Conference", version = 2, renamed(2, "seats_booked"))]
struct SeatsReserved {
    theClerk: String,
    #[event(renamed(2, "self"))]
    quantity: u32,
    #[event(renamed(2, "Seats Left"))]
    left: u32,
}

#[derive(Event)]
#[event(context = "my-shop")]
struct seats_reserved {}

#[derive(Value)]
enum Channel {
    HTTP,
    Web_Shop,
}

#[derive(Value)]
#[value(version = 2)]
enum Payment {
    #[value(renamed(2, "card"))]
    Card { last4: String },
}

fn main() {}
