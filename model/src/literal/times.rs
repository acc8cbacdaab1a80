//! Timestamps, dates and durations.

use super::Fault;
use crate::schema::Literal;

const TIMESTAMP: &str = "RFC 3339 in UTC with at most six digits of a second";
const DATE: &str = "year, month and day";
const DURATION: &str = "ISO 8601 in hours, minutes and seconds";

const MICROS: i64 = 1_000_000;
const NANOS: i128 = 1_000_000_000;

/// The last timestamp that every zone can show within the year 9999.
const LAST: i64 = 253_402_207_200_999_999;

/// Microseconds since 1970.
pub(super) fn timestamp(text: &str) -> Result<Literal, Fault> {
    let parse = || {
        let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (year, month, day) = parts(day, '-', [4, 2, 2])?;
        let (clock, fraction) = time.split_once('.').map_or((time, None), |(clock, rest)| (clock, Some(rest)));
        let (hour, minute, second) = parts(clock, ':', [2, 2, 2])?;
        let micros = fraction.map_or(Some(0), |fraction| below_one(fraction, 6))?;
        Some(((year, month, day), (hour, minute, second), micros))
    };
    let ((year, month, day), (hour, minute, second), micros) = parse().ok_or(Fault::Form(TIMESTAMP))?;
    in_calendar(year, month, day)?;
    if hour > 23 || minute > 59 || second > 59 {
        return Err(Fault::Range("a day has 24 hours, an hour 60 minutes, and a minute 60 seconds".to_owned()));
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    let total = seconds * MICROS + micros;
    if total > LAST {
        return Err(Fault::Range("the last timestamp is 9999-12-30T22:00:00.999999Z".to_owned()));
    }
    Ok(Literal::Timestamp(total))
}

pub(super) fn date(text: &str) -> Result<Literal, Fault> {
    let (year, month, day) = parts(text, '-', [4, 2, 2]).ok_or(Fault::Form(DATE))?;
    in_calendar(year, month, day)?;
    let narrow = || Some(Literal::Date(i16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?));
    narrow().ok_or(Fault::Form(DATE))
}

/// `-PT1H30M0.5S`: each unit at most once, in this order, at least one of them.
pub(super) fn duration(text: &str) -> Result<Literal, Fault> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let mut rest = unsigned.strip_prefix("PT").filter(|rest| !rest.is_empty()).ok_or(Fault::Form(DURATION))?;
    let mut total: i128 = 0;
    for (unit, seconds) in [('H', 3_600), ('M', 60), ('S', 1)] {
        let Some((amount, after)) = rest.split_once(unit) else { continue };
        total += amount_of(amount, unit).ok_or(Fault::Form(DURATION))? * seconds;
        rest = after;
    }
    if !rest.is_empty() {
        return Err(Fault::Form(DURATION));
    }
    if total >= i128::from(i64::MAX) * NANOS {
        return Err(Fault::Range("a duration has at most 9223372036854775807 seconds".to_owned()));
    }
    Ok(Literal::Duration(if negative { -total } else { total }))
}

/// Nanoseconds, before they are multiplied with the seconds of their unit. Only seconds have a fraction.
fn amount_of(amount: &str, unit: char) -> Option<i128> {
    let (whole, fraction) = amount.split_once('.').map_or((amount, None), |(whole, rest)| (whole, Some(rest)));
    if unit != 'S' && fraction.is_some() || whole.len() > 19 {
        return None;
    }
    let nanos = fraction.map_or(Some(0), |fraction| below_one(fraction, 9))?;
    Some(i128::from(number(whole)?) * NANOS + i128::from(nanos))
}

/// Three numbers of fixed width.
fn parts(text: &str, separator: char, widths: [usize; 3]) -> Option<(i64, i64, i64)> {
    let found: Vec<&str> = text.split(separator).collect();
    let [a, b, c] = found.as_slice() else { return None };
    let fits = [a, b, c].iter().zip(widths).all(|(part, width)| part.len() == width);
    if fits { Some((number(a)?, number(b)?, number(c)?)) } else { None }
}

/// The digits behind a point, as so many of the `places`-th part of one.
fn below_one(digits: &str, places: usize) -> Option<i64> {
    let missing = places.checked_sub(digits.len())?;
    number(&format!("{digits}{}", "0".repeat(missing))).filter(|_| !digits.is_empty())
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn in_calendar(year: i64, month: i64, day: i64) -> Result<(), Fault> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(Fault::Range("a year has 12 months".to_owned())),
    };
    if (1..=last).contains(&day) {
        return Ok(());
    }
    Err(Fault::Range(format!("the days of that month are 1 to {last}")))
}

/// In the Gregorian calendar, also before it was in use. Years begin in March here, so that the leap day is their last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_since_1970`].
fn day_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year_of_era, if month < 10 { month + 3 } else { month - 9 });
    (if month > 2 { year } else { year + 1 }, month, day)
}

/// The inverse of [`timestamp`].
pub(super) fn print_timestamp(micros: i64) -> String {
    let seconds = micros.div_euclid(MICROS);
    let (year, month, day) = day_of(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let fraction = fraction(micros.rem_euclid(MICROS).into(), 6);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The inverse of [`duration`].
pub(super) fn print_duration(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let (seconds, fraction) = (nanos.abs() / NANOS, fraction(nanos.abs() % NANOS, 9));
    let part = |amount: i128, unit: char| if amount == 0 { String::new() } else { format!("{amount}{unit}") };
    let rest = seconds % 60;
    let last =
        if rest == 0 && fraction.is_empty() && seconds > 0 { String::new() } else { format!("{rest}{fraction}S") };
    format!("{sign}PT{}{}{last}", part(seconds / 3_600, 'H'), part(seconds / 60 % 60, 'M'))
}

/// `.25` of so many decimal places, or nothing.
fn fraction(part: i128, places: usize) -> String {
    let digits = format!(".{part:0places$}");
    if part == 0 { String::new() } else { digits.trim_end_matches('0').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was printed is read as what it was.
    #[test]
    fn printing_is_the_inverse_of_reading() {
        for text in
            ["1970-01-01T00:00:00Z", "2026-02-28T23:59:59.25Z", "0001-01-01T00:00:00.000001Z", "2000-02-29T12:00:00Z"]
        {
            let Ok(Literal::Timestamp(micros)) = timestamp(text) else { panic!("{text} is a timestamp") };
            assert_eq!(print_timestamp(micros), text);
        }
        for text in ["PT0S", "PT1H30M", "-PT0.5S", "PT1M0.000000001S", "PT59S"] {
            let Ok(Literal::Duration(nanos)) = duration(text) else { panic!("{text} is a duration") };
            assert_eq!(print_duration(nanos), text);
        }
        for text in ["0", "-1.50", "0.05", "12"] {
            let Ok(Literal::Decimal(digits, scale)) = super::super::numbers::decimal(text, None) else {
                panic!("{text} is a decimal")
            };
            assert_eq!(super::super::numbers::print_decimal(digits, scale), text);
        }
        for text in ["", "AQ==", "AQI=", "AQID", "AQIDBA=="] {
            let Ok(Literal::Bytes(bytes)) = super::super::bytes::base64(text) else { panic!("{text} is base64") };
            assert_eq!(super::super::bytes::print_base64(&bytes), text);
        }
    }
}
