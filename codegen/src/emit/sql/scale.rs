//! A number times a power of ten, digit by digit: SQL's own arithmetic rounds in binary.
//!
//! It is done in rows that follow each other and not inside of each other: older versions of it do not read deep SQL.

use crate::items::sql::Number;

/// More zeros than an integer or a decimal has digits.
const ZEROS: &str = "'000000000000000000000000000000000000000000000000000000000000'";
/// How many these are: what needs more is no such number.
const MOST: usize = ZEROS.len() - 2;

/// A number, as text, times ten to the power of `power`. What is no number, as `is_number` says of `v`, has no value.
pub(super) fn scaled(number: &str, is_number: &str, rounds: bool, power: i32, to: Number) -> String {
    let mut rows = vec![format!("SELECT v AS t FROM (SELECT {number} AS v) WHERE {is_number}")];
    let shift = match to {
        Number::Decimal(Some(places)) => power.saturating_add(i32::try_from(places).unwrap_or(i32::MAX)),
        Number::Integer | Number::Float | Number::Decimal(None) => power,
    };
    rows.extend(digits(rounds, shift));
    let result = match to {
        Number::Float => {
            // Beyond the largest float there is none.
            rows.push(
                "SELECT CASE WHEN neg THEN '-' ELSE '' END || CASE d WHEN '' THEN '0' ELSE d END || 'e' || x AS t FROM"
                    .to_owned(),
            );
            "CASE WHEN abs(CAST(t AS REAL)) < 9e999 THEN t END".to_owned()
        }
        Number::Integer => {
            rows.extend(whole(rounds));
            signed("w")
        }
        Number::Decimal(Some(0)) => {
            rows.extend(whole(rounds));
            text("w")
        }
        Number::Decimal(Some(places)) => {
            rows.extend(whole(rounds));
            rows.push(format!("SELECT neg, w, {places} AS places FROM"));
            rows.push(format!("SELECT neg, w, {POINT} AS t FROM"));
            text("t")
        }
        Number::Decimal(None) => {
            rows.push(format!(
                "SELECT neg, CASE WHEN d = '' THEN '0' WHEN x <= {MOST} THEN d || substr({ZEROS}, 1, max(x, 0)) END AS w, \
                 max(-x, 0) AS places FROM"
            ));
            rows.push(format!("SELECT neg, w, CASE WHEN places THEN {POINT} ELSE w END AS t FROM"));
            text("t")
        }
    };
    chain(&rows, &result)
}

/// Each row is selected from the one before it.
fn chain(rows: &[String], result: &str) -> String {
    let tables = rows.iter().enumerate().map(|(index, row)| match index.checked_sub(1) {
        None => format!("s0 AS ({row})"),
        Some(before) => format!("s{index} AS ({row} s{before})"),
    });
    let tables: Vec<String> = tables.collect();
    format!("(WITH {} SELECT {result} FROM s{})", tables.join(", "), rows.len() - 1)
}

/// Digits with a point before the last `places` of them.
const POINT: &str = "substr(substr('00000000000000000000000000000', 1, max(places + 1 - length(w), 0)) || w, 1, \
     max(length(w), places + 1) - places) || '.' || substr(substr('00000000000000000000000000000', 1, \
     max(places + 1 - length(w), 0)) || w, -places)";

/// With its sign, of which zero has none.
fn signed(text: &str) -> String {
    format!("CASE WHEN neg AND w <> '0' THEN '-' ELSE '' END || {text}")
}

/// The same as a JSON string.
fn text(text: &str) -> String {
    format!("'\"' || ({}) || '\"'", signed(text))
}

/// Rows of a number `t`: whether it is below zero (`neg`), its digits without leading zeros (`d`), and by how many places its
/// point stands behind the last of them (`x`). Of a float no zeros at the end of its digits count, as they do of a decimal.
fn digits(rounds: bool, power: i32) -> Vec<String> {
    let mut rows = vec![
        "SELECT substr(t, 1, 1) = '-' AS neg, lower(ltrim(t, '-')) AS u FROM".to_owned(),
        "SELECT neg, u, instr(u, 'e') AS n FROM".to_owned(),
        "SELECT neg, CASE WHEN n THEN substr(u, 1, n - 1) ELSE u END AS m, \
         CASE WHEN n THEN CAST(substr(u, n + 1) AS INTEGER) ELSE 0 END AS x FROM"
            .to_owned(),
        format!(
            "SELECT neg, ltrim(replace(m, '.', ''), '0') AS d, \
             x + {power} - CASE WHEN instr(m, '.') THEN length(m) - instr(m, '.') ELSE 0 END AS x FROM"
        ),
    ];
    if rounds {
        rows.push(format!(
            "SELECT neg, rtrim(d, '0') AS d, \
             CASE d WHEN '' THEN {power} ELSE x + length(d) - length(rtrim(d, '0')) END AS x FROM"
        ));
    }
    rows
}

/// Rows of the integer that a number is or, if it may be rounded, is nearest to, of two the even one: whether it is below
/// zero (`neg`) and its digits (`w`).
fn whole(rounds: bool) -> [String; 2] {
    let rounded = if rounds {
        "CASE WHEN r > '5' OR r = '5' AND CAST(substr(w, -1) AS INTEGER) % 2 THEN CAST(w AS INTEGER) + 1 || '' ELSE w END"
    } else {
        "CASE r WHEN '' THEN w END"
    };
    [
        format!(
            "SELECT neg, CASE WHEN d = '' THEN '0' WHEN x > {MOST} THEN NULL WHEN x >= 0 THEN d || substr({ZEROS}, 1, x) \
             WHEN length(d) > -x THEN substr(d, 1, length(d) + x) ELSE '0' END AS w, \
             rtrim(CASE WHEN x >= 0 THEN '' WHEN length(d) >= -x THEN substr(d, length(d) + x + 1) ELSE '0' || d END, '0') AS r FROM"
        ),
        format!("SELECT neg, {rounded} AS w FROM"),
    ]
}
