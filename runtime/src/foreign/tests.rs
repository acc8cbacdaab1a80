use jiff::{SignedDuration, Timestamp};
#[cfg(any(feature = "chrono", feature = "time"))]
use jiff::{Span, civil::Date};
use proptest::prelude::*;

use super::{Foreign, ForeignError};

/// What is stored for `value` is refused.
pub(super) fn refused<W: std::fmt::Debug, A: Foreign<W>>(value: &A::Rust) {
    A::to_wire(value).expect_err("the builtin does not hold it");
}

fn comes_back<W: Clone + PartialEq + std::fmt::Debug, A: Foreign<W>>(wire: &W) -> Result<(), ForeignError> {
    let value = A::from_wire(wire.clone())?;
    assert_eq!(A::to_wire(&value).as_ref(), Ok(wire));
    Ok(())
}

/// Any, and the first and the last.
pub(super) fn holds_every_timestamp<A: Foreign<Timestamp>>() {
    let (first, last) = (Timestamp::MIN.as_second() * 1_000_000, Timestamp::MAX.as_second() * 1_000_000);
    proptest!(|(micros in prop_oneof![Just(first), Just(last), Just(0), Just(-1), first..=last])| {
        let wire = Timestamp::from_microsecond(micros).expect("it is between them");
        comes_back::<_, A>(&wire).expect("it is held");
    });
}

/// Any, and the first and the last.
#[cfg(any(feature = "chrono", feature = "time"))]
pub(super) fn holds_every_date<A: Foreign<Date>>() {
    let days = (Date::MAX - Date::MIN).get_days();
    proptest!(|(day in prop_oneof![Just(0), Just(days), 0..=days])| {
        let wire = Date::MIN.checked_add(Span::new().days(day)).expect("it is between them");
        comes_back::<_, A>(&wire).expect("it is held");
    });
}

/// Any up to so many seconds, and those.
#[cfg(any(feature = "chrono", feature = "time"))]
pub(super) fn holds_every_duration<A: Foreign<SignedDuration>>(longest: i64) {
    let seconds = prop_oneof![Just(longest), Just(-longest), Just(0), -longest..=longest];
    proptest!(|(seconds in seconds, nanos in 0_i32..=999_999_999)| {
        let nanos = if seconds < 0 { -nanos } else { nanos };
        comes_back::<_, A>(&SignedDuration::new(seconds, nanos)).expect("it is held");
    });
}

#[test]
fn types_of_the_standard_library_bring_back_what_was_stored() {
    holds_every_timestamp::<std::time::SystemTime>();
    proptest!(|(seconds in 0..=i64::MAX, nanos in 0..=999_999_999)| {
        comes_back::<_, std::time::Duration>(&SignedDuration::new(seconds, nanos)).expect("it is held");
    });
    comes_back::<crate::Bytes, Vec<u8>>(&crate::Bytes(vec![0, 255])).expect("it is held");
    std::time::Duration::from_wire(SignedDuration::from_secs(-1)).expect_err("it is negative");
    refused::<SignedDuration, std::time::Duration>(&std::time::Duration::MAX);
}
