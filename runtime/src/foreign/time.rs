//! The time crate's types.

use jiff::{SignedDuration, Timestamp, civil::Date};
use time::{Date as TimeDate, Duration as TimeDuration, Month, OffsetDateTime, UtcDateTime};

use super::{Foreign, ForeignError};

fn too_far(value: &dyn std::fmt::Display, of: &str) -> ForeignError {
    ForeignError::new(format!("{of} does not hold {value}"))
}

/// The moment alone is stored: what is read back is in UTC, and equal.
impl Foreign<Timestamp> for OffsetDateTime {
    type Rust = Self;

    fn from_wire(wire: Timestamp) -> Result<Self, ForeignError> {
        Self::from_unix_timestamp_nanos(wire.as_nanosecond()).map_err(|_| too_far(&wire, "a time::OffsetDateTime"))
    }

    fn to_wire(value: &Self) -> Result<Timestamp, ForeignError> {
        Timestamp::from_nanosecond(value.unix_timestamp_nanos()).map_err(|_| too_far(value, "a timestamp"))
    }

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }
}

impl Foreign<Timestamp> for UtcDateTime {
    type Rust = Self;

    fn from_wire(wire: Timestamp) -> Result<Self, ForeignError> {
        Self::from_unix_timestamp_nanos(wire.as_nanosecond()).map_err(|_| too_far(&wire, "a time::UtcDateTime"))
    }

    fn to_wire(value: &Self) -> Result<Timestamp, ForeignError> {
        Timestamp::from_nanosecond(value.unix_timestamp_nanos()).map_err(|_| too_far(value, "a timestamp"))
    }

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }
}

impl Foreign<Date> for TimeDate {
    type Rust = Self;

    fn from_wire(wire: Date) -> Result<Self, ForeignError> {
        let parts =
            (u8::try_from(wire.month()).ok().and_then(|month| Month::try_from(month).ok()), u8::try_from(wire.day()));
        let (Some(month), Ok(day)) = parts else { return Err(too_far(&wire, "a time::Date")) };
        Self::from_calendar_date(wire.year().into(), month, day).map_err(|_| too_far(&wire, "a time::Date"))
    }

    fn to_wire(value: &Self) -> Result<Date, ForeignError> {
        let (year, month, day) = value.to_calendar_date();
        let parts = (i16::try_from(year), i8::try_from(u8::from(month)), i8::try_from(day));
        let (Ok(year), Ok(month), Ok(day)) = parts else { return Err(too_far(value, "a date")) };
        Date::new(year, month, day).map_err(|_| too_far(value, "a date"))
    }

    fn blank() -> Self {
        Self::MIN
    }
}

impl Foreign<SignedDuration> for TimeDuration {
    type Rust = Self;

    fn from_wire(wire: SignedDuration) -> Result<Self, ForeignError> {
        Ok(Self::new(wire.as_secs(), wire.subsec_nanos()))
    }

    fn to_wire(value: &Self) -> Result<SignedDuration, ForeignError> {
        Ok(SignedDuration::new(value.whole_seconds(), value.subsec_nanoseconds()))
    }

    fn blank() -> Self {
        Self::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holds_every_date, holds_every_duration, holds_every_timestamp};
    use super::*;

    #[test]
    fn what_was_stored_comes_back() {
        holds_every_timestamp::<OffsetDateTime>();
        holds_every_timestamp::<UtcDateTime>();
        holds_every_date::<TimeDate>();
        holds_every_duration::<TimeDuration>(i64::MAX);
    }

    #[test]
    fn another_offset_is_the_same_moment() {
        let there = OffsetDateTime::UNIX_EPOCH.to_offset(time::UtcOffset::from_hms(5, 30, 0).expect("an offset"));
        assert_eq!(OffsetDateTime::to_wire(&there), Ok(Timestamp::UNIX_EPOCH));
    }
}
