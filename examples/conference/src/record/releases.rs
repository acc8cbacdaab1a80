//! What the three earlier releases wrote.

use factum::{EncodeError, Encoded, Event, EventSet, Timestamp};

use crate::{
    ConferenceCancelledV1, ReservationChangedV1, SeatAvailabilityEvent, SeatingOpenedV1, SeatsReservedV1,
    SeatsReservedV2,
};

/// A release of the software, by what it stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Release {
    /// Everything in its first version.
    First,
    /// Conferences have names, seats are a quantity.
    Second,
    /// Reservations say where they came from; clerks are no longer named in them.
    Third,
}

impl Release {
    /// The release that ran on `day` of the year.
    pub(super) const fn on(day: u32) -> Self {
        match day {
            0..105 => Self::First,
            105..230 => Self::Second,
            230.. => Self::Third,
        }
    }

    /// Whether it sold on other ways than at the desk.
    pub(super) const fn has_channels(self) -> bool {
        matches!(self, Self::Third)
    }

    /// `event` as this release stored it, taken down by `clerk`.
    pub(super) fn store(self, event: &SeatAvailabilityEvent, clerk: &str) -> Result<Encoded, EncodeError> {
        match (self, event) {
            (Self::First, SeatAvailabilityEvent::SeatingOpened(e)) => {
                SeatingOpenedV1 { capacity: u16::try_from(e.capacity).unwrap_or(u16::MAX) }.encode()
            }
            (Self::First, SeatAvailabilityEvent::SeatsReserved(e)) => {
                SeatsReservedV1 { reservation: e.reservation, seats: e.quantity, clerk: clerk.to_owned() }.encode()
            }
            (Self::First, SeatAvailabilityEvent::ReservationChanged(e)) => {
                ReservationChangedV1 { reservation: e.reservation, seats: e.quantity }.encode()
            }
            (Self::First, SeatAvailabilityEvent::ConferenceCancelled(e)) => {
                ConferenceCancelledV1 { reason: e.reason.clone().unwrap_or_default() }.encode()
            }
            (Self::Second, SeatAvailabilityEvent::SeatsReserved(e)) => {
                let (reservation, quantity) = (e.reservation, e.quantity);
                SeatsReservedV2 { reservation, quantity, clerk: clerk.to_owned() }.encode()
            }
            // Whatever the third release stored, and what has not changed since.
            (Self::First, SeatAvailabilityEvent::ReservationCancelled(_)) | (Self::Second | Self::Third, _) => {
                event.encode()
            }
        }
    }
}

/// The first moment of the year.
pub(super) fn year_begins() -> Timestamp {
    // 2025-01-01T00:00:00Z
    Timestamp::constant(1_735_689_600, 0)
}
