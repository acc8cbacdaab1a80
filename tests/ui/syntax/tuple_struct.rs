//! Fields have names on the wire.

use factum::{Event, Value};

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved(u32);

#[derive(Value)]
struct Money(i64, String);

#[derive(Value)]
enum Payment {
    Card { last4: String },
    Invoice(String),
}

fn main() {
    let reserved = SeatsReserved(1);
    let _ = factum::Event::encode(&reserved);
}
