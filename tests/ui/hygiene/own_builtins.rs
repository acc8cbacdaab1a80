//! The user's own containers are not taken for the standard ones.

use factum::{Event, Value};

struct Option<T>(T);
struct Vec<T>(T);
struct Timestamp;

#[derive(Event)]
#[event(context = "conference")]
struct Optional {
    note: Option<u32>,
}

#[derive(Event)]
#[event(context = "conference")]
struct Several {
    rows: Vec<u32>,
}

#[derive(Value)]
struct At(Timestamp);

fn main() {}
