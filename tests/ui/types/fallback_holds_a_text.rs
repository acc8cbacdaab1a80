//! A fallback holds the text that it stands for.

use factum::Value;

#[derive(Debug, Clone, PartialEq, Value)]
enum Number {
    One,
    #[value(fallback)]
    Other(u32),
}

#[derive(Debug, Clone, PartialEq, Value)]
enum Unit {
    One,
    #[value(fallback)]
    Other,
}

#[derive(Debug, Clone, PartialEq, Value)]
enum Pair {
    One,
    #[value(fallback)]
    Other(String, u32),
}

fn main() {}
