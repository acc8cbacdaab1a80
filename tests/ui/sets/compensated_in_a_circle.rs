//! Events that take each other back: none of them happened first.

use factum::{Event, EventSet};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Blocked, by(row)))]
struct Freed {
    row: u8,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Freed, by(row)))]
struct Blocked {
    row: u8,
}

/// Leads to them, and is none of them.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Blocked, by(row)))]
struct Opened {
    row: u8,
}

#[derive(Debug, Clone, PartialEq, EventSet)]
enum SeatEvent {
    Opened(Opened),
    Freed(Freed),
    Blocked(Blocked),
}

fn main() {}
