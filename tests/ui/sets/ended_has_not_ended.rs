//! `ended` lists what is read as nothing or as others.

use factum::{Event, EventSet};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, retired(2))]
struct SeatsHeld;

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(SeatsHeld))]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

fn main() {}
