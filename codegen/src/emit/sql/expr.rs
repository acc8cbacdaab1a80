//! Values as SQL.

use super::literal;
use super::scale::scaled;
use crate::items::sql::{Expr, Order, PerSecond};

/// The text of JSON, or null.
pub(super) fn expr(value: &Expr) -> String {
    match value {
        Expr::Payload => "_json".to_owned(),
        Expr::It => "v".to_owned(),
        Expr::Key => "json_quote(j.key)".to_owned(),
        Expr::EntryValue => ENTRY_VALUE.to_owned(),
        Expr::Null => "NULL".to_owned(),
        Expr::Literal(json) => literal(json),
        Expr::Member(object, name) => format!("nullif({} -> {}, 'null')", operand(object), path(name)),
        Expr::With(it, body) => about(&expr(it), &expr(body)),
        Expr::IfPresent(body) => format!("CASE WHEN v IS NOT NULL THEN {} END", expr(body)),
        Expr::Or(value, otherwise) => {
            format!("CASE WHEN v IS NULL THEN {} ELSE {} END", expr(otherwise), expr(value))
        }
        Expr::Choice { of, cases, keep } => about(&expr(of), &choice(cases, *keep)),
        Expr::Single(one) => format!("'[' || coalesce({}, 'null') || ']'", expr(one)),
        Expr::Each { value, order } => of_type("array", &each(&expr(value), order.as_ref())),
        Expr::Entries { key, value } => {
            let entry = format!("{} || ':' || coalesce({}, 'null')", expr(key), expr(value));
            let all = format!("(SELECT '{{' || coalesce(group_concat({entry}), '') || '}}' FROM json_each(v) AS j)");
            of_type("object", &all)
        }
        Expr::Object(members) => object(members),
        Expr::Kinds(kinds) => {
            let kinds = kinds.iter().map(|(kind, value)| format!("WHEN {} THEN {}", literal(kind), expr(value)));
            format!("CASE v ->> '$.kind' {} END", kinds.collect::<Vec<_>>().join(" "))
        }
        Expr::Float(integer) => about(&expr(integer), &format!("CASE WHEN {INTEGER} THEN v || '.0' END")),
        Expr::Double(single) => about(&about(&expr(single), REAL), DOUBLE),
        Expr::Text(scalar) => about(&expr(scalar), "CASE WHEN v IS NOT NULL THEN json_quote(v) END"),
        Expr::Number(text) => {
            about(&format!("{} ->> '$'", operand(text)), &format!("CASE WHEN {IS_NUMBER} THEN v END"))
        }
        Expr::Lower(text) => format!("lower({})", expr(text)),
        Expr::Scale { of, decimal, rounds, power, to } => {
            let (number, is_number) =
                if *decimal { (format!("{} ->> '$'", operand(of)), IS_NUMBER) } else { (expr(of), IS_JSON_NUMBER) };
            scaled(&number, is_number, *rounds, *power, *to)
        }
        Expr::Moment(integer, unit) => {
            let integer = about(&expr(integer), &format!("CASE WHEN {INTEGER} THEN CAST(v AS INTEGER) END"));
            about(&integer, moment(*unit))
        }
        Expr::Epoch(moment, unit) => about(&format!("{} ->> '$'", operand(moment)), epoch(*unit)),
        Expr::Join(parts, with) => join(parts, with),
        Expr::Part { of, with, index, last } => part(of, with, *index, *last),
    }
}

/// A value on the left of an operator.
pub(super) fn operand(value: &Expr) -> String {
    match value {
        Expr::Payload | Expr::It | Expr::Key | Expr::Null | Expr::Literal(_) => expr(value),
        Expr::Member(..)
        | Expr::With(..)
        | Expr::EntryValue
        | Expr::IfPresent(_)
        | Expr::Or(..)
        | Expr::Choice { .. }
        | Expr::Single(_)
        | Expr::Each { .. }
        | Expr::Entries { .. }
        | Expr::Object(_)
        | Expr::Kinds(_)
        | Expr::Float(_)
        | Expr::Double(_)
        | Expr::Text(_)
        | Expr::Number(_)
        | Expr::Lower(_)
        | Expr::Scale { .. }
        | Expr::Moment(..)
        | Expr::Epoch(..)
        | Expr::Join(..)
        | Expr::Part { .. } => format!("({})", expr(value)),
    }
}

/// The path to a member.
pub(super) fn path(name: &str) -> String {
    literal(&format!("$.\"{name}\""))
}

/// What is made of a list or an object.
fn of_type(name: &str, made: &str) -> String {
    format!("CASE json_type(v) WHEN '{name}' THEN {made} END")
}

/// The second with the first as `v`.
fn about(it: &str, body: &str) -> String {
    format!("(SELECT {body} FROM (SELECT {it} AS v))")
}

/// The value of an entry as JSON. SQL's numbers are rounded, so a number is taken out by its path where that can be written.
const ENTRY_VALUE: &str = "CASE j.type WHEN 'text' THEN json_quote(j.value) WHEN 'object' THEN j.value \
     WHEN 'array' THEN j.value WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN NULL \
     ELSE CASE WHEN instr(j.key, '\"') OR instr(j.key, '\\') \
     THEN CASE WHEN json_valid(j.value || '') THEN j.value || '' END ELSE v -> j.fullkey END END";

// What is stored may be other JSON than it should be. Then there is no value: what is put together is JSON in any case, and
// no query stops at it.

