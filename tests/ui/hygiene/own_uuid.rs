//! A spelling is a claim: a type of the user's with a builtin's name is not taken for it.

use factum::Event;

struct Uuid;

#[derive(Event)]
#[event(context = "conference")]
struct SeatsReserved {
    reservation: Uuid,
}

fn main() {}
