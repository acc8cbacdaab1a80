//! Items become text in some format; one module each.

pub mod rust;
