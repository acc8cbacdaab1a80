//! Stored values remain, so what is removed becomes another.

use factum::Value;

#[derive(Value)]
#[value(version = 2, removed(2, Fax))]
enum Channel {
    Web,
    Phone,
}

#[derive(Value)]
#[value(version = 2, removed(2, Fax, becomes = Fone))]
enum Line {
    Web,
    Phone,
}

fn main() {}
