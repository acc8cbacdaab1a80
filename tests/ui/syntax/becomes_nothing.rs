//! What becomes no event is retired.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, becomes(2, []))]
struct SeatsReserved;

fn main() {}
