//! A variant holds one type.

use factum::{CommandSet, EventSet};

#[derive(EventSet)]
enum SeatEvent {
    SeatsReserved,
    SeatsHeld { quantity: u32 },
    SeatsFreed(u32, u32),
}

#[derive(CommandSet)]
enum SeatCommand {
    ReserveSeats,
    HoldSeats { quantity: u32 },
}

fn main() {}
