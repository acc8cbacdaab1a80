//! Versions are plain numbers.

use factum::{Event, Value};

const NEWEST: u32 = 2;

#[derive(Event)]
#[event(context = "conference", version = NEWEST)]
struct SeatsReserved {
    #[event(added(0x2))]
    note: Option<String>,
    #[event(added(2u32))]
    clerk: Option<String>,
    #[event(added(1_0))]
    row: Option<String>,
    #[event(added(5000000000))]
    place: Option<String>,
    #[event(added(-2))]
    channel: Option<String>,
    #[event(added(2.0))]
    hall: Option<String>,
}

#[derive(Value)]
#[value(version = 1u8)]
struct Money {
    amount: i64,
}

fn main() {}
