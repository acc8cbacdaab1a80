//! In each version there is a value.

use factum::Value;

#[derive(Value)]
enum Nothing {}

#[derive(Value)]
#[value(version = 2)]
enum Channel {
    #[value(added(2))]
    Web,
}

#[derive(Value)]
#[value(version = 2)]
enum Payment {
    #[value(added(2))]
    Card { last4: String },
}

fn main() {}
