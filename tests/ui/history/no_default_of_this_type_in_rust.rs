//! A default that is no plain value is judged by the compiler, at its place.

use factum::Event;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 3)]
struct SeatsReserved {
    #[event(added(2), default = 1.5)]
    quantity: u32,
    #[event(added(2), default = "web")]
    channel: String,
    #[event(added(2), default = 0, retyped(3, String, via = parse))]
    hall: u32,
    #[event(added(2), default = missing())]
    place: Vec<u32>,
}

fn main() {}
