//! Not every value of the old type is one of the new type, and the helps say what to write.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(retyped(2, f64))]
    price: i64,
    #[event(retyped(2, Vec<String>))]
    rows: Vec<u32>,
    #[event(retyped(2, factum::Uuid))]
    at: bool,
    #[event(retyped(2, Option<u32>))]
    quantity: u32,
    #[event(retyped(2, u16))]
    places: u16,
}

fn main() {}
