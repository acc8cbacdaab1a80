//! An event ends once.

use factum::Event;

#[derive(Event)]
#[event(context = "conference")]
struct SeatsHeld;

#[derive(Event)]
#[event(context = "conference", version = 3, retired(2), becomes(3, [SeatsHeld]))]
struct SeatsReserved;

fn main() {}
