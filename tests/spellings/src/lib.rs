//! Every event of the examples in both spellings: what is generated from their schemas, and the same by hand with derives.
#![allow(clippy::duplicate_mod)] // the steps by hand are the same for both, to the letter

pub mod derived;
pub mod spelling;
mod yaml_by_hand;

include!(concat!(env!("OUT_DIR"), "/spellings.rs"));
