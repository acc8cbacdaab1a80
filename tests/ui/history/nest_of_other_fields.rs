//! What a derive does not see of another type, the compiler does.

use factum::{Event, Value};

#[derive(Debug, Clone, PartialEq, Value)]
struct Address {
    street: String,
    zip: u32,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, upcast(2, nest(from(street, city), into(address))))]
#[event(removed(2, street: String), removed(2, city: String))]
struct Moved {
    #[event(added(2))]
    address: Address,
}

fn main() {}
