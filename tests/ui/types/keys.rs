//! What is a key has one order and one text.

use std::collections::{BTreeMap, BTreeSet};

use factum::{Event, Json};

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    by_price: BTreeMap<f64, u32>,
    rows: BTreeSet<Vec<u32>>,
    any: BTreeSet<Option<Json>>,
}

fn main() {}
