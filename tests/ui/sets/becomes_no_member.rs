//! What a stored event is read as belongs to the set.

use factum::{Event, EventSet, Upcast, UpcastError};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsReserved;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference")]
struct SeatsPaid;

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2, becomes(2, [SeatsReserved, SeatsPaid]))]
struct SeatsBooked;

impl Upcast<SeatsBooked> for SeatsReserved {
    fn upcast(_: SeatsBooked) -> Result<Self, UpcastError> {
        Ok(Self)
    }
}

impl Upcast<SeatsBooked> for SeatsPaid {
    fn upcast(_: SeatsBooked) -> Result<Self, UpcastError> {
        Ok(Self)
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(SeatsBooked))]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

fn main() {}
