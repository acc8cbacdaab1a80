//! Each entry with how it is written.

use factum::Aggregate;

#[derive(Default, Aggregate)]
#[aggregate(context = conference, name = 7, id = "u64", events(SeatEvent), commands, rejection = 3 + 4)]
struct Seats;

fn main() {}
