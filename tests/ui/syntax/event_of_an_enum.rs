//! An event is a struct.

use factum::Event;

#[derive(Event)]
#[event(context = "conference")]
enum SeatEvent {
    Reserved { quantity: u32 },
}

#[derive(Event)]
#[event(context = "conference")]
union Bits {
    number: u32,
}

fn main() {}
