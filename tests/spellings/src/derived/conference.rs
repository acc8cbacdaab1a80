//! `schemas/conference.yaml`.

use factum::{Event, EventSet, Uuid, Value};

/// The seats of a conference went on sale.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2)]
pub struct SeatingOpened {
    /// What it is called.
    #[event(added(2), default = "an unnamed conference".to_owned())]
    pub name: String,
    /// How many seats there are.
    #[event(retyped(2, u16))]
    pub capacity: u32,
}

/// Seats were set aside for a reservation.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 3, removed(3, clerk: String))]
pub struct SeatsReserved {
    /// Which one.
    pub reservation: Uuid,
    /// How many.
    #[event(renamed(2, "seats"))]
    pub quantity: u32,
    /// How it came.
    #[event(added(3), default = Channel::Web)]
    pub channel: Channel,
    /// Whatever else there is to say.
    #[event(added(3))]
    pub note: Option<String>,
}

/// A reservation got more or fewer seats.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2)]
pub struct ReservationChanged {
    /// Which one.
    pub reservation: Uuid,
    /// How many.
    #[event(renamed(2, "seats"))]
    pub quantity: u32,
}

/// The seats of a reservation were given back.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", compensates(SeatsReserved, by(reservation)))]
pub struct ReservationCancelled {
    /// Which one.
    pub reservation: Uuid,
}

/// The conference does not take place.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 2)]
pub struct ConferenceCancelled {
    /// Why.
    #[event(retyped(2, String))]
    pub reason: Option<String>,
}

/// Where a reservation came from.
#[derive(Debug, Clone, Copy, PartialEq, Value)]
pub enum Channel {
    /// The site.
    Web,
    /// The telephone.
    Phone,
    /// Somebody who sells for us.
    Partner,
}

/// What happens to a conference's seats.
#[derive(Debug, Clone, PartialEq, EventSet)]
pub enum SeatAvailabilityEvent {
    /// They went on sale.
    SeatingOpened(SeatingOpened),
    /// Some were set aside.
    SeatsReserved(SeatsReserved),
    /// More or fewer were.
    ReservationChanged(ReservationChanged),
    /// Some were given back.
    ReservationCancelled(ReservationCancelled),
    /// Nobody needs them.
    ConferenceCancelled(ConferenceCancelled),
}
