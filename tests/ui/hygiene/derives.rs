//! What the structs of older versions derive, their fields have.

use factum::Event;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Clerk(String);

#[derive(Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    clerk: Clerk,
    #[event(added(2))]
    note: Option<String>,
}

#[derive(Event)]
#[event(context = "conference", version = 2, derives(Debugg))]
struct SeatsHeld {
    #[event(added(2))]
    note: Option<String>,
}

fn main() {}
