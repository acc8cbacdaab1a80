//! Numbers as decimals: what `scale` and the epochs do to them.

use jiff::Timestamp;

use crate::error::UpcastError;
use crate::text::Text as _;

/// A number as `mantissa * 10^exponent`, exactly; of a float its shortest decimal form that reads back as the same float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    mantissa: i128,
    exponent: i32,
    /// Whether digits that do not fit may be rounded: so it is for floats, which stand for what they are near to.
    rounds: bool,
}

/// A builtin type whose values are numbers.
pub trait Number: Sized {
    /// How the schema spells the type.
    const NAME: &'static str;

    /// The number.
    fn parts(&self) -> Parts;

    /// The number of this type; `None` if the type does not hold it.
    fn of(parts: Parts) -> Option<Self>;
}

impl Parts {
    const fn integer(mantissa: i128) -> Self {
        Self { mantissa, exponent: 0, rounds: false }
    }

    /// From a text such as `-12.5e-3`, as floats and decimals print themselves.
    fn parse(text: &str, rounds: bool) -> Option<Self> {
        let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let mantissa = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        Some(Self { mantissa, exponent, rounds })
    }

    /// Without zeros at the end of its digits, which a float has not.
    const fn shortest(mut self) -> Self {
        if self.mantissa == 0 {
            self.exponent = 0;
        }
        while self.mantissa != 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.exponent += 1;
        }
        self
    }

    /// As an integer: exactly, or rounded half to even where it may be.
    fn whole(self) -> Option<i128> {
        if self.exponent >= 0 || self.mantissa == 0 {
            let factor = 10_i128.checked_pow(self.exponent.unsigned_abs());
            return if self.mantissa == 0 { Some(0) } else { self.mantissa.checked_mul(factor?) };
        }
        let Some(divisor) = 10_i128.checked_pow(self.exponent.unsigned_abs()) else {
            return self.rounds.then_some(0);
        };
        let (quotient, remainder) = (self.mantissa / divisor, self.mantissa % divisor);
        if remainder == 0 {
            return Some(quotient);
        }
        let twice = remainder.abs() * 2;
        let away = twice > divisor || (twice == divisor && quotient % 2 != 0);
        self.rounds.then_some(if away { quotient + remainder.signum() } else { quotient })
    }
}

