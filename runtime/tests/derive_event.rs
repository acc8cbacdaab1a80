//! An event with its history as attributes.
#![cfg(feature = "derive")]
#![allow(clippy::unwrap_used)] // clippy's own exception is for test functions, not for their helpers

use factum::{DecodeFault, EncodeError, Event, EventSet, Upcast, UpcastError, Uuid};
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

/// A mark of Rust's is for whoever names the event, and not for what is derived.
#[deny(deprecated)]
mod deprecated {
    use factum::{Event, EventSet};

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference")]
    pub(super) struct SeatsHeld {
        pub(super) quantity: u32,
    }

    #[derive(Debug, Clone, PartialEq, Event)]
    #[event(context = "conference", version = 2, deprecated(since = 2, use = SeatsHeld))]
    #[deprecated(note = "emit `SeatsHeld`")]
    pub(super) struct SeatsBooked {
        #[event(added(2), default = 1)]
        pub(super) quantity: u32,
    }

    #[derive(Debug, Clone, PartialEq, EventSet)]
    pub(super) enum SeatEvent {
        #[allow(deprecated)]
        SeatsBooked(SeatsBooked),
        SeatsHeld(SeatsHeld),
    }
}

#[test]
fn what_is_deprecated_is_read_as_ever() {
    let booked = deprecated::SeatEvent::READERS.iter().find(|reader| reader.event_type == "conference.SeatsBooked");
    let read = (booked.unwrap().read)(1, 1, "{}").unwrap();
    #[allow(deprecated)]
    let expected = deprecated::SeatEvent::SeatsBooked(deprecated::SeatsBooked { quantity: 1 });
    assert_eq!(read, factum::Decoded::One(expected));
    let held = deprecated::SeatEvent::from(deprecated::SeatsHeld { quantity: 1 });
    assert_eq!(held.encode().unwrap().payload, r#"{"quantity":1}"#);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    city: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Range {
    from: u32,
    until: u32,
}

/// Somebody moved.
#[derive(Debug, Clone, PartialEq, Event)]
#[event(context = "people", version = 4, personal(name, first))]
#[event(upcast(2, join(from(first, middle, last), into(name), with = " "), nest(from(street, city), into(address))))]
#[event(upcast(3, split(from(period), into(begin, end), with = ".."), flatten(from(range), into(from, until))))]
#[event(upcast(4, by_hand))]
#[event(removed(2, first: String), removed(2, middle: Option<String>), removed(2, last: String))]
#[event(removed(2, street: String), removed(2, city: String), removed(3, period: String), removed(3, range: Range))]
struct Moved {
    #[event(added(2))]
    name: String,
    #[event(added(2))]
    address: Address,
    #[event(added(3))]
    begin: String,
    #[event(added(3))]
    end: String,
    #[event(added(3))]
    from: u32,
    #[event(added(3))]
    until: u32,
    #[event(retyped(3, Option<u32>, via = or(7)))]
    floor: u32,
    #[event(added(4))]
    days: u32,
}

impl Upcast<MovedV3> for MovedV4 {
    fn upcast(old: MovedV3) -> Result<Self, UpcastError> {
        let MovedV3 { name, address, begin, end, from, until, floor } = old;
        let days = until.checked_sub(from).ok_or_else(|| UpcastError::new("it ends before it begins"))?;
        Ok(Self { name, address, begin, end, from, until, floor, days })
    }
}

#[test]
fn steps_of_several_fields_are_those_of_the_schema_language() {
    let stored = |middle: &str, until: u32| {
        format!(
            r#"{{"first":"Ada","middle":{middle},"last":"Lovelace","street":"Main","city":"Bath","period":"a..b","range":{{"from":2,"until":{until}}},"floor":null}}"#
        )
    };
    let fused = Moved::decode(1, 1, &stored("\"King\"", 5)).unwrap();
    assert_eq!(
        fused.encode().unwrap().payload,
        r#"{"name":"Ada King Lovelace","address":{"street":"Main","city":"Bath"},"begin":"a","end":"b","from":2,"until":5,"floor":7,"days":3}"#
    );
    let chain = MovedV1::decode(1, 1, &stored("\"King\"", 5)).map(MovedV2::upcast).unwrap();
    assert_eq!(chain.and_then(MovedV3::upcast).and_then(MovedV4::upcast).unwrap(), fused);
    assert_eq!(Moved::decode(1, 1, &stored("null", 5)).unwrap().name, "Ada Lovelace");
    let error = Moved::decode(1, 1, &stored("null", 1)).unwrap_err();
    assert!(matches!(&error, DecodeFault::Upcast(_)), "{error}");
}

/// Events may come from a macro of the user's, whose names are its own.
macro_rules! events {
    ($($name:ident($version:literal, $draft:ident: $ty:ty = $default:expr))*) => {$(
        #[derive(Debug, Clone, PartialEq, Event)]
        #[event(context = "made", version = $version, removed($version, fields: $ty))]
        struct $name {
            #[event(added($version), default = $default)]
            $draft: $ty,
            arm: Vec<$ty>,
        }
    )*};
}

events! {
    Numbered(2, draft: u32 = 7)
    Named(2, version: String = "none".to_owned())
}

#[test]
fn a_macro_may_make_events() {
    assert_eq!(Numbered::decode(1, 1, r#"{"fields":1,"arm":[2]}"#).unwrap(), Numbered { draft: 7, arm: vec![2] });
    let named = Named::decode(1, 1, r#"{"fields":"a","arm":["b"]}"#).unwrap();
    assert_eq!(named, Named { version: "none".to_owned(), arm: vec!["b".to_owned()] });
}

/// A type of the user's that nothing is derived for, so the structs of older versions derive nothing either.
#[derive(Serialize, Deserialize)]
struct Secret(String);

#[derive(Event)]
#[event(context = "vault", version = 2, derives())]
struct Locked {
    secret: Secret,
    #[event(added(2), default = Secret("none".to_owned()))]
    other: Secret,
}

#[test]
fn older_versions_may_derive_nothing() {
    let locked = Locked::decode(1, 1, r#"{"secret":"a"}"#).unwrap();
    assert_eq!((locked.secret.0.as_str(), locked.other.0.as_str()), ("a", "none"));
}
