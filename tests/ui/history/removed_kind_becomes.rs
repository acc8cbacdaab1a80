//! A kind that is no more becomes another by its fields.

use factum::Value;

#[derive(Value)]
#[value(version = 2, removed(2, Cheque { number: u64 }, becomes = Card))]
enum Payment {
    Card { last4: String },
    Cash {},
}

#[derive(Value)]
#[value(version = 2, removed(2, Cheque { number: u64 }))]
enum Means {
    Card { last4: String },
}

#[derive(Value)]
#[value(version = 2, removed(2, Cheque {}, becomes = Cart))]
enum Way {
    Card {},
}

fn main() {}