/// Whether JSON is an integer.
const INTEGER: &str = "v NOT GLOB '*[^-0-9]*'";

/// Whether JSON is a number.
const IS_JSON_NUMBER: &str = "v GLOB '[-0-9]*'";

/// Whether a text is a number as JSON writes them.
const IS_NUMBER: &str = "json_valid(v) AND v = trim(v) AND v GLOB '[-0-9]*'";

/// A JSON number as one of SQL.
pub(super) const REAL: &str = "CASE WHEN v GLOB '[-0-9]*' AND abs(CAST(v AS REAL)) < 9e999 THEN CAST(v AS REAL) END";

/// The nearest number of 24 bits (or, below all that have so many, the nearest that there is), which is what a 32-bit number
/// stands for, with all of its digits.
const DOUBLE: &str = "CASE WHEN abs(v) < 1.1754943508222875e-38 \
     THEN printf('%!.17g', round(v / 1.401298464324817e-45) * 1.401298464324817e-45) \
     WHEN abs(v) < 3.5e38 THEN printf('%!.17g', v * 536870913.0 - (v * 536870913.0 - v)) END";

fn choice(cases: &[(String, String)], keep: bool) -> String {
    let cases: Vec<String> =
        cases.iter().map(|(from, to)| format!("WHEN {} THEN {}", literal(from), literal(to))).collect();
    let others = if keep { " ELSE v" } else { "" };
    format!("CASE v {}{others} END", cases.join(" "))
}

fn each(value: &str, order: Option<&Order>) -> String {
    // Within one selection `v` would be the name that it gives, even as an argument.
    let elements = "SELECT w AS v FROM (SELECT nullif(v -> j.key, 'null') AS w FROM json_each(v) AS j)";
    let list = |value: &str, from: &str| {
        format!("(SELECT '[' || coalesce(group_concat(coalesce({value}, 'null')), '') || ']' FROM ({from}))")
    };
    match order {
        None => list(value, elements),
        Some(order) => {
            list("v", &format!("SELECT v FROM (SELECT {value} AS v FROM ({elements})) ORDER BY {}", by(order)))
        }
    }
}

fn by(order: &Order) -> String {
    match order {
        Order::Number => "CAST(v AS INTEGER), length(v), v".to_owned(),
        Order::Text => "v ->> '$'".to_owned(),
        Order::Listed(texts) => {
            let known = texts.iter().enumerate().map(|(index, text)| format!("WHEN {} THEN {index} ", literal(text)));
            let known: String = known.collect();
            if known.is_empty() {
                "v ->> '$'".to_owned()
            } else {
                format!("CASE v {known}ELSE {} END, v ->> '$'", texts.len())
            }
        }
    }
}

fn object(members: &[(String, Expr)]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{} || coalesce({}, 'null')", literal(&format!("\"{name}\":")), expr(value)))
        .collect();
    if members.is_empty() { "'{}'".to_owned() } else { format!("'{{' || {} || '}}'", members.join(" || ',' || ")) }
}

/// The calendar that SQLite has ends with the year 9999 and begins with the year 0.
fn moment(unit: PerSecond) -> &'static str {
    match unit {
        PerSecond::One => {
            "CASE WHEN v BETWEEN -62167219200 AND 253402300799 \
             THEN '\"' || strftime('%Y-%m-%dT%H:%M:%SZ', v, 'unixepoch') || '\"' END"
        }
        PerSecond::Thousand => {
            "CASE WHEN v BETWEEN -62167219200000 AND 253402300799999 \
             THEN '\"' || strftime('%Y-%m-%dT%H:%M:%S', (v - (v % 1000 + 1000) % 1000) / 1000, 'unixepoch') \
             || CASE WHEN v % 1000 THEN '.' || rtrim(printf('%03d', (v % 1000 + 1000) % 1000), '0') ELSE '' END || 'Z\"' END"
        }
    }
}

fn epoch(unit: PerSecond) -> &'static str {
    match unit {
        PerSecond::One => "CASE WHEN length(v) = 20 THEN strftime('%s', substr(v, 1, 19)) END",
        PerSecond::Thousand => {
            "CASE WHEN length(v) <= 24 THEN CAST(strftime('%s', substr(v, 1, 19)) AS INTEGER) * 1000 \
             + CAST(substr(rtrim(substr(v, 21), 'Z') || '000', 1, 3) AS INTEGER) || '' END"
        }
    }
}

/// Behind each text that is there stands what stands between two, which is cut off at the beginning.
fn join(parts: &[Expr], with: &str) -> String {
    let separator = literal(with);
    let parts: Vec<String> =
        parts.iter().map(|part| format!("coalesce({separator} || ({} ->> '$'), '')", operand(part))).collect();
    format!("json_quote(substr({}, {}))", parts.join(" || "), with.chars().count() + 1)
}

fn part(of: &Expr, with: &str, index: usize, last: bool) -> String {
    let (separator, length) = (literal(with), with.chars().count());
    let mut text = format!("{} ->> '$'", operand(of));
    for _ in 0..index {
        let rest = format!("CASE WHEN instr(v, {separator}) THEN substr(v, instr(v, {separator}) + {length}) END");
        text = about(&text, &rest);
    }
    if !last {
        text =
            about(&text, &format!("CASE WHEN instr(v, {separator}) THEN substr(v, 1, instr(v, {separator}) - 1) END"));
    }
    // Of null SQL makes the text of JSON's null, which no quoted text is.
    format!("nullif(json_quote({text}), 'null')")
}
