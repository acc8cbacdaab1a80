//! What somebody is still typing is an error at its place.

use factum::Event;

#[derive(Event)]
#[event(context = , version = 2, renamed(2), retired(2 nothing), upcast(2, join(from(a, b) into(c))))]
struct SeatsReserved {
    #[event(added(), default =)]
    quantity: u64,
}

fn main() {}
