//! The conversions that there are.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(retyped(2, f64, via = scal(100)))]
    price: i64,
    #[event(retyped(2, f64, via = scale(7)))]
    other: i64,
    #[event(retyped(2, f64, via = scale))]
    third: i64,
    #[event(retyped(2, String, via = parse(10)))]
    row: u32,
    #[event(retyped(2, Option<u32>, via = or()))]
    places: u32,
    #[event(retyped(2, Option<u32>, by = or(0)))]
    seats: u32,
}

fn main() {}
