//! A step from a type of the user's to a builtin type, or back, is one of the user's.

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2)]
struct Paid {
    #[event(retyped(2, Cents))]
    amount: i64,
    #[event(retyped(2, Option<Cents>))]
    fee: Cents,
    #[event(retyped(2, u32))]
    tip: Option<Cents>,
}

fn main() {}
