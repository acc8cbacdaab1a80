//! Of a key of the user's the compiler asks an order.

use std::collections::{BTreeMap, HashMap};

use factum::{Event, Value};

#[derive(Debug, Clone, PartialEq, Value)]
struct Row {
    number: u32,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved {
    by_row: BTreeMap<Row, u32>,
    by_clerk: HashMap<String, Row>,
}

fn main() {}
