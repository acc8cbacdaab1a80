//! A number times a power of ten, digit by digit: SQL's own arithmetic rounds in binary.

use crate::items::sql::Number;

/// More zeros than a number has digits.
const ZEROS: &str = "'000000000000000000000000000000000000000000000000000000000000'";

/// A number, as text, times ten to the power of `power`.
pub(super) fn scaled(text: &str, rounds: bool, power: i32, to: Number) -> String {
    match to {
        Number::Float => format!(
            "(SELECT CASE WHEN neg THEN '-' ELSE '' END || CASE d WHEN '' THEN '0' ELSE d END || 'e' || x FROM ({}))",
            number(text, rounds, power)
        ),
        Number::Integer => format!("(SELECT {} FROM ({}))", signed("w"), whole(&number(text, rounds, power), rounds)),
        Number::Decimal(Some(0)) => {
            format!("(SELECT '\"' || ({}) || '\"' FROM ({}))", signed("w"), whole(&number(text, rounds, power), rounds))
        }
        Number::Decimal(Some(places)) => {
            let shifted = number(text, rounds, power.saturating_add(i32::try_from(places).unwrap_or(i32::MAX)));
            format!(
                "(SELECT '\"' || ({}) || '\"' FROM (SELECT neg, w, {} AS t FROM (SELECT neg, w, {places} AS places FROM ({}))))",
                signed("t"),
                POINT,
                whole(&shifted, rounds)
            )
        }
        Number::Decimal(None) => format!(
            "(SELECT '\"' || ({}) || '\"' FROM (SELECT neg, w, CASE WHEN places THEN {} ELSE w END AS t FROM \
             (SELECT neg, CASE d WHEN '' THEN '0' ELSE d || substr({ZEROS}, 1, max(x, 0)) END AS w, max(-x, 0) AS places FROM ({}))))",
            signed("t"),
            POINT,
            number(text, rounds, power)
        ),
    }
}

/// Digits with a point before the last `places` of them.
const POINT: &str = "substr(substr('00000000000000000000000000000', 1, max(places + 1 - length(w), 0)) || w, 1, \
     max(length(w), places + 1) - places) || '.' || substr(substr('00000000000000000000000000000', 1, \
     max(places + 1 - length(w), 0)) || w, -places)";

/// With its sign, of which zero has none.
fn signed(text: &str) -> String {
    format!("CASE WHEN neg AND w <> '0' THEN '-' ELSE '' END || {text}")
}

/// A row of a number. Of a float no zeros at the end of its digits count, as they do of a decimal.
fn number(text: &str, rounds: bool, power: i32) -> String {
    let digits = digits(text, power);
    if !rounds {
        return digits;
    }
    format!(
        "SELECT neg, rtrim(d, '0') AS d, CASE d WHEN '' THEN {power} ELSE x + length(d) - length(rtrim(d, '0')) END AS x FROM ({digits})"
    )
}

/// A row of a number: whether it is below zero (`neg`), its digits without leading zeros (`d`), and by how many places its
/// point stands behind the last of them (`x`).
fn digits(number: &str, power: i32) -> String {
    format!(
        "SELECT neg, ltrim(replace(m, '.', ''), '0') AS d, x + {power} - CASE WHEN instr(m, '.') THEN length(m) - instr(m, '.') ELSE 0 END AS x FROM \
         (SELECT neg, CASE WHEN n THEN substr(u, 1, n - 1) ELSE u END AS m, CASE WHEN n THEN CAST(substr(u, n + 1) AS INTEGER) ELSE 0 END AS x FROM \
         (SELECT neg, u, instr(u, 'e') AS n FROM \
         (SELECT substr(t, 1, 1) = '-' AS neg, lower(ltrim(t, '-')) AS u FROM (SELECT {number} AS t))))"
    )
}

/// A row of the integer that a number is or, if it may be rounded, is nearest to, of two the even one: whether it is below
/// zero (`neg`) and its digits (`w`).
fn whole(digits: &str, rounds: bool) -> String {
    let rounded = if rounds {
        "CASE WHEN r > '5' OR r = '5' AND CAST(substr(w, -1) AS INTEGER) % 2 THEN CAST(w AS INTEGER) + 1 || '' ELSE w END"
    } else {
        "CASE r WHEN '' THEN w END"
    };
    format!(
        "SELECT neg, {rounded} AS w FROM \
         (SELECT neg, CASE WHEN d = '' THEN '0' WHEN x >= 0 THEN d || substr({ZEROS}, 1, x) WHEN length(d) > -x THEN substr(d, 1, length(d) + x) ELSE '0' END AS w, \
         rtrim(CASE WHEN x >= 0 THEN '' WHEN length(d) >= -x THEN substr(d, length(d) + x + 1) ELSE '0' || d END, '0') AS r FROM ({digits}))"
    )
}
