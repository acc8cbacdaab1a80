//! A wire type belongs to one event.

use factum::{Event, EventSet};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, renamed(2, "SeatsHeld"))]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsHeld;

#[derive(Debug, Clone, PartialEq, EventSet)]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
    SeatsHeld(SeatsHeld),
}

fn main() {
    let _ = <SeatEvent as factum::EventSet>::TYPES;
}
