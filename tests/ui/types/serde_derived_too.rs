//! factum writes serde's implementations, so they are not derived too.

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Event, Serialize, Deserialize)]
#[event(context = "conference")]
struct SeatsReserved {
    quantity: u32,
}

fn main() {}
