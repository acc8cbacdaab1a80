//! A name that was ever stored belongs to its field.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 3, removed(2, seats: u32))]
struct SeatsReserved {
    #[event(renamed(3, "seats"))]
    quantity: u32,
}

fn main() {}
