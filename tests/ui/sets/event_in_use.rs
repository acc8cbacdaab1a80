//! One mistake is one message: what is asked of the event elsewhere is answered.

use factum::{Aggregate, CommandSet, Decision, Event, EventSet, emit};

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "Conference")]
struct SeatsReserved {
    quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Event)]
struct SeatsBooked(u32);

#[derive(Debug, Clone, PartialEq, EventSet)]
#[event_set(ended(SeatsBooked))]
enum SeatEvent {
    SeatsReserved(SeatsReserved),
}

#[derive(Debug, Clone)]
struct ReserveSeats {
    quantity: u32,
}

#[derive(Debug, Clone, CommandSet)]
enum SeatCommand {
    ReserveSeats(ReserveSeats),
}

#[derive(Debug, Default, Aggregate)]
#[aggregate(context = "conference", id = u64, events = SeatEvent, commands = SeatCommand, rejection = std::fmt::Error)]
struct Seats {
    reserved: u32,
}

impl ApplySeatEvent for Seats {
    fn on_seats_reserved(&mut self, event: &SeatsReserved) {
        self.reserved += event.quantity;
    }
}

impl HandleSeatCommand for Seats {
    fn reserve_seats(&self, command: ReserveSeats) -> Decision<Self> {
        emit(SeatsReserved { quantity: command.quantity })
    }
}

fn main() {
    let _ = SeatsReserved { quantity: 1 }.encode();
    let _ = serde_is_there(&SeatsBooked(1));
}

fn serde_is_there<T: serde::Serialize + serde::de::DeserializeOwned>(_: &T) {}
