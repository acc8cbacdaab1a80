//! Samples of the builtin types: any value, with the edges more often than chance would have it, and each edge by name.

use super::{Dice, Edge, Json};
use crate::types::{Builtin, MAX_SCALE};

/// Any value.
pub(super) fn any(builtin: Builtin, dice: &mut Dice) -> Json {
    if let Some((min, max)) = builtin.row().range {
        let any = i128::from(dice.any()).rem_euclid(max - min + 1) + min;
        return Json::number(dice.pick(&[min, max, 0, 1, any, any, any]));
    }
    match builtin {
        Builtin::Bool => Json::Bool(dice.once_in(2)),
        Builtin::F32 => Json::number(dice.pick(SINGLES)),
        Builtin::F64 => Json::number(dice.pick(DOUBLES)),
        Builtin::Json => any_json(dice, 0),
        Builtin::Uuid => uuid(dice),
        Builtin::Bytes => text(dice, BYTES),
        Builtin::Timestamp => text(dice, TIMESTAMPS),
        Builtin::Date => text(dice, DATES),
        Builtin::Duration => text(dice, DURATIONS),
        Builtin::Decimal(None) => text(dice, DECIMALS),
        Builtin::Decimal(Some(_)) => text(dice, FIXED),
        Builtin::String
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => text(dice, TEXTS),
    }
}

fn text(dice: &mut Dice, of: &[&str]) -> Json {
    Json::text(*dice.pick(of))
}

