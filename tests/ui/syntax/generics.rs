//! One name is one type.

use factum::{Aggregate, CommandSet, Event, EventSet, Value};

#[derive(Event)]
#[event(context = "conference")]
struct Reserved<T> {
    quantity: T,
}

#[derive(Event)]
#[event(context = "conference")]
struct Borrowed<'a> {
    clerk: &'a str,
}

#[derive(Value)]
struct Pair<const N: usize>
where
    (): Copy,
{
    parts: [u8; N],
}

#[derive(EventSet)]
enum SeatEvent<T> {
    Reserved(T),
}

#[derive(CommandSet)]
enum SeatCommand<T> {
    Reserve(T),
}

#[derive(Aggregate)]
#[aggregate(context = "conference", id = u64, events = (), commands = (), rejection = ())]
struct Seats<T>(T);

fn main() {}
