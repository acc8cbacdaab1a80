//! What is retired is read as itself or as nothing.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, retired(2, never))]
struct SeatsReserved;

fn main() {}
