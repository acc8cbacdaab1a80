//! `scale` and the epochs, digit by digit.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::Value;
use crate::types::Builtin;

/// More digits than any number type holds.
const TOO_MANY: i64 = 60;

/// A number as it is written down: `-0.0125` is the digits `125` with the point four places before their end.
struct Digits {
    negative: bool,
    /// Without leading zeros; empty for zero.
    text: String,
    /// By how many places the point stands behind the last digit.
    exponent: i64,
    /// Whether a rest may be rounded away: a float stands for what it is near to, all else is exact.
    rounds: bool,
}

impl Digits {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(value) => Self::read(&value.to_string(), false),
            // As they are stored: of two shortest forms that are as near, others may choose the other one.
            Value::Single(value) => Self::read(&serde_json::to_string(value).ok()?, true),
            Value::Double(value) => Self::read(&serde_json::to_string(value).ok()?, true),
            Value::Decimal(value) => Self::read(&value.to_string(), false),
            Value::Null
            | Value::Present(_)
            | Value::Bool(_)
            | Value::Text(_)
            | Value::Bytes(_)
            | Value::Uuid(_)
            | Value::Timestamp(_)
            | Value::Date(_)
            | Value::Duration(_)
            | Value::Json(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Map(_)
            | Value::Struct(_)
            | Value::Variant(_)
            | Value::Kept(_)
            | Value::Union(..) => None,
        }
    }

    fn read(text: &str, rounds: bool) -> Option<Self> {
        let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let unsigned = number.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let places = i64::try_from(fraction.len()).ok()?;
        let mut text = format!("{whole}{fraction}").trim_start_matches('0').to_owned();
        let mut exponent = exponent.parse::<i64>().ok()? - places;
        // Zeros at the end are no digits of a float.
        while rounds && text.ends_with('0') {
            text.pop();
            exponent += 1;
        }
        if rounds && text.is_empty() {
            exponent = 0;
        }
        Some(Self { negative: number.starts_with('-'), text, exponent, rounds })
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    /// The integer that it is, or that is nearest to it, of two the even one.
    fn whole(&self) -> Option<i128> {
        if self.text.is_empty() {
            return Some(0);
        }
        let sign = self.sign();
        if self.exponent >= 0 {
            let zeros = usize::try_from(self.exponent.min(TOO_MANY)).ok()?;
            return format!("{sign}{}{}", self.text, "0".repeat(zeros)).parse().ok();
        }
        let behind = usize::try_from(-self.exponent).ok()?;
        let padded = format!("{:0>width$}", self.text, width = behind.min(1000) + 1);
        let (before, rest) = padded.split_at(padded.len().checked_sub(behind.min(1000))?);
        let whole: i128 = before.parse().ok()?;
        let exact = rest.bytes().all(|digit| digit == b'0');
        if !exact && !self.rounds {
            return None;
        }
        let half = format!("5{}", "0".repeat(rest.len() - 1));
        let up = rest > half.as_str() || rest == half && whole % 2 == 1;
        let rounded = whole + i128::from(up);
        Some(if self.negative { -rounded } else { rounded })
    }
}

/// `number * 10^power` as a value of another number type.
pub(super) fn scale(value: &Value, to: Builtin, power: i32) -> Result<Value, String> {
    let scaled = Digits::of(value).map(|digits| Digits { exponent: digits.exponent + i64::from(power), ..digits });
    scaled.and_then(|digits| of_digits(&digits, to)).ok_or_else(|| format!("scaled by 1e{power}, it is no {to}"))
}

fn of_digits(digits: &Digits, to: Builtin) -> Option<Value> {
    let text =
        || format!("{}{}e{}", digits.sign(), if digits.text.is_empty() { "0" } else { &digits.text }, digits.exponent);
    match to {
        Builtin::F32 => text().parse().ok().filter(|value: &f32| value.is_finite()).map(Value::Single),
        Builtin::F64 => text().parse().ok().filter(|value: &f64| value.is_finite()).map(Value::Double),
        Builtin::Decimal(None) if digits.exponent > 0 => decimal(digits.whole()?, 0),
        Builtin::Decimal(None) => {
            let exact = Digits { exponent: 0, text: digits.text.clone(), ..*digits };
            decimal(exact.whole()?, u32::try_from(-digits.exponent).ok()?)
        }
        Builtin::Decimal(Some(scale)) => {
            let shifted = Digits { exponent: digits.exponent + i64::from(scale), text: digits.text.clone(), ..*digits };
            decimal(shifted.whole()?, scale)
        }
        Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => integer(digits.whole()?, to),
        Builtin::Bool
        | Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Json => None,
    }
}

fn decimal(mantissa: i128, scale: u32) -> Option<Value> {
    Decimal::try_from_i128_with_scale(mantissa, scale).ok().map(Value::Decimal)
}

fn integer(value: i128, to: Builtin) -> Option<Value> {
    let (low, high) = to.row().range?;
    (low..=high).contains(&value).then_some(Value::Integer(value))
}

/// An integer becomes a moment, or a moment an integer.
pub(super) fn epoch(value: &Value, to: Builtin, per_second: u32) -> Result<Value, String> {
    let unit = 1_000_000 / i64::from(per_second.max(1));
    let found = match value {
        Value::Integer(units) => i64::try_from(*units)
            .ok()
            .and_then(|units| units.checked_mul(unit))
            .and_then(|micros| Timestamp::from_nanosecond(i128::from(micros) * 1000).ok())
            .map(Value::Timestamp),
        Value::Timestamp(moment) => {
            let micros = moment.as_microsecond();
            (micros % unit == 0).then(|| integer(i128::from(micros / unit), to)).flatten()
        }
        other => return Err(format!("{other:?} is no moment")),
    };
    found.ok_or_else(|| format!("there is no {to} for this moment"))
}

/// Every value of the narrower type is one of the wider.
pub(super) fn widen(value: Value, to: Builtin) -> Result<Value, String> {
    #[expect(clippy::cast_precision_loss, reason = "only integers that the float holds exactly widen to it")]
    match (value, to) {
        (Value::Integer(value), Builtin::F32) => Ok(Value::Single(value as f32)),
        (Value::Integer(value), Builtin::F64) => Ok(Value::Double(value as f64)),
        (Value::Integer(value), to) => integer(value, to).ok_or_else(|| format!("{value} is no {to}")),
        (Value::Single(value), Builtin::F64) => Ok(Value::Double(value.into())),
        (Value::Decimal(value), Builtin::Decimal(None)) => Ok(Value::Decimal(value)),
        (_, to) => Err(format!("this value is no {to}")),
    }
}
