//! The structs of older versions have names, which are then taken.

use factum::Event;

struct SeatsReservedV1;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(added(2))]
    note: Option<String>,
}

fn main() {}
