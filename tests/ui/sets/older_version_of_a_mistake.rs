//! One mistake is one message: whoever names an older version of what has it says nothing of it.

use factum::{Event, Upcast, UpcastError, Value};

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 3)]
struct Money {
    amount: i64,
    #[value(added(2))]
    currency: String,
    #[value(added(3))]
    note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 3)]
struct Paid {
    #[event(retyped(2, MoneyV1), retyped(3, MoneyV2))]
    price: Money,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2, upcast(2, by_hand))]
struct Refunded {
    #[event(added(2), default = 1)]
    number: u32,
}

impl Upcast<RefundedV1> for RefundedV2 {
    fn upcast(_: RefundedV1) -> Result<Self, UpcastError> {
        Ok(Self { number: 1 })
    }
}

fn main() {}
