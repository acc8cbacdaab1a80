//! The lock and the review.

mod layout;
mod lock;
mod propose;
mod rules;
mod support;
