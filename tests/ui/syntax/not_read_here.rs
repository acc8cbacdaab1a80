//! An attribute in a place where nobody reads it says so.

use factum::{Aggregate, Event, EventSet, Value};

#[derive(Value)]
struct Places(#[value(retyped(2, u32))] u64);

#[derive(Value)]
enum Channel {
    Web,
    #[value(fallback)]
    Other(#[value(renamed(2, "others"))] String),
}

#[derive(Event)]
#[event(context = "conference", version = 3, removed(3, #[event(added(2))] clerk: Option<String>))]
struct SeatsReserved;

#[derive(EventSet)]
enum SeatEvent {
    #[event_set(ended(SeatsHeld))]
    SeatsReserved(SeatsReserved),
}

#[derive(Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatEvent, commands = (), rejection = std::fmt::Error)]
struct Seats {
    #[aggregate(name = "Places")]
    number: u32,
}

fn main() {}
