//! The canonical texts of builtin types: parsing and printing beside each other, each the other's inverse.

use std::fmt;

use jiff::{SignedDuration, Timestamp, civil::Date};

/// RFC 3339 in UTC, at most six decimals, as in `2026-02-01T09:30:00.25Z`.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let plain = text.as_bytes().get(10) == Some(&b'T') && text.ends_with('Z');
    let value: Timestamp = plain.then(|| text.parse().ok()).flatten()?;
    (value.subsec_nanosecond() % 1000 == 0).then_some(value)
}

/// As [`timestamp`] reads it; why not, where it has none such.
pub(crate) fn print_timestamp(value: Timestamp) -> Result<String, &'static str> {
    let text = value.to_string();
    if value.subsec_nanosecond() % 1000 != 0 {
        Err("has nanoseconds, which are not kept: round it to microseconds")
    } else if text.starts_with('-') {
        Err("lies before the year 0, which RFC 3339 cannot say")
    } else {
        Ok(text)
    }
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

/// A text of anybody's as a terminal can take it: what would move its cursor or turn its direction is escaped.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let turns =
            |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let mut plain = 0;
        for (at, c) in self.0.char_indices().filter(|(_, c)| c.is_control() || turns(*c)) {
            write!(f, "{}{}", &self.0[plain..at], c.escape_default())?;
            plain = at + c.len_utf8();
        }
        f.write_str(&self.0[plain..])
    }
}

/// A builtin type whose values have a text that reads back.
pub trait Text: Sized {
    /// How the schema spells the type.
    const NAME: &'static str;

    /// The value's text.
    fn print(&self) -> String;

    /// The value of a text; `None` if it has none.
    fn parse(text: &str) -> Option<Self>;
}

/// Integers: digits, without `+` and without leading zeros.
macro_rules! integers {
    ($($ty:ident),*) => {$(
        impl Text for $ty {
            const NAME: &'static str = stringify!($ty);

            fn print(&self) -> String {
                self.to_string()
            }

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok().filter(|value: &Self| value.to_string() == text)
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, bool);

/// Floats: what JSON takes for a number and the type holds; printed as JSON prints them.
macro_rules! floats {
    ($($ty:ident),*) => {$(
        impl Text for $ty {
            const NAME: &'static str = stringify!($ty);

            fn print(&self) -> String {
                serde_json::to_string(self).unwrap_or_default()
            }

            fn parse(text: &str) -> Option<Self> {
                let plain = !text.starts_with(|c: char| c.is_whitespace()) && !text.ends_with(char::is_whitespace);
                let value: Self = plain.then(|| serde_json::from_str(text).ok()).flatten()?;
                value.is_finite().then_some(value)
            }
        }
    )*};
}

floats!(f32, f64);

/// Types whose wire form is a text already.
macro_rules! wire_text {
    ($($ty:ty, $name:literal, $parse:expr;)*) => {$(
        impl Text for $ty {
            const NAME: &'static str = $name;

            fn print(&self) -> String {
                self.to_string()
            }

            fn parse(text: &str) -> Option<Self> {
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text)
            }
        }
    )*};
}

wire_text! {
    uuid::Uuid, "uuid", |text| text.parse().ok().filter(|_| text.len() == 36);
    Timestamp, "timestamp", timestamp;
    Date, "date", date;
    SignedDuration, "duration", duration;
}

#[cfg(feature = "decimal")]
wire_text! {
    rust_decimal::Decimal, "decimal", decimal;
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> Text for crate::scalar::Fixed<SCALE> {
    const NAME: &'static str = "decimal";

    fn print(&self) -> String {
        self.to_string()
    }

    fn parse(text: &str) -> Option<Self> {
        decimal(text).and_then(|value| Self::try_from(value).ok())
    }
}
