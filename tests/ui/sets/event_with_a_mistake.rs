//! One mistake is one message: the set and the aggregate of the event say nothing of it.

use factum::{Aggregate, CommandSet, Decision, Event, EventSet, Upcast, UpcastError, Value, emit};

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
struct Money {
    amount: i64,
    #[value(added(2))]
    currency: String,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 3, renamed(2, "SeatsBooked"), upcast(3, by_hand))]
struct SeatsReserved {
    #[event(added(2))]
    quantity: u32,
    #[event(retyped(3, MoneyV1))]
    price: Money,
}

impl Upcast<SeatsReservedV2> for SeatsReservedV3 {
    fn upcast(old: SeatsReservedV2) -> Result<Self, UpcastError> {
        Ok(Self { quantity: old.quantity, price: Money { amount: old.price.amount, currency: String::new() } })
    }
}

#[derive(Debug, Clone, PartialEq, EventSet)]
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
        emit(SeatsReserved { quantity: command.quantity, price: Money { amount: 1, currency: String::new() } })
    }
}

fn main() {
    let old = SeatsReservedV1 { price: MoneyV1 { amount: 1 } };
    let _ = SeatsReservedV2::upcast(old);
}
