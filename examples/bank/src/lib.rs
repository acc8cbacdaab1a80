//! An account written with derives only: no YAML, no build script.
//!
//! [`events`] has what was stored in three releases, and what became of it; [`money`] the values in it; [`account`] the rules.
//! [`run`] is the program around them.

pub mod account;
pub mod events;
pub mod money;
mod run;

pub use run::{Error, run};
