//! What the figures of `benches/figures` are made with: pairs measured in turns, and the sources that are compiled.

pub mod memory;
pub mod pair;
pub mod sources;
