//! A field's type is one that serde knows.

use factum::Event;
use factum_ui_tests::Foreign;

#[derive(Debug, Clone, PartialEq)]
struct Clerk;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved {
    clerk: Clerk,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsHeld {
    others: Vec<Option<Foreign>>,
}

#[derive(Debug, Clone, PartialEq, factum::Value)]
struct Held(Foreign);

fn main() {}
