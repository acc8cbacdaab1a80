//! Null has one meaning.

use factum::{Event, Json};

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    note: Option<Option<String>>,
    any: Option<Json>,
}

fn main() {}
