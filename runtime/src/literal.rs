//! Values that a schema spells out, for generated code. The generator has checked them: each exists, so that none of the
//! natural values stands in for another. `tests/literals.rs` holds these functions against what the model accepts.

use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::scalar::Bytes;

/// `bytes`.
#[must_use]
pub fn bytes(bytes: &[u8]) -> Bytes {
    Bytes(bytes.to_vec())
}

/// `timestamp`: microseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn timestamp(micros: i64) -> Timestamp {
    crate::store::from_microseconds(micros).unwrap_or_default()
}

/// `date`.
#[must_use]
pub fn date(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap_or_default()
}

/// `duration`, in nanoseconds.
#[must_use]
pub fn duration(nanos: i128) -> SignedDuration {
    let parts = (i64::try_from(nanos / 1_000_000_000), i32::try_from(nanos % 1_000_000_000));
    if let (Ok(seconds), Ok(nanos)) = parts { SignedDuration::new(seconds, nanos) } else { SignedDuration::ZERO }
}

/// `decimal` or `decimal(scale)`: the digits without point, and how many of them stand behind it.
#[cfg(feature = "decimal")]
#[must_use]
pub fn decimal<T: TryFrom<rust_decimal::Decimal> + Default>(digits: i128, scale: u32) -> T {
    let value = rust_decimal::Decimal::try_from_i128_with_scale(digits, scale).unwrap_or_default();
    T::try_from(value).unwrap_or_default()
}

/// `json`.
#[must_use]
pub fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}
