//! The README's program, as a crate.

use factum::{Decision, emit, nothing, reject};

factum::include_schemas!();

impl HandleShowCommand for Show {
    fn open_sale(&self, command: OpenSale) -> Decision<Self> {
        if self.capacity > 0 {
            return nothing(); // it is open already
        }
        emit(SaleOpened { capacity: command.capacity })
    }

    fn reserve_seats(&self, command: ReserveSeats) -> Decision<Self> {
        let ReserveSeats { reservation, quantity, channel } = command;
        let available = self.capacity - self.held;
        if quantity > available {
            return reject(SoldOut { requested: quantity, available });
        }
        emit(SeatsReserved { reservation, quantity, channel })
    }
}

impl ApplyShowEvent for Show {
    fn on_sale_opened(&mut self, event: &SaleOpened) {
        self.capacity = event.capacity;
    }

    fn on_seats_reserved(&mut self, event: &SeatsReserved) {
        self.held += event.quantity;
    }
}

/// The README's Rust, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
