//! Payloads that are no longer what their version says; and some that still are, in other words.

use factum_model::value::Json;
use factum_model::value::sample::Dice;

use crate::json::{Style, count, node, written};

/// What was done to a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing.
    AsStored,
    /// The fields of each object in another order.
    Shuffled,
    /// A field that no version has.
    Unknown,
    /// A field of another version.
    Foreign,
    /// A field less.
    Missing,
    /// A field twice.
    Duplicate,
    /// Null somewhere.
    Null,
    /// Something else somewhere.
    WrongType,
    /// A number that is out of some type's range.
    OutOfRange,
    /// An array of its values instead of an object.
    Array,
    /// Such an array, one value shorter or longer.
    OtherArray,
    /// Names written as `\u0061`.
    Escaped,
    /// Blanks and line breaks.
    Blanks,
    /// Something behind the end.
    Garbage,
    /// The end is missing.
    Truncated,
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind::AsStored,
    Kind::Shuffled,
    Kind::Unknown,
    Kind::Foreign,
    Kind::Missing,
    Kind::Duplicate,
    Kind::Null,
    Kind::WrongType,
    Kind::OutOfRange,
    Kind::Array,
    Kind::OtherArray,
    Kind::Escaped,
    Kind::Blanks,
    Kind::Garbage,
    Kind::Truncated,
];

impl Kind {
    /// Whether a payload still says the same, so that it reads as before.
    #[must_use]
    pub const fn says_the_same(self) -> bool {
        matches!(self, Self::AsStored | Self::Unknown | Self::Escaped | Self::Blanks)
    }
}

const GARBAGE: &[&str] = &["x", "{}", ",", "]", " null", "\u{feff}"];

const OUT_OF_RANGE: &[&str] = &[
    "-1",
    "256",
    "-129",
    "65536",
    "4294967296",
    "18446744073709551616",
    "-9223372036854775809",
    "1e39",
    "1e400",
    "0.5",
    "1e2",
    "-0",
    "340282366920938463463374607431768211456",
];

/// The payload after something of this kind was done to it. `foreign` are names of fields of any version.
///
/// # Panics
/// Never: a payload is an object.
#[must_use]
pub fn mutated(payload: &Json, kind: Kind, foreign: &[String], dice: &mut Dice) -> String {
    let mut json = payload.clone();
    let mut style = Style::default();
    match kind {
        Kind::AsStored | Kind::Garbage | Kind::Truncated => {}
        Kind::Shuffled => shuffle(&mut json, dice),
        Kind::Unknown => insert(&mut json, "zz_unknown".to_owned(), dice),
        Kind::Foreign => {
            if !foreign.is_empty() {
                insert(&mut json, dice.pick(foreign).clone(), dice);
            }
        }
        Kind::Missing | Kind::Duplicate => fields(&mut json, kind, dice),
        Kind::Null | Kind::WrongType | Kind::OutOfRange => {
            let index = dice.below(count(&json));
            *node(&mut json, index) = other(kind, dice);
        }
        Kind::Array | Kind::OtherArray => array(&mut json, kind, dice),
        Kind::Escaped => style.escaped = true,
        Kind::Blanks => style.blanks = Some(dice.clone()),
    }
    let mut text = written(&json, style);
    match kind {
        Kind::Garbage => text.push_str(GARBAGE[dice.below(GARBAGE.len())]),
        Kind::Truncated => {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
            text.truncate(*dice.pick(&places));
        }
        _ => {}
    }
    text
}

fn other(kind: Kind, dice: &mut Dice) -> Json {
    match kind {
        Kind::Null => Json::Null,
        Kind::OutOfRange => Json::number(dice.pick(OUT_OF_RANGE)),
        _ => dice
            .pick(&[
                Json::Bool(true),
                Json::number("7"),
                Json::number("1.5"),
                Json::text("web"),
                Json::text("7"),
                Json::text("2026-02-30"),
                Json::text("19.9999999"),
                Json::Array(vec![]),
                Json::Array(vec![Json::number("7"), Json::number("7")]),
                Json::Object(vec![]),
                Json::Object(vec![("7".to_owned(), Json::Null), ("07".to_owned(), Json::Null)]),
                Json::Object(vec![("web".to_owned(), Json::Null)]),
            ])
            .clone(),
    }
}

/// One of the objects in it that have fields.
fn object<'j>(json: &'j mut Json, dice: &mut Dice) -> Option<&'j mut Vec<(String, Json)>> {
    let objects: Vec<usize> = (0..count(json))
        .filter(|index| matches!(node(json, *index), Json::Object(fields) if !fields.is_empty()))
        .collect();
    // The outermost one as often as all others together.
    let index = if dice.once_in(2) { objects.first()? } else { objects.get(dice.below(objects.len()))? };
    match node(json, *index) {
        Json::Object(fields) => Some(fields),
        _ => None,
    }
}

fn shuffle(json: &mut Json, dice: &mut Dice) {
    for index in 0..count(json) {
        if let Json::Object(fields) = node(json, index) {
            for last in (1..fields.len()).rev() {
                fields.swap(last, dice.below(last + 1));
            }
        }
    }
}

/// Puts a field into the outermost object.
fn insert(json: &mut Json, name: String, dice: &mut Dice) {
    if let Json::Object(fields) = json {
        let value = other(Kind::WrongType, dice);
        fields.insert(dice.below(fields.len() + 1), (name, value));
    }
}

fn fields(json: &mut Json, kind: Kind, dice: &mut Dice) {
    if let Some(fields) = object(json, dice) {
        let index = dice.below(fields.len());
        if kind == Kind::Missing {
            fields.remove(index);
        } else {
            let mut copy = fields[index].clone();
            if dice.once_in(2) {
                copy.1 = other(Kind::WrongType, dice);
            }
            fields.insert(dice.below(fields.len() + 1), copy);
        }
    }
}

fn array(json: &mut Json, kind: Kind, dice: &mut Dice) {
    let objects: Vec<usize> = (0..count(json)).filter(|index| matches!(node(json, *index), Json::Object(_))).collect();
    let index = if dice.once_in(2) { 0 } else { *dice.pick(&objects) };
    let node = node(json, index);
    if let Json::Object(fields) = node {
        let mut values: Vec<Json> = fields.drain(..).map(|(_, value)| value).collect();
        if kind == Kind::OtherArray && values.pop().is_none() | dice.once_in(2) {
            values.extend([Json::Null, Json::Null]);
        }
        *node = Json::Array(values);
    }
}
