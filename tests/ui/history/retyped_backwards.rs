//! `retyped` gives the type before.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(retyped(2, u64))]
    quantity: u32,
}

fn main() {}
