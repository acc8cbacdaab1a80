//! A value has the same rules as an event.

use factum::Value;

#[derive(Value)]
#[value(version = 2)]
struct Money {
    #[value(retyped(2, String))]
    amount: i64,
    #[value(added(2))]
    currency: String,
}

#[derive(Value)]
#[value(version = 2, retyped(2, u64))]
struct Cents(u32);

#[derive(Value)]
#[value(version = 3, removed(2, Fax, added(3), becomes = Phone))]
enum Channel {
    #[value(renamed(2, "phone"))]
    Web,
    Phone,
}

#[derive(Value)]
#[value(version = 2)]
enum Payment {
    Card {
        #[value(added(2))]
        last4: String,
    },
}

fn main() {}
