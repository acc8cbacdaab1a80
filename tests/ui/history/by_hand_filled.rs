//! Where the step is written by hand, nobody uses a default or a conversion.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, by_hand))]
struct SeatsReserved {
    #[event(added(2), default = 1)]
    quantity: u32,
    #[event(retyped(2, f64, via = scale(100)))]
    price: i64,
}

fn main() {}
