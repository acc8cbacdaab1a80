//! What time a store says it is.

use jiff::Timestamp;

/// Where a store takes the time from. [`SystemClock`] unless a test says otherwise.
///
/// Any `Fn() -> Timestamp` is a clock:
///
/// ```
/// use factum::store::{Clock, SystemClock};
///
/// let noon: jiff::Timestamp = "2026-03-01T12:00:00Z".parse()?;
/// let stopped = move || noon;
/// assert_eq!(Clock::now(&stopped), noon);
/// assert!(SystemClock.now() > noon || SystemClock.now() <= noon);
/// # Ok::<(), jiff::Error>(())
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time now. It may go back: stores see to it that a stream's times do not.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send + Sync + 'static> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// `time` without what is finer than a microsecond, which is what stores keep.
///
/// Always towards the past, so that the order of two times is never turned round.
#[must_use]
pub fn to_microseconds(time: Timestamp) -> Timestamp {
    let microseconds = time.as_nanosecond().div_euclid(1000);
    // Only the very first representable second could leave the range; it stays as it is.
    i64::try_from(microseconds).ok().and_then(from_microseconds).unwrap_or(time)
}

/// The time so many microseconds after 1970 began (before, if negative); `None` if there is none.
///
/// Unlike [`Timestamp::from_microsecond`] it knows the very last second: that one ends at 9999-12-30T22:00:00Z, and a
/// [`Timestamp`] does not.
#[must_use]
pub fn from_microseconds(microseconds: i64) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(microseconds) * 1000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_cut_towards_the_past() {
        for (given, kept) in [
            ("2026-03-01T12:00:00.123456789Z", "2026-03-01T12:00:00.123456Z"),
            ("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("9999-12-30T22:00:00.999999999Z", "9999-12-30T22:00:00.999999Z"),
        ] {
            let given: Timestamp = given.parse().unwrap();
            assert_eq!(to_microseconds(given), kept.parse().unwrap());
        }
        assert_eq!(to_microseconds(Timestamp::MIN), Timestamp::MIN);
    }
}
