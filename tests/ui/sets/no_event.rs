//! A set lists events.

use factum::EventSet;

struct SeatsReserved;

#[derive(EventSet)]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

fn main() {}
