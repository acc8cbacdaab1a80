//! The events of the examples, with derives. Who adds an event to a schema adds it here too.

pub mod conference;
pub mod parcels;
pub mod staffing;
pub mod theatre;
