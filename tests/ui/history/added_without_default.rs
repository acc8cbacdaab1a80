//! Older events have no value for the field.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(added(2))]
    quantity: u32,
}

fn main() {
    let _ = factum::Event::encode(&SeatsReserved { quantity: 1 });
}
