//! What is listed once is read in one way.

use factum::{Event, EventSet};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, retired(2, nothing))]
struct SeatsHeld;

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(SeatsHeld, SeatsHeld))]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(SeatsHeld))]
enum OtherEvent {
    SeatsHeld(SeatsHeld),
}

fn main() {}
