//! The rules: a method for every command, a method for every event.
//!
//! A command decides and changes nothing; an event changes and decides nothing. Sums of seats are made in 64 bits, so
//! that no history and no command can overflow them.

use factum::{Decision, Uuid, emit, nothing, reject};

use crate::{
    AlreadyOpen, AlreadyReserved, ApplySeatAvailabilityEvent, CancelConference, CancelReservation, Cancelled,
    ChangeReservation, ConferenceCancelled, HandleSeatAvailabilityCommand, NoSeats, NotOpen, OpenSeating,
    ReservationCancelled, ReservationChanged, ReserveSeats, SeatAvailability, SeatAvailabilityRejection, SeatingOpened,
    SeatsReserved, SoldOut, UnknownReservation,
};

impl SeatAvailability {
    /// The seats that are held.
    #[must_use]
    pub fn held_seats(&self) -> u64 {
        self.held.values().map(|&quantity| u64::from(quantity)).sum()
    }

    /// The seats that nobody holds.
    #[must_use]
    pub fn available(&self) -> u32 {
        u32::try_from(self.held_seats()).map_or(0, |held| self.capacity.saturating_sub(held))
    }

    /// Whether its seats can be reserved, changed and given back.
    fn on_sale(&self) -> Result<(), SeatAvailabilityRejection> {
        if self.cancelled {
            return Err(Cancelled { name: self.name.clone() }.into());
        }
        if self.capacity == 0 {
            return Err(NotOpen {}.into());
        }
        Ok(())
    }

    fn quantity_of(&self, reservation: Uuid) -> Result<u32, SeatAvailabilityRejection> {
        self.held.get(&reservation).copied().ok_or_else(|| UnknownReservation { reservation }.into())
    }

    fn has_room_for(&self, requested: u32) -> Result<(), SeatAvailabilityRejection> {
        let available = self.available();
        if requested > available { Err(SoldOut { requested, available }.into()) } else { Ok(()) }
    }
}

impl HandleSeatAvailabilityCommand for SeatAvailability {
    fn open_seating(&self, command: OpenSeating) -> Decision<Self> {
        if self.cancelled {
            return reject(Cancelled { name: self.name.clone() });
        }
        if self.capacity > 0 {
            return reject(AlreadyOpen { name: self.name.clone(), capacity: self.capacity });
        }
        if command.capacity == 0 {
            return reject(NoSeats {});
        }
        emit(SeatingOpened { name: command.name, capacity: command.capacity })
    }

    fn reserve_seats(&self, command: ReserveSeats) -> Decision<Self> {
        let ReserveSeats { reservation, quantity, channel, note } = command;
        self.on_sale()?;
        if let Some(&quantity) = self.held.get(&reservation) {
            return reject(AlreadyReserved { reservation, quantity });
        }
        if quantity == 0 {
            return reject(NoSeats {});
        }
        self.has_room_for(quantity)?;
        emit(SeatsReserved { reservation, quantity, channel, note })
    }

    fn change_reservation(&self, command: ChangeReservation) -> Decision<Self> {
        let ChangeReservation { reservation, quantity } = command;
        self.on_sale()?;
        let held = self.quantity_of(reservation)?;
        if quantity == 0 {
            return reject(NoSeats {});
        }
        if quantity == held {
            return nothing();
        }
        self.has_room_for(quantity.saturating_sub(held))?;
        emit(ReservationChanged { reservation, quantity })
    }

    fn cancel_reservation(&self, command: CancelReservation) -> Decision<Self> {
        self.on_sale()?;
        self.quantity_of(command.reservation)?;
        emit(ReservationCancelled { reservation: command.reservation })
    }

    fn cancel_conference(&self, command: CancelConference) -> Decision<Self> {
        if self.cancelled {
            return nothing();
        }
        self.on_sale()?;
        emit(ConferenceCancelled { reason: Some(command.reason) })
    }
}

impl ApplySeatAvailabilityEvent for SeatAvailability {
    fn on_seating_opened(&mut self, event: &SeatingOpened) {
        self.name.clone_from(&event.name);
        self.capacity = event.capacity;
    }

    fn on_seats_reserved(&mut self, event: &SeatsReserved) {
        self.held.insert(event.reservation, event.quantity);
    }

    fn on_reservation_changed(&mut self, event: &ReservationChanged) {
        self.held.insert(event.reservation, event.quantity);
    }

    fn on_reservation_cancelled(&mut self, event: &ReservationCancelled) {
        self.held.remove(&event.reservation);
    }

    fn on_conference_cancelled(&mut self, _: &ConferenceCancelled) {
        self.cancelled = true;
    }
}
