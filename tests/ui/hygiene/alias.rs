//! Optional is spelled `Option<..>`: an alias is a type of its own, read and written by its serde, and has no null to
//! fill in.

use factum::Event;

type Maybe<T> = Option<T>;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2)]
struct SeatsReserved {
    #[event(added(2))]
    note: Maybe<String>,
}

fn main() {}
