//! What ended does not change.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 3, retired(2))]
struct SeatsReserved {
    #[event(added(3))]
    note: Option<String>,
}

fn main() {}