fn uuid(dice: &mut Dice) -> Json {
    let text = format!("{:016x}{:016x}", dice.any(), dice.any());
    Json::text([&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-"))
}

/// JSON of any shape.
fn any_json(dice: &mut Dice, depth: usize) -> Json {
    match dice.below(if depth > 2 { 5 } else { 7 }) {
        0 => Json::Null,
        1 => Json::Bool(dice.once_in(2)),
        2 => Json::number(dice.pick(DOUBLES)),
        3 => Json::number(dice.any()),
        4 => text(dice, TEXTS),
        5 => Json::Array((0..dice.below(3)).map(|_| any_json(dice, depth + 1)).collect()),
        _ => {
            let names = ["a", "b", "c"];
            Json::Object((0..dice.below(3)).map(|index| (names[index].to_owned(), any_json(dice, depth + 1))).collect())
        }
    }
}

const SINGLES: &[&str] = &["0", "1.5", "-0.0", "0.1", "3.4028235e38", "-3.4028235e38", "1e-45", "16777217", "-7"];
const DOUBLES: &[&str] = &[
    "0",
    "1.5",
    "-0.0",
    "0.1",
    "1.7976931348623157e308",
    "5e-324",
    "9007199254740993",
    "-7",
    "1e21",
    "2.2250738585072011e-308",
];
const TEXTS: &[&str] =
    &["", "web", "null", "it's \"quoted\"\\", UNICODE, "0", "a longer text that does not fit a small buffer"];
const UNICODE: &str = "grüße 🦀 \u{0} \u{7f} \u{2028} e\u{301} \u{202e}";
const BYTES: &[&str] = &["", "AA==", "AQID", "AQID/w=="];
const TIMESTAMPS: &[&str] = &[
    "2026-02-01T09:30:00Z",
    "2026-02-01T09:30:00.25Z",
    "1969-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z",
    "9999-12-30T21:59:59.999999Z",
];
const DATES: &[&str] = &["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"];
const DURATIONS: &[&str] = &["PT0S", "PT1H30M0.5S", "-PT0.000000001S", "PT100000H"];
const DECIMALS: &[&str] = &["0", "19.90", "-0.0000000000000000000000000001", "79228162514264337593543950335"];
const FIXED: &[&str] = &["0", "7", "-1.5", "79228162514264337593543950335"];

/// The value at this edge; the usual one where the type has no such edge.
pub(super) fn edge(builtin: Builtin, edge: Edge) -> Json {
    if builtin == Builtin::Json {
        return json(edge);
    }
    if let (Builtin::Decimal(scale), Edge::Tiny) = (builtin, edge) {
        return Json::text(smallest(scale.unwrap_or(MAX_SCALE)));
    }
    if let (Builtin::String | Builtin::Bytes, Edge::Long) = (builtin, edge) {
        return Json::text(if builtin == Builtin::String { "long text " } else { "AAAAAAAA" }.repeat(500));
    }
    if let Some((min, max)) = builtin.row().range {
        return Json::number(integer(min, max, edge));
    }
    let edges = edges(builtin);
    let of = |edge| edges.iter().find(|(known, _)| *known == edge).map(|(_, text)| *text);
    let text = of(edge).or_else(|| of(Edge::Usual)).unwrap_or_default();
    match builtin {
        Builtin::F32 | Builtin::F64 => Json::number(text),
        Builtin::Bool => Json::Bool(text == "true"),
        Builtin::String
        | Builtin::Bytes
        | Builtin::Uuid
        | Builtin::Timestamp
        | Builtin::Date
        | Builtin::Duration
        | Builtin::Decimal(_)
        | Builtin::Json
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => Json::text(text),
    }
}

/// The first integer that is not one of JavaScript's numbers.
const BEYOND_DOUBLES: i128 = 9_007_199_254_740_993;

const fn integer(min: i128, max: i128, edge: Edge) -> i128 {
    match edge {
        Edge::Zero => 0,
        Edge::Min => min,
        Edge::Max => max,
        Edge::Negative if min < 0 => -1,
        Edge::Tiny => 1,
        Edge::Precise if max > BEYOND_DOUBLES => BEYOND_DOUBLES,
        Edge::Usual
        | Edge::Empty
        | Edge::Null
        | Edge::Negative
        | Edge::NegativeZero
        | Edge::Precise
        | Edge::Unicode
        | Edge::Long
        | Edge::Keys
        | Edge::Deep => 7,
    }
}

fn json(edge: Edge) -> Json {
    match edge {
        Edge::Null => Json::Null,
        Edge::Empty => Json::Object(Vec::new()),
        Edge::Unicode => Json::text(UNICODE),
        Edge::Zero | Edge::Min | Edge::Max | Edge::Negative | Edge::NegativeZero | Edge::Tiny | Edge::Precise => {
            self::edge(Builtin::F64, edge)
        }
        Edge::Long => Json::Array((0..super::edge::LONG).map(Json::number).collect()),
        Edge::Deep => (0..super::edge::DEEP).fold(Json::Null, |inner, _| Json::Array(vec![inner])),
        Edge::Keys => Json::Object(STRING_KEYS.iter().map(|key| ((*key).to_owned(), Json::Null)).collect()),
        Edge::Usual => Json::Object(vec![("a".to_owned(), Json::number(1))]),
    }
}

/// A one at the last place behind the point.
fn smallest(scale: u32) -> String {
    match scale {
        0 => "1".to_owned(),
        scale => format!("0.{}1", "0".repeat(scale as usize - 1)),
    }
}

/// The edges that a type has, of those with a text of their own.
const fn edges(builtin: Builtin) -> &'static [(Edge, &'static str)] {
    match builtin {
        Builtin::Bool => &[(Edge::Usual, "true"), (Edge::Empty, "false"), (Edge::Zero, "false"), (Edge::Min, "false")],
        Builtin::F32 => &[
            (Edge::Usual, "1.5"),
            (Edge::Zero, "0.0"),
            (Edge::Min, "-3.4028235e38"),
            (Edge::Max, "3.4028235e38"),
            (Edge::Negative, "-1.5"),
            (Edge::NegativeZero, "-0.0"),
            (Edge::Tiny, "1e-45"),
            (Edge::Precise, "0.1"),
        ],
        Builtin::F64 => &[
            (Edge::Usual, "1.5"),
            (Edge::Zero, "0.0"),
            (Edge::Min, "-1.7976931348623157e308"),
            (Edge::Max, "1.7976931348623157e308"),
            (Edge::Negative, "-1.5"),
            (Edge::NegativeZero, "-0.0"),
            (Edge::Tiny, "5e-324"),
            (Edge::Precise, "0.30000000000000004"),
        ],
        Builtin::String => &[
            (Edge::Usual, "text"),
            (Edge::Empty, ""),
            (Edge::Zero, "0"),
            (Edge::Min, ""),
            (Edge::Null, "null"),
            (Edge::Unicode, UNICODE),
        ],
        Builtin::Bytes => {
            &[(Edge::Usual, "AQID"), (Edge::Empty, ""), (Edge::Zero, "AA=="), (Edge::Min, ""), (Edge::Max, "/////w==")]
        }
        Builtin::Uuid => &[
            (Edge::Usual, "67e55044-10b1-426f-9247-bb680e5fe0c8"),
            (Edge::Zero, "00000000-0000-0000-0000-000000000000"),
            (Edge::Min, "00000000-0000-0000-0000-000000000000"),
            (Edge::Max, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ],
        Builtin::Timestamp => &[
            (Edge::Usual, "2026-02-01T09:30:00Z"),
            (Edge::Zero, "1970-01-01T00:00:00Z"),
            (Edge::Min, "0000-01-01T00:00:00Z"),
            (Edge::Max, "9999-12-30T22:00:00.999999Z"),
            (Edge::Negative, "1969-12-31T23:59:59.999999Z"),
            (Edge::Tiny, "1970-01-01T00:00:00.000001Z"),
            (Edge::Precise, "2026-02-01T09:30:00.123456Z"),
        ],
        Builtin::Date => &[
            (Edge::Usual, "2026-01-31"),
            (Edge::Zero, "1970-01-01"),
            (Edge::Min, "0000-01-01"),
            (Edge::Max, "9999-12-31"),
            (Edge::Negative, "1969-12-31"),
            (Edge::Precise, "2024-02-29"),
        ],
        Builtin::Duration => &[
            (Edge::Usual, "PT1H30M"),
            (Edge::Zero, "PT0S"),
            (Edge::Min, "-PT2562047788015215H30M7.999999999S"),
            (Edge::Max, "PT2562047788015215H30M7.999999999S"),
            (Edge::Negative, "-PT1H30M"),
            (Edge::Tiny, "PT0.000000001S"),
            (Edge::Precise, "PT1H1M1.123456789S"),
        ],
        Builtin::Decimal(None) => &[
            (Edge::Usual, "19.9"),
            (Edge::Zero, "0"),
            (Edge::Min, "-79228162514264337593543950335"),
            (Edge::Max, "79228162514264337593543950335"),
            (Edge::Negative, "-1"),
            // The zero behind it is part of the value.
            (Edge::Precise, "1.10"),
        ],
        Builtin::Decimal(Some(_)) => &[
            (Edge::Usual, "7"),
            (Edge::Zero, "0"),
            (Edge::Min, "-79228162514264337593543950335"),
            (Edge::Max, "79228162514264337593543950335"),
            (Edge::Negative, "-1"),
        ],
        // Made, not looked up.
        Builtin::Json
        | Builtin::I8
        | Builtin::I16
        | Builtin::I32
        | Builtin::I64
        | Builtin::U8
        | Builtin::U16
        | Builtin::U32
        | Builtin::U64 => &[],
    }
}

/// One of many keys, all different.
pub(super) fn key(builtin: Builtin, index: usize) -> Json {
    if builtin.row().range.is_some() {
        return Json::number(index);
    }
    Json::text(if builtin == Builtin::Uuid {
        format!("67e55044-10b1-426f-9247-{index:012}")
    } else {
        format!("key {index}")
    })
}

/// Keys of a map or elements of a set that are told apart only with care, in no order.
pub(super) fn keys(builtin: Builtin) -> Vec<Json> {
    if let Some((min, max)) = builtin.row().range {
        let all = [max, 10, 9, 1, 0, -1, min];
        let distinct = all.iter().enumerate().filter(|(place, key)| **key >= min && !all[..*place].contains(key));
        return distinct.map(|(_, key)| Json::number(key)).collect();
    }
    if builtin == Builtin::Uuid {
        return [Edge::Max, Edge::Usual, Edge::Min].into_iter().map(|edge| self::edge(builtin, edge)).collect();
    }
    STRING_KEYS.iter().map(|key| Json::text(*key)).collect()
}

/// By bytes in another order than by letters, by number or by UTF-16.
const STRING_KEYS: &[&str] = &["b", "a", "B", "", "10", "9", "null", UNICODE, "\u{ffff}", "\u{10000}", "e\u{301}", "é"];
