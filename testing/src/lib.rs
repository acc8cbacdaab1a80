//! Tests of aggregates, in the words in which their rules are spoken of: given what has happened, when this is asked,
//! then that happens.
//!
//! ```
//! # use factum::{Aggregate, Decision, EncodeError, Encoded, EventSet, event::Reader};
//! # #[derive(Debug, Default)]
//! # struct Account;
//! # #[derive(Debug, Clone, PartialEq)]
//! # enum Nothing {}
//! # impl EventSet for Nothing {
//! #     const TYPES: &'static [&'static str] = &[];
//! #     const READERS: &'static [Reader<Self>] = &[];
//! #     fn encode(&self) -> Result<Encoded, EncodeError> { match *self {} }
//! # }
//! # #[derive(Debug, Clone)]
//! # struct Withdraw { amount: u32 }
//! # #[derive(Debug, PartialEq)]
//! # struct Overdrawn { missing: u32 }
//! # impl std::fmt::Display for Overdrawn {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{} missing", self.missing) }
//! # }
//! # impl std::error::Error for Overdrawn {}
//! # impl Aggregate for Account {
//! #     const CONTEXT: &'static str = "bank";
//! #     const NAME: &'static str = "Account";
//! #     type Id = u64;
//! #     type Event = Nothing;
//! #     type Command = Withdraw;
//! #     type Rejection = Overdrawn;
//! #     fn handle(&self, command: Withdraw) -> Decision<Self> { Err(Overdrawn { missing: command.amount }) }
//! #     fn apply(&mut self, event: &Nothing) { match *event {} }
//! # }
//! use factum_testing::given;
//!
//! given::<Account>(()).when(Withdraw { amount: 7 }).then_rejected(Overdrawn { missing: 7 });
//! ```
//!
//! Every event that is given or that happens is also stored and read again, so a test of a rule finds an event that
//! does not survive that.
//!
//! [`assert_locked`] holds events that are derived in Rust against what was released of them, and [`Samples`] makes events
//! and stored payloads for tests.
//!
//! What fails panics, at the line of the test, with what was expected beside what happened.

// A failed expectation is a panic: that is how a test fails.
#![allow(clippy::panic)]

mod diff;
mod events;
mod given;
#[cfg(feature = "lock")]
mod lock;

pub use events::Events;
pub use given::{Given, Then, When, given};
#[cfg(feature = "lock")]
pub use lock::{LockError, LockFile, Samples, assert_locked};
