//! Kinds of a union have fields, so no text can stand for them.

use factum::Value;

#[derive(Debug, Clone, PartialEq, Value)]
enum Payment {
    Card { last4: String },
    #[value(fallback)]
    Other(String),
}

fn main() {}
