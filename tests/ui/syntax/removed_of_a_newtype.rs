//! Some entries are for some items.

use factum::Value;

#[derive(Value)]
#[value(version = 2, removed(2, cents: i64))]
struct Money(i64);

#[derive(Value)]
#[value(version = 2, retyped(2, u32))]
struct Place {
    row: u64,
}

fn main() {}
