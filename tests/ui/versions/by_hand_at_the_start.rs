//! The newest version is written by hand, and there is none before the first.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 1, upcast(1, by_hand))]
struct SeatsReserved {
    quantity: u32,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(3, by_hand))]
struct SeatsHeld {
    quantity: u32,
}

fn main() {}
