//! What is taken back, and by which fields.

use factum::Event;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats")]
struct Reserved {
    reservation: u64,
    row: u8,
}

/// Which one is not said.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Reserved))]
struct Cancelled {
    reservation: u64,
}

/// Another word.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Reserved, with(reservation)))]
struct CancelledToo {
    reservation: u64,
}

/// The other event has no such field.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Reserved, by(clerk)))]
struct CancelledByClerk {
    clerk: String,
}

/// This one has no such field.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Reserved, by(row)))]
struct CancelledRow {
    reservation: u64,
}

/// They are not of one type.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(Reserved, by(reservation)))]
struct CancelledText {
    reservation: String,
}

/// No event.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "seats", compensates(String, by()))]
struct CancelledNothing;

fn main() {}
