//! The views of stored events, on a real store: what they show, held against the interpreter.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod damaged;
mod questions;
mod rows;
mod views;
