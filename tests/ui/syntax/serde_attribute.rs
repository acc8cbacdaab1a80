//! What factum writes itself, serde's attributes do not change.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "conference")]
#[serde(rename = "SeatsBooked")]
struct SeatsReserved {
    #[serde(rename = "seats")]
    quantity: u32,
}

#[derive(Value)]
#[serde(deny_unknown_fields)]
struct Money {
    #[serde(default)]
    amount: i64,
}

#[derive(Value)]
enum Channel {
    #[serde(rename = "www")]
    Web,
}

fn main() {}
