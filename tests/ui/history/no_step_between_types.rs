//! Between two types of the user's there is a step of the user's.

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Euros(f64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2)]
struct Paid {
    #[event(retyped(2, Euros))]
    amount: Cents,
    #[event(retyped(2, Vec<String>))]
    parts: Vec<Cents>,
}

fn main() {}
