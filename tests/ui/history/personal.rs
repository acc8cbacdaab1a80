//! `personal` names fields.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", personal(clrk))]
struct SeatsReserved {
    clerk: String,
}

fn main() {}
