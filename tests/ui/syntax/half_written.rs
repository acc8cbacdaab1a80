//! What somebody is still typing is an error, and what is whole beside it is still read.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, ren)]
struct SeatsReserved {
    #[event(added(]
    quantity: u64,
}

fn main() {}
