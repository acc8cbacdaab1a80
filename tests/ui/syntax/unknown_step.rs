//! The nearest step is named.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, joint(from(a, b), into(c))))]
struct SeatsReserved;

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, join(form(a, b), into(c), into(d))))]
struct SeatsHeld;

fn main() {}
