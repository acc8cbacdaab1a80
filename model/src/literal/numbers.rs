//! Integers, floats and decimals.

use super::Fault;
use crate::schema::Literal;
use crate::types::{Builtin, MAX_SCALE};

/// The largest mantissa of a decimal: 96 bits, as in the usual decimal types.
const MAX_MANTISSA: i128 = (1 << 96) - 1;

const INTEGER: &str = "decimal digits without leading zero";
const FLOAT: &str = "a decimal number, maybe with an exponent";
const DECIMAL: &str = "decimal digits with at most one point";

pub(super) fn integer(text: &str, builtin: Builtin) -> Result<Literal, Fault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !is_whole(digits) || text == "-0" {
        return Err(Fault::Form(INTEGER));
    }
    let (low, high) = builtin.row().range.unwrap_or((i128::MIN, i128::MAX));
    match text.parse::<i128>() {
        Ok(number) if (low..=high).contains(&number) => Ok(Literal::Integer(number)),
        Ok(_) | Err(_) => Err(Fault::Range(format!("`{builtin}` goes from {low} to {high}"))),
    }
}

pub(super) fn double(text: &str) -> Result<Literal, Fault> {
    finite(text, text.parse::<f64>().ok(), "f64")
}

pub(super) fn single(text: &str) -> Result<Literal, Fault> {
    finite(text, text.parse::<f32>().ok().map(f64::from), "f32")
}

fn finite(text: &str, parsed: Option<f64>, name: &str) -> Result<Literal, Fault> {
    let parsed = parsed.filter(|_| is_number(text)).ok_or(Fault::Form(FLOAT))?;
    if parsed.is_finite() {
        return Ok(Literal::Float(parsed));
    }
    Err(Fault::Range(format!("`{name}` is finite, and this is too large for it")))
}

/// `-12.5e3`: what JSON takes for a number.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(number, rest)| (number, Some(rest)));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    is_whole(whole) && fraction.is_none_or(is_digits) && exponent.is_none_or(is_digits)
}

/// The digits without point, and how many of them stand behind it. With a scale, exactly so many.
pub(super) fn decimal(text: &str, scale: Option<u32>) -> Result<Literal, Fault> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    if !is_whole(whole) || !fraction.is_none_or(is_digits) {
        return Err(Fault::Form(DECIMAL));
    }
    let fraction = fraction.unwrap_or_default();
    let written = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    let allowed = scale.unwrap_or(MAX_SCALE);
    if written > allowed {
        return Err(Fault::Range(format!("it may have {allowed} digits behind the point, and has {written}")));
    }
    let missing = scale.map_or(0, |scale| scale - written);
    let padded = format!("{whole}{fraction}{}", "0".repeat(missing as usize));
    match padded.parse::<i128>() {
        Ok(mantissa) if mantissa <= MAX_MANTISSA => {
            let signed = if text.starts_with('-') { -mantissa } else { mantissa };
            Ok(Literal::Decimal(signed, written + missing))
        }
        Ok(_) | Err(_) => Err(Fault::Range(format!("all digits together, as one number, are at most {MAX_MANTISSA}"))),
    }
}

/// The inverse of [`decimal`].
pub(super) fn print_decimal(digits: i128, scale: u32) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let places = scale as usize;
    let digits = format!("{:0width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_whole(text: &str) -> bool {
    is_digits(text) && (text == "0" || !text.starts_with('0'))
}
