//! An event with its history as attributes.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use factum::{DecodeFault, EncodeError, Event, Upcast, UpcastError, Uuid};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Channel {
    Web,
    Phone,
}

/// Seats were set aside for a reservation.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "conference", version = 4, renamed(2, "SeatsBooked"))]
#[event(removed(4, clerk: String, added(2), default = String::new()))]
struct SeatsReserved {
    reservation: Uuid,
    #[event(renamed(2, "seats"), retyped(3, u32))]
    quantity: u64,
    #[event(retyped(4, f64, via = scale(100)))]
    price: i64,
    #[event(added(3), default = Channel::Web)]
    channel: Channel,
    #[event(added(3))]
    note: Option<String>,
    #[event(added(4), default = vec![Channel::Phone])]
    others: Vec<Channel>,
}

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn first() -> String {
    format!(r#"{{"reservation":"{ID}","seats":3,"price":1.5}}"#)
}

#[test]
fn every_version_is_read_straight_into_the_struct() {
    let event = SeatsReserved::decode(1, 1, &first()).unwrap();
    assert_eq!((event.quantity, event.price, &event.channel), (3, 150, &Channel::Web));
    assert_eq!((event.note.as_deref(), event.others.as_slice()), (None, &[Channel::Phone][..]));
    let encoded = event.encode().unwrap();
    assert_eq!((encoded.event_type, encoded.schema_version), ("conference.SeatsReserved", 4));
    assert_eq!(
        encoded.payload,
        format!(r#"{{"reservation":"{ID}","quantity":3,"price":150,"channel":"Web","note":null,"others":["Phone"]}}"#)
    );
    assert_eq!(SeatsReserved::decode(4, 4, &encoded.payload).unwrap(), event);
    assert!(matches!(SeatsReserved::decode(3, 3, &first()), Err(DecodeFault::Payload(_))));
    assert!(matches!(SeatsReserved::decode(5, 5, &first()), Err(DecodeFault::VersionTooNew { .. })));
}

#[test]
fn the_chain_of_structs_says_the_same() {
    let old: SeatsReservedV1 = serde_json::from_str(&first()).unwrap();
    let through = SeatsReservedV3::upcast(SeatsReservedV2::upcast(old).unwrap()).unwrap();
    assert_eq!(SeatsReservedV4::upcast(through).unwrap(), SeatsReserved::decode(1, 1, &first()).unwrap());
}

#[test]
fn a_removed_field_is_still_checked() {
    let with = |clerk: &str| format!(r#"{{"reservation":"{ID}","quantity":3,"price":1.5,"clerk":{clerk}}}"#);
    assert!(SeatsReserved::decode(2, 2, &with("\"Ada\"")).is_ok());
    assert!(matches!(SeatsReserved::decode(2, 2, &with("7")), Err(DecodeFault::Payload(_))));
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

impl Upcast<String> for Cents {
    fn upcast(old: String) -> Result<Self, UpcastError> {
        old.parse().map(Self).map_err(|error| UpcastError::new(format!("{old:?}: {error}")))
    }
}

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "billing", version = 2)]
struct Paid {
    #[event(retyped(2, Vec<String>))]
    parts: Vec<Cents>,
}

#[test]
fn a_type_of_the_users_has_a_step_of_the_users() {
    let paid = Paid::decode(1, 1, r#"{"parts":["5","7"]}"#).unwrap();
    assert_eq!(paid, Paid { parts: vec![Cents(5), Cents(7)] });
    assert!(matches!(Paid::decode(1, 1, r#"{"parts":["five"]}"#), Err(DecodeFault::Upcast(_))));
}

type Ratio = f64;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Reading {
    None,
    Plain(f32),
    Pair(f64, f64),
    Named { value: Option<f64> },
    Many(Vec<(f64,)>),
    By(std::collections::BTreeMap<String, Wrapped>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapped(f64);

#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "weather")]
struct Measured {
    ratio: Ratio,
    reading: Reading,
    others: Vec<Reading>,
}

#[test]
fn a_number_that_json_does_not_have_is_refused_wherever_it_hides() {
    let measured = |ratio, reading: Reading| Measured { ratio, reading: reading.clone(), others: vec![reading] };
    let by = |value| Reading::By([("here".to_owned(), Wrapped(value))].into());
    let fine = [
        Reading::None,
        Reading::Plain(f32::MAX),
        Reading::Pair(-0.0, f64::MIN_POSITIVE),
        Reading::Named { value: None },
        Reading::Many(vec![(0.1,), (f64::MAX,)]),
        by(1.5),
    ];
    for reading in fine {
        let event = measured(0.5, reading);
        let encoded = event.encode().unwrap();
        assert_eq!(Measured::decode(1, 1, &encoded.payload).unwrap(), event);
    }
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        #[allow(clippy::cast_possible_truncation)] // it stays what it is
        let hidden = [
            Reading::Plain(wrong as f32),
            Reading::Pair(1.0, wrong),
            Reading::Named { value: Some(wrong) },
            Reading::Many(vec![(1.0,), (wrong,)]),
            by(wrong),
        ];
        let events = hidden.into_iter().map(|reading| measured(0.5, reading)).chain([measured(wrong, Reading::None)]);
        for event in events {
            let error = event.encode().unwrap_err();
            assert!(matches!(error, EncodeError::NotFinite { .. }), "{event:?}: {error}");
        }
    }
}
