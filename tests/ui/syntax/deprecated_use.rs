//! What is emitted in place of an event is an event.

use factum::Event;

struct SeatsHeld;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", deprecated(since = 1, use = SeatsHeld))]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", deprecated(since = 1, use = SeatsHold))]
struct SeatsBooked;

fn main() {}
