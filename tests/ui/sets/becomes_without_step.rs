//! What an event becomes is written by hand.

use factum::Event;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq)]
struct Unrelated;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, becomes(2, [SeatsReserved]))]
struct SeatsBooked;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, becomes(2, [Unrelated]))]
struct SeatsHeld;

fn main() {}
