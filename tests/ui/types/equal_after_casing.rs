//! Values of an enum stay apart.

use factum::Value;

#[derive(Value)]
#[value(version = 2, removed(2, Web, becomes = Phone))]
enum Channel {
    Web,
    Phone,
}

#[derive(Value)]
#[value(version = 2)]
enum Row {
    A1,
    #[value(renamed(2, "a_1"))]
    B1,
}

fn main() {}
