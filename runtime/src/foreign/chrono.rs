//! chrono's types.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Foreign, ForeignError};

fn too_far(value: &dyn std::fmt::Display, of: &str) -> ForeignError {
    ForeignError::new(format!("{of} does not hold {value}"))
}

impl Foreign<Timestamp> for DateTime<Utc> {
    type Rust = Self;

    fn from_wire(wire: Timestamp) -> Result<Self, ForeignError> {
        // Wire values have whole microseconds; the runtime sees to that before it comes here.
        Self::from_timestamp_micros(wire.as_microsecond()).ok_or_else(|| too_far(&wire, "a chrono::DateTime"))
    }

    fn to_wire(value: &Self) -> Result<Timestamp, ForeignError> {
        let nanos = value.timestamp_subsec_nanos();
        if nanos >= 1_000_000_000 {
            return Err(ForeignError::new(format!("{value} is in a leap second, which a timestamp cannot say")));
        }
        let nanos = i32::try_from(nanos).map_err(|_| too_far(value, "a timestamp"))?;
        Timestamp::new(value.timestamp(), nanos).map_err(|_| too_far(value, "a timestamp"))
    }

    fn blank() -> Self {
        Self::UNIX_EPOCH
    }
}

impl Foreign<Date> for NaiveDate {
    type Rust = Self;

    fn from_wire(wire: Date) -> Result<Self, ForeignError> {
        let parts = (u32::try_from(wire.month()), u32::try_from(wire.day()));
        let (Ok(month), Ok(day)) = parts else { return Err(too_far(&wire, "a chrono::NaiveDate")) };
        Self::from_ymd_opt(wire.year().into(), month, day).ok_or_else(|| too_far(&wire, "a chrono::NaiveDate"))
    }

    fn to_wire(value: &Self) -> Result<Date, ForeignError> {
        let parts = (i16::try_from(value.year()), i8::try_from(value.month()), i8::try_from(value.day()));
        let (Ok(year), Ok(month), Ok(day)) = parts else { return Err(too_far(value, "a date")) };
        Date::new(year, month, day).map_err(|_| too_far(value, "a date"))
    }

    fn blank() -> Self {
        Self::default()
    }
}

impl Foreign<SignedDuration> for TimeDelta {
    type Rust = Self;

    fn from_wire(wire: SignedDuration) -> Result<Self, ForeignError> {
        // jiff's parts have one sign; chrono's second part is never negative.
        let (seconds, nanos) = (wire.as_secs(), wire.subsec_nanos());
        let (seconds, nanos) =
            if nanos < 0 { (seconds.checked_sub(1), nanos + 1_000_000_000) } else { (Some(seconds), nanos) };
        let parts = seconds.zip(u32::try_from(nanos).ok());
        parts
            .and_then(|(seconds, nanos)| Self::new(seconds, nanos))
            .ok_or_else(|| too_far(&wire, "a chrono::TimeDelta"))
    }

    fn to_wire(value: &Self) -> Result<SignedDuration, ForeignError> {
        Ok(SignedDuration::new(value.num_seconds(), value.subsec_nanos()))
    }

    fn blank() -> Self {
        Self::zero()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holds_every_date, holds_every_duration, holds_every_timestamp, refused};
    use super::*;

    #[test]
    fn what_was_stored_comes_back() {
        holds_every_timestamp::<DateTime<Utc>>();
        holds_every_date::<NaiveDate>();
        holds_every_duration::<TimeDelta>(TimeDelta::MAX.num_seconds() - 1);
    }

    #[test]
    fn what_a_builtin_does_not_hold_is_refused() {
        refused::<_, DateTime<Utc>>(&DateTime::<Utc>::MAX_UTC);
        let leap = NaiveDate::from_ymd_opt(2016, 12, 31).and_then(|day| day.and_hms_micro_opt(23, 59, 59, 1_500_000));
        refused::<_, DateTime<Utc>>(&leap.expect("a leap second").and_utc());
        refused::<_, NaiveDate>(&NaiveDate::MAX);
        refused_wire(SignedDuration::MAX);
    }

    fn refused_wire(wire: SignedDuration) {
        TimeDelta::from_wire(wire).expect_err("it is too long");
    }
}
