//! Seats of a conference, never oversold: the classic event-sourced aggregate.
//!
//! `schemas/conference.yaml` declares the events, commands and rejections; the build script generates everything that
//! follows from it, and [`mod@domain`] is all that is written by hand about seats. The rest of this crate is the program
//! around it: [`run`] imports what three earlier releases recorded, rebuilds every conference, sells seats, and
//! builds a view anew.

factum::include_schemas!();

mod commands;
pub mod database;
pub mod domain;
mod error;
mod history;
pub mod import;
mod options;
mod overview;
pub mod record;
mod run;
mod sale;
mod screen;
pub mod view;

pub use error::Error;
pub use options::Options;
pub use overview::{Conference, conferences};
pub use run::run;
pub use screen::Screen;

/// The seats of all conferences, in whichever store.
pub type Seats<S> = factum::Repository<SeatAvailability, S>;
