//! A conversion knows builtin types; between others the step is one of the user's.

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2)]
struct Paid {
    #[event(retyped(2, Cents, via = scale(100)))]
    amount: i64,
}

fn main() {}
