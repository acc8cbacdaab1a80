//! The lock and the review.

mod bump;
mod costs;
mod declared;
mod edits;
mod instead;
mod layout;
mod lock;
mod proof;
mod propose;
mod reading;
mod renamed_types;
mod rules;
mod support;
mod witness;
