//! A default is for older events.

use factum::Event;

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    #[event(default = 1)]
    quantity: u32,
}

fn main() {}
