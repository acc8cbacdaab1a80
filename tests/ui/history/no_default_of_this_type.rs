//! A default is of the type that the field had when it was added.

use factum::Event;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 3)]
struct SeatsReserved {
    #[event(added(2), default = 300)]
    row: u8,
    #[event(added(2), default = -1)]
    place: u16,
    #[event(added(2), default = 1.5)]
    quantity: u32,
    #[event(added(2), default = "web")]
    channel: String,
    #[event(added(2), default = 0, retyped(3, String, via = parse))]
    hall: u32,
}

fn main() {}
