//! `examples/theatre/schemas/theatre.yaml`.

use factum::{Event, EventSet, Uuid, Value};

/// The sale began.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "theatre")]
pub struct SaleOpened {
    /// How many seats there are.
    pub capacity: u32,
}

/// Seats were set aside for a reservation.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "theatre", version = 3, removed(3, clerk: String))]
pub struct SeatsReserved {
    /// Which one.
    pub reservation: Uuid,
    /// How many.
    #[event(renamed(2, "seats"))]
    pub quantity: u32,
    /// How it came.
    #[event(added(3), default = Channel::Web)]
    pub channel: Channel,
}

/// How a reservation came.
#[derive(Debug, Clone, Copy, PartialEq, Value)]
pub enum Channel {
    /// Through the site.
    Web,
    /// By telephone.
    Phone,
}

/// What happens to a show.
#[derive(Debug, Clone, PartialEq, EventSet)]
pub enum ShowEvent {
    /// The sale began.
    SaleOpened(SaleOpened),
    /// Seats were set aside.
    SeatsReserved(SeatsReserved),
}
