//! Nested types with a history of their own.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use std::collections::BTreeMap;

use factum::{Event, Upcast, Value};

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

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 4, removed(3, Fax, renamed(2, "telefax"), becomes = Phone))]
#[value(removed(4, Pager, added(2), becomes = Phone))]
enum Line {
    Web,
    Phone,
}

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 3)]
#[value(removed(3, Cheque { number: u64, #[value(added(2))] bank: Option<String> }, renamed(2, "Check"), becomes = Transfer))]
enum Means {
    Transfer {
        #[value(retyped(2, u32))]
        number: u64,
        #[value(added(2))]
        bank: Option<String>,
    },
    Cash {},
}

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2, retyped(2, u32))]
struct Cents(u64);

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2)]
struct Called {
    #[event(retyped(2, Vec<LineV1>))]
    lines: Vec<Line>,
    #[event(retyped(2, Vec<MeansV1>))]
    means: Vec<Means>,
    #[event(retyped(2, CentsV1))]
    cost: Cents,
}

#[test]
fn what_is_no_more_becomes_another() {
    let old =
        r#"{"lines":["web","telefax"],"means":[{"kind":"Check","number":7},{"kind":"Transfer","number":8}],"cost":5}"#;
    let called = Called::decode(1, 1, old).unwrap();
    assert_eq!(called.lines, [Line::Web, Line::Phone]);
    let transfer = |number| Means::Transfer { number, bank: None };
    assert_eq!((called.means, called.cost), (vec![transfer(7), transfer(8)], Cents(5)));
    // Each of the versions between has its own texts.
    let read = |text: &str| (serde_json::from_str::<LineV2>(text), serde_json::from_str::<LineV3>(text));
    assert!(matches!(read("\"fax\""), (Ok(LineV2::Fax), Err(_))));
    assert!(matches!(read("\"pager\""), (Ok(LineV2::Pager), Ok(LineV3::Pager))));
    assert!(matches!(read("\"telefax\""), (Err(_), Err(_))));
    let cheque = serde_json::from_str::<MeansV2>(r#"{"kind":"Cheque","number":7,"bank":"Coutts"}"#).unwrap();
    let bank = Some("Coutts".to_owned());
    assert_eq!(Means::upcast(cheque).unwrap(), Means::Transfer { number: 7, bank });
}

#[derive(Debug, Clone, PartialEq, Value)]
struct Nested {
    ratio: f64,
    inner: Option<Box<Nested>>,
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing")]
struct Nesting {
    whole: Nested,
}

#[test]
fn a_value_deep_in_itself_is_looked_at_once() {
    let nested = |innermost| {
        let mut whole = Nested { ratio: innermost, inner: None };
        for _ in 0..60 {
            whole = Nested { ratio: 0.5, inner: Some(Box::new(whole)) };
        }
        Nesting { whole }
    };
    let fine = nested(1.5);
    let text = fine.encode().unwrap().payload;
    assert_eq!(Nesting::decode(1, 1, &text).unwrap(), fine);
    let error = nested(f64::NAN).encode().unwrap_err();
    assert_eq!(error.to_string(), "billing.Nesting: NaN is not a finite number");
    assert!(fine.encode().is_ok(), "and then as ever");
}

#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
enum Seat {
    Box {
        #[value(added(2), default = vec![1])]
        rows: Vec<u32>,
        #[value(retyped(2, Option<u32>, via = or(3)))]
        number: u32,
    },
}

/// Called like the union and its kind.
#[derive(Debug, Clone, PartialEq, Value)]
#[value(version = 2)]
struct SeatBox {
    #[value(added(2), default = vec![2])]
    rows: Vec<u32>,
    #[value(retyped(2, Option<u32>, via = or(4)))]
    number: u32,
}

#[test]
fn a_kind_and_a_type_do_not_share_what_is_hidden() {
    let kind = serde_json::from_str::<SeatV1>(r#"{"kind":"Box","number":null}"#).unwrap();
    assert_eq!(Seat::upcast(kind).unwrap(), Seat::Box { rows: vec![1], number: 3 });
    let seat = serde_json::from_str::<SeatBoxV1>(r#"{"number":null}"#).unwrap();
    assert_eq!(SeatBox::upcast(seat).unwrap(), SeatBox { rows: vec![2], number: 4 });
}
