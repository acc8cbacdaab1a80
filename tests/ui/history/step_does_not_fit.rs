//! Each step has so many fields, of these types.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, join(from(first), into(name))), removed(2, first: String))]
struct One {
    #[event(added(2))]
    name: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, split(from(name), into(first), with = " ")))]
#[event(removed(2, name: String))]
struct Whole {
    #[event(added(2))]
    first: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, join(from(row, place), into(seat))))]
#[event(removed(2, row: u32), removed(2, place: String))]
struct Numbers {
    #[event(added(2))]
    seat: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, split(from(name), into(first, last), with = "")))]
#[event(removed(2, name: String))]
struct Nowhere {
    #[event(added(2))]
    first: String,
    #[event(added(2))]
    last: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, nest(from(street, city), into(address, other))))]
#[event(removed(2, street: String), removed(2, city: String))]
struct Nested {
    #[event(added(2))]
    address: Address,
    #[event(added(2))]
    other: Address,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, nest(from(street, city), into(address))))]
#[event(removed(2, street: String), removed(2, city: String))]
struct NoStruct {
    #[event(added(2))]
    address: u32,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, flatten(into(street, city))))]
struct Flat {
    #[event(added(2))]
    street: String,
    #[event(added(2))]
    city: String,
}

#[derive(factum::Value)]
struct Address {
    street: String,
    city: String,
}

fn main() {}
