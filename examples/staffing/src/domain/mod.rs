//! The rules: a method for every command, a method for every event.

mod contract;
mod mission;
