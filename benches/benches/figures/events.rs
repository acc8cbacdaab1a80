//! The generated events that are measured, and what is stored of them.
#![allow(missing_docs, unreachable_pub, dead_code, reason = "generated for whoever takes it in, here one binary")]

use factum::{Decision, nothing};

factum::include_schemas!();

use room::{ApplyRoomEvent, HandleRoomCommand, Moved, Reserve, Reserved, Room};

/// `Reserved` as version 1 stored it: 110 bytes.
pub(crate) const RESERVED_V1: &str =
    r#"{"reservation":"018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f","seats":4,"attendee":"ada@lovelace.example","paid":true}"#;

/// `Reserved` as it is stored today.
pub(crate) const RESERVED: &str = r#"{"reservation":"018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f","quantity":4,"attendee":"ada@lovelace.example","paid":true,"channel":"web"}"#;

/// `Moved` as version 1 stored it.
pub(crate) const MOVED_V1: &str = r#"{"reservation":"018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f","number_a":4,"customer":"ada@lovelace.example","paid":true,"floor":0}"#;

/// `Moved` as it is stored today.
pub(crate) const MOVED_V2: &str = r#"{"reservation":"018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f","quantity":4,"attendee":"ada@lovelace.example","paid":true,"level":0}"#;

/// `Measured` as the first of its 100 versions stored it.
pub(crate) const MEASURED_V1: &str = r#"{"read_00":"018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f","stat_00":"summit","cels_00":-12,"perc_00":81,"batt_00":3700,"chan_00":11,"qual_00":true,"coun_00":123456}"#;

/// `Measured` as it is stored today, and where it has but one version.
pub(crate) const MEASURED: &str = r#"{"reading":"018f5d2e-7c3a-7b1e-9d4f-2a6b8c0d1e2f","station":"summit","celsius":-12,"percent":81,"battery":3700,"channel":11,"quality":true,"counter":123456}"#;

impl HandleRoomCommand for Room {
    fn reserve(&self, _: Reserve) -> Decision<Self> {
        nothing()
    }
}

impl ApplyRoomEvent for Room {
    fn on_reserved(&mut self, event: &Reserved) {
        self.seats += u64::from(event.quantity);
    }

    fn on_moved(&mut self, _: &Moved) {}
}

/// The same event as `room`'s `Moved`, derived.
pub(crate) mod derived {
    use factum::{Event, Uuid};
    use serde::{Deserialize, Serialize};

    /// A type of the user's, with its own serde.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub(crate) struct Attendee(String);

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "room", version = 2, removed(2, floor: u32))]
    pub(crate) struct Moved {
        pub(crate) reservation: Uuid,
        #[event(renamed(2, "number_a"))]
        pub(crate) quantity: u32,
        #[event(renamed(2, "customer"))]
        pub(crate) attendee: Attendee,
        pub(crate) paid: bool,
        #[event(added(2), default = 0)]
        pub(crate) level: u32,
    }
}
