//! A temporary-work agency: missions, the candidates who are asked for them, their contracts, and the hours they work.

factum::include_schemas!();

mod audit;
mod clock;
mod desk;
pub mod domain;
mod error;
mod input;
mod journal;
mod march;
mod options;
pub mod people;
pub mod placement;
mod rebuild;
mod run;
mod table;
pub mod views;
mod what_if;

pub use clock::StoryClock;
pub use error::Error;
pub use input::{Action, Deed, actions};
pub use options::Options;
pub use run::run;
