//! A field that is called like what generated code binds, or like a crate, draws only its own errors.

use factum::Event;

#[derive(Debug, Clone, PartialEq)]
struct Clerk;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved {
    draft: u32,
    fields: u32,
    factum: u32,
    core: Clerk,
    version: u32,
}

fn main() {}
