//! The lines of a life follow each other.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 4)]
#[event(removed(2, clerk: String, added(3), default = String::new()))]
#[event(removed(3, row: Option<u32>, retyped(4, Option<u16>)))]
struct SeatsReserved {
    #[event(added(3), renamed(2, "seats"), default = 0)]
    quantity: u32,
    #[event(renamed(4, "price"))]
    price: u32,
}

fn main() {}
