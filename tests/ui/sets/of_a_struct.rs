//! A set is an enum.

use factum::{CommandSet, EventSet};

#[derive(EventSet)]
struct SeatEvent {
    quantity: u32,
}

#[derive(CommandSet)]
union SeatCommand {
    quantity: u32,
}

fn main() {}
