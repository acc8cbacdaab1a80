//! Each entry that is not well formed is told, with how it is written.

use factum::{Event, EventSet};

#[derive(Event)]
#[event(context = 7, version = "2", renamed("SeatsBooked"), removed(2, clerk), upcast(3), retired)]
#[event(becomes(4, SeatsHeld), deprecated(3), personal(1), derives = Debug)]
struct SeatsReserved {
    #[event(added = 2, default, renamed(2, seats), retyped(u32))]
    quantity: u64,
    #[event(retyped(2, f64, scale(100)))]
    price: i64,
}

#[derive(EventSet)]
#[event_set(ended = Old)]
enum SeatEvent {}

fn main() {}
