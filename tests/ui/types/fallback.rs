//! One fallback, the last, for good.

use factum::Value;

#[derive(Value)]
enum Two {
    Web,
    #[value(fallback)]
    Other(String),
    #[value(fallback)]
    Another(String),
}

#[derive(Value)]
enum First {
    #[value(fallback)]
    Other(String),
    Web,
}

#[derive(Value)]
#[value(version = 2)]
enum Renamed {
    Web,
    #[value(fallback, renamed(2, "others"))]
    Other(String),
}

fn main() {}
