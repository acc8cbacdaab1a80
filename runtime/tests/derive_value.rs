//! Nested types with a history of their own.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use std::collections::BTreeMap;

use factum::{Event, Value};

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
struct Money {
    #[value(retyped(2, f64, via = scale(100)))]
    amount: i64,
    #[value(added(2), default = "EUR".to_owned())]
    currency: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(version = 2, removed(2, Fax, becomes = Phone))]
#[value(derives(Debug, Clone, PartialEq, Eq, PartialOrd, Ord))]
enum Channel {
    Web,
    #[value(renamed(2, "telephone"))]
    Phone,
    #[value(fallback)]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Value)]
enum Payment {
    Card { last4: String, money: Money },
    Cash {},
}

#[derive(Debug, Clone, PartialEq, Value)]
struct Code(u32);

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2)]
struct Paid {
    #[event(retyped(2, Vec<MoneyV1>))]
    parts: Vec<Money>,
    #[event(retyped(2, BTreeMap<ChannelV1, u32>))]
    by: BTreeMap<Channel, u32>,
    how: Option<Payment>,
    code: Code,
}

#[test]
fn values_go_with_their_holder() {
    let old = r#"{"parts":[{"amount":1.5}],"by":{"telephone":2,"pager":1},"code":7}"#;
    let paid = Paid::decode(1, 1, old).unwrap();
    let money = Money { amount: 150, currency: "EUR".to_owned() };
    assert_eq!(paid.parts, std::slice::from_ref(&money));
    assert_eq!(paid.by, BTreeMap::from([(Channel::Phone, 2), (Channel::Other("pager".to_owned()), 1)]));
    let paid = Paid { how: Some(Payment::Card { last4: "0000".to_owned(), money }), ..paid };
    let text = paid.encode().unwrap().payload;
    let expected = r#"{"parts":[{"amount":150,"currency":"EUR"}],"by":{"phone":2,"pager":1},"how":{"kind":"Card","last4":"0000","money":{"amount":150,"currency":"EUR"}},"code":7}"#;
    assert_eq!(text, expected);
    assert_eq!(Paid::decode(2, 2, &text).unwrap(), paid);
}
