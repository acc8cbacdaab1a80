//! An event belongs to a bounded context.

use factum::Event;

#[derive(Event)]
struct SeatsReserved {
    quantity: u32,
}

#[derive(Event)]
#[event(version = 1)]
struct SeatsHeld {
    quantity: u32,
}

fn main() {
    let _ = factum::Event::encode(&SeatsReserved { quantity: 1 });
}
