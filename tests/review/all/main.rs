//! The lock and the review.

mod lock;
mod propose;
mod rules;
mod support;
