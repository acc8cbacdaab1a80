//! A conversion leads from one type to another.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(retyped(2, u32, via = scale(100)))]
    clerk: String,
    #[event(retyped(2, u16, via = parse))]
    quantity: u32,
    #[event(retyped(2, bool, via = epoch_seconds))]
    at: factum::Uuid,
    #[event(retyped(2, u32, via = or(0)))]
    row: u32,
}

fn main() {}
