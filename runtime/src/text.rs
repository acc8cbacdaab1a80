//! The canonical texts of builtin types: parsing and printing beside each other, each the other's inverse.

use jiff::{SignedDuration, Timestamp, civil::Date};

/// RFC 3339 in UTC, at most six decimals, as in `2026-02-01T09:30:00.25Z`.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let plain = text.as_bytes().get(10) == Some(&b'T') && text.ends_with('Z');
    let value: Timestamp = plain.then(|| text.parse().ok()).flatten()?;
    (value.subsec_nanosecond() % 1000 == 0).then_some(value)
}

/// As [`timestamp`] reads it; `None` if it has nanoseconds, which would be lost.
pub(crate) fn print_timestamp(value: Timestamp) -> Option<String> {
    (value.subsec_nanosecond() % 1000 == 0).then(|| value.to_string())
}

/// `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let value: Date = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}

/// ISO 8601 with hours, minutes and seconds, as in `PT1H30M0.5S`.
pub(crate) fn duration(text: &str) -> Option<SignedDuration> {
    let plain = text.trim_start_matches(['-', '+']).starts_with("PT");
    plain.then(|| text.parse().ok()).flatten()
}

/// A decimal number, exactly.
#[cfg(feature = "decimal")]
pub(crate) fn decimal(text: &str) -> Option<rust_decimal::Decimal> {
    rust_decimal::Decimal::from_str_exact(text).ok()
}
