//! Parcels of a small carrier, as eight releases of its software stored them, and what each is read as today.
//!
//! `schemas/parcels.yaml` has the whole history. The module `by_hand` is all that had to be written for it in Rust; the rest of
//! this crate only shows what happens. The stored bytes are in `tests/compat`.

mod by_hand;
mod error;
mod history;
mod page;
mod stored;

pub use error::Error;
pub use history::{Origin, dropped, origin, schema};
pub use page::page;
pub use stored::{Read, Stored, folder, stored, today};

factum::include_schemas!();
