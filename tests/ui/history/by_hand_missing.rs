//! The compiler says which step is yours to write.

use factum::Event;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 3, upcast(3, by_hand))]
struct SeatsReserved {
    #[event(added(2))]
    note: Option<String>,
    #[event(added(3))]
    quantity: u32,
}

fn main() {}
