//! A default that is of another type is told beside what is wrong otherwise.

use factum::Event;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 3)]
struct SeatsReserved {
    #[event(added(2), default = "web")]
    channel: Vec<String>,
    #[event(added(2), defualt = 1)]
    row: u32,
    #[event(added(2), default = &[])]
    clerk: &'static [u8],
    #[event(added(4))]
    note: Option<String>,
}

fn main() {}
