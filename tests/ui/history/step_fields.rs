//! A step reads fields of the version before, and writes fields of its own.

use factum::Event;

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, join(from(first, lst), into(nam))))]
#[event(removed(2, first: String), removed(2, last: String))]
struct Renamed {
    #[event(added(2))]
    name: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, join(from(first, last), into(name))))]
#[event(removed(2, last: String))]
struct Kept {
    first: String,
    name: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2, upcast(2, join(from(first, last), into(name), with = " ")))]
#[event(removed(2, first: String), removed(2, last: String))]
struct Filled {
    #[event(added(2), default = String::new())]
    name: String,
}

#[derive(Event)]
#[event(context = "conference", version = 2)]
#[event(upcast(2, join(from(first, last), into(name)), join(from(first, middle), into(short))))]
#[event(removed(2, first: String), removed(2, last: String), removed(2, middle: String))]
struct Twice {
    #[event(added(2))]
    name: String,
    #[event(added(2))]
    short: String,
}

fn main() {}