macro_rules! integers {
    ($($ty:ident),*) => {$(
        impl Number for $ty {
            const NAME: &'static str = stringify!($ty);

            fn parts(&self) -> Parts {
                Parts::integer(i128::from(*self))
            }

            fn of(parts: Parts) -> Option<Self> {
                parts.whole()?.try_into().ok()
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! floats {
    ($($ty:ident),*) => {$(
        impl Number for $ty {
            const NAME: &'static str = stringify!($ty);

            fn parts(&self) -> Parts {
                // As it is stored: of two shortest forms that are as near, others may choose the other one. It has at most 17
                // digits, so it always parses.
                Parts::parse(&self.print(), true).unwrap_or(Parts::integer(0)).shortest()
            }

            fn of(parts: Parts) -> Option<Self> {
                let value: Self = format!("{}e{}", parts.mantissa, parts.exponent).parse().ok()?;
                value.is_finite().then_some(value)
            }
        }
    )*};
}

floats!(f32, f64);

#[cfg(feature = "decimal")]
impl Number for rust_decimal::Decimal {
    const NAME: &'static str = "decimal";

    fn parts(&self) -> Parts {
        let exponent = -i32::try_from(self.scale()).unwrap_or_default();
        Parts { mantissa: self.mantissa(), exponent, rounds: false }
    }

    fn of(parts: Parts) -> Option<Self> {
        if parts.exponent > 0 {
            return Self::try_from_i128_with_scale(Parts { rounds: false, ..parts }.whole()?, 0).ok();
        }
        Self::try_from_i128_with_scale(parts.mantissa, parts.exponent.unsigned_abs()).ok()
    }
}

#[cfg(feature = "decimal")]
impl<const SCALE: u32> Number for crate::scalar::Fixed<SCALE> {
    const NAME: &'static str = "decimal";

    fn parts(&self) -> Parts {
        self.get().parts()
    }

    /// With exactly `SCALE` decimals where there are more than enough, rounded where the number may be.
    fn of(parts: Parts) -> Option<Self> {
        let scale = i32::try_from(SCALE).ok()?;
        let shifted = Parts { exponent: parts.exponent.checked_add(scale)?, ..parts };
        let value = rust_decimal::Decimal::try_from_i128_with_scale(shifted.whole()?, SCALE).ok()?;
        Self::try_from(value).ok()
    }
}

/// `number * 10^power`.
pub(crate) fn scale<A: Number, B: Number>(number: &A, power: i32) -> Result<B, UpcastError> {
    let parts = number.parts();
    let scaled = Parts { exponent: parts.exponent.saturating_add(power), ..parts };
    let exponent = parts.exponent;
    B::of(scaled).ok_or_else(|| {
        UpcastError::new(format!("{}e{exponent}, scaled by 1e{power}, is no {}", parts.mantissa, B::NAME))
    })
}

/// The moment so many units after 1970 began.
pub(crate) fn from_epoch<A: Number>(number: &A, per_second: i64) -> Result<Timestamp, UpcastError> {
    let whole = number.parts().whole();
    let units = whole.and_then(|whole| i64::try_from(whole).ok());
    let micros = units.and_then(|units| units.checked_mul(1_000_000 / per_second.max(1)));
    let timestamp = micros.and_then(crate::store::from_microseconds);
    timestamp.ok_or_else(|| {
        let shown = whole.map_or_else(|| "it".to_owned(), |whole| whole.to_string());
        UpcastError::new(format!("{shown} is out of the range of a timestamp"))
    })
}

/// How many units after 1970 began; parts of a unit are an error.
pub(crate) fn to_epoch<B: Number>(moment: Timestamp, per_second: i64) -> Result<B, UpcastError> {
    let (micros, unit) = (moment.as_microsecond(), 1_000_000 / per_second.max(1));
    let whole = (micros % unit == 0).then(|| Parts::integer(i128::from(micros / unit)));
    whole
        .and_then(B::of)
        .ok_or_else(|| UpcastError::new(format!("{moment} is no whole number of units as {}", B::NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled<A: Number, B: Number>(number: impl Into<A>, power: i32) -> Option<B> {
        scale::<A, B>(&number.into(), power).ok()
    }

    /// On the shortest decimal form, half to even; out of range is none.
    #[test]
    fn floats_are_scaled_as_they_are_written() {
        assert_eq!(scaled::<f64, i64>(19.99, 2), Some(1999));
        assert_eq!(scaled::<f64, i64>(1.005, 2), Some(100));
        assert_eq!(scaled::<f64, i64>(1.015, 2), Some(102));
        assert_eq!(scaled::<f64, i64>(-0.125, 2), Some(-12));
        assert_eq!(scaled::<f64, i64>(1e-300, 2), Some(0));
        assert_eq!(scaled::<f64, u8>(2.56, 2), None);
        assert_eq!(scaled::<f64, i64>(1e300, 2), None);
        assert_eq!(scaled::<i64, f64>(1999, -2), Some(19.99));
        assert_eq!(scaled::<f32, u32>(0.1, 1), Some(1));
    }

    /// Integers and decimals lose nothing: a remainder is none.
    #[test]
    #[cfg(feature = "decimal")]
    fn decimals_are_scaled_exactly() {
        use rust_decimal::Decimal;
        assert_eq!(scaled::<Decimal, i64>(Decimal::new(1999, 2), 2), Some(1999));
        assert_eq!(scaled::<Decimal, i64>(Decimal::new(19_995, 3), 2), None);
        assert_eq!(scaled::<i64, Decimal>(1999, -2), Some(Decimal::new(1999, 2)));
        assert_eq!(scaled::<i64, i64>(1999, -2), None);
        let fixed = scaled::<f64, crate::Fixed<2>>(19.995, 0).map(|fixed| fixed.to_string());
        assert_eq!(fixed.as_deref(), Some("20.00"));
    }

    #[test]
    fn epochs_count_both_ways() {
        let moment = from_epoch(&1_500_u32, 1000).expect("a moment");
        assert_eq!(moment.to_string(), "1970-01-01T00:00:01.5Z");
        assert_eq!(to_epoch::<u64>(moment, 1000).ok(), Some(1500));
        assert!(to_epoch::<u64>(moment, 1).is_err());
        assert!(from_epoch(&u64::MAX, 1).is_err());
        assert!(to_epoch::<u8>(moment, 1000).is_err());
    }

    #[test]
    fn of_two_shortest_forms_the_stored_one_counts() {
        let float = 900_719_925_474_099.3_f64;
        assert_eq!(float.print(), "900719925474099.2", "and not .3, which is as near");
        assert_eq!(float.parts(), Parts { mantissa: 9_007_199_254_740_992, exponent: -1, rounds: true });
        assert_eq!(120.0_f64.parts(), Parts { mantissa: 12, exponent: 1, rounds: true });
        assert_eq!((-0.0_f32).parts(), Parts { mantissa: 0, exponent: 0, rounds: true });
    }
}
