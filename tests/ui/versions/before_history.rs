//! History begins with version 2.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 0)]
struct SeatsFreed;

#[derive(Event)]
#[event(context = "conference", version = 2, renamed(1, "SeatsBooked"), upcast(0, by_hand))]
struct SeatsReserved {
    #[event(added(1))]
    note: Option<String>,
    #[event(retyped(1, u32))]
    quantity: u64,
}

fn main() {}
