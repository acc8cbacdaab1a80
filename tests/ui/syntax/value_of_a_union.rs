//! A value is a struct or an enum.

use factum::Value;

#[derive(Value)]
union Bits {
    number: u32,
}

fn main() {}
