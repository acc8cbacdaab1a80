//! What only the front end understands.

use core::hash::{Hash, Hasher};

/// A type or a value of the front end's own language: to the model a spelling, and a number that leads the front end
/// back to what it means. YAML has none; a derive has Rust types that are not builtin ones, and Rust expressions.
///
/// Two are equal if they are spelled alike. That is as much as can be known here: one type may have two spellings, and
/// then a schema that goes from one to the other says so like any other change; and what one spelling means may change
/// elsewhere, which only the compiler sees (or, for stored types, a lock that also holds what they look like).
/// The number is not compared, since it means nothing outside of one run of its front end.
#[derive(Debug, Clone)]
pub struct Opaque {
    /// Its place in the front end's table.
    pub id: u32,
    /// How it was spelled, with one blank at most between two tokens.
    pub spelling: String,
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.spelling == other.spelling
    }
}

impl Eq for Opaque {}

impl Hash for Opaque {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.spelling.hash(state);
    }
}
