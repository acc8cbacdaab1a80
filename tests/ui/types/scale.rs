//! A decimal has so many digits.

use factum::{Event, Fixed};

#[derive(Event)]
#[event(context = "conference")]
struct Paid {
    amount: Fixed<29>,
}

fn main() {}
