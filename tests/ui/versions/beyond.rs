//! The history speaks of a version that the event does not have.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(added(3))]
    note: Option<String>,
    #[event(added(2))]
    clerk: Option<String>,
}

fn main() {}
