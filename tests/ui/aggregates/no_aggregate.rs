//! A repository is one of an aggregate.

use factum::{CommandSet, MemoryStore, Repository};

#[derive(Debug, Clone)]
struct ReserveSeats;

#[derive(Debug, Clone, CommandSet)]
enum SeatCommand {
    ReserveSeats(ReserveSeats),
}

#[derive(Debug, Default)]
struct Seats;

impl HandleSeatCommand for Seats {
    fn reserve_seats(&self, _: ReserveSeats) -> factum::Decision<Self> {
        factum::nothing()
    }
}

fn main() {
    let _ = Repository::<Seats, _>::new(MemoryStore::new());
}
