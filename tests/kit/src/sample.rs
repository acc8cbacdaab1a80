//! Payloads as a version of an event stores them, with the edges of every type more often than chance would have it.

use factum_model::schema::{EventDef, Record, Schema, Type, TypeId, TypeShape};
use factum_model::types::Builtin;
use factum_model::upcast::{Conversion, Function, Slot, Step};

use crate::dice::Dice;
use crate::json::Json;

/// Below this depth lists are empty, and what may be null is: a type may hold itself.
const DEPTH: usize = 6;

/// Makes samples of a schema's types.
#[derive(Debug)]
pub struct Sampler<'s> {
    schema: &'s Schema,
    dice: Dice,
}

impl<'s> Sampler<'s> {
    /// Samples that the seed decides.
    #[must_use]
    pub const fn new(schema: &'s Schema, seed: u64) -> Self {
        Self { schema, dice: Dice::new(seed) }
    }

    /// An object with every field; optional ones may be missing.
    pub fn record(&mut self, record: &Record) -> Json {
        self.fields(record, 0)
    }

    /// A version of an event, like [`Sampler::record`]; but mostly values that the next conversion of a field has a value
    /// for, since those that fit by chance are few.
    pub fn event(&mut self, event: &EventDef, index: usize) -> Json {
        let mut fields = Vec::new();
        for (slot, field) in event.versions[index].shape.fields.iter().enumerate() {
            if matches!(field.ty, Type::Optional(_)) && self.dice.once_in(4) {
                continue;
            }
            let next = next(event, index, slot).filter(|_| !self.dice.once_in(6));
            let value = match next {
                Some(Step::Convert { how, .. }) => self.fitting(&field.ty, how, 1),
                Some(Step::Call { function: Function::Split(with), .. }) => {
                    let text = Json::text(["a", "b ", "", "ü,", "e"].join(with));
                    if self.dice.once_in(4) { Json::text(format!("one{with}two")) } else { text }
                }
                _ => self.value(&field.ty, 1),
            };
            fields.push((field.name.value.clone(), value));
        }
        Json::Object(fields)
    }

    /// A value that the conversion has one for, as far as it can be told easily.
    fn fitting(&mut self, ty: &Type, how: &Conversion, depth: usize) -> Json {
        match (how, ty) {
            (Conversion::Present(how) | Conversion::Single(how), ty) => self.fitting(ty, how, depth),
            (Conversion::Maybe(_) | Conversion::Or(..), Type::Optional(_)) if self.dice.once_in(3) => Json::Null,
            (Conversion::Maybe(how) | Conversion::Or(how, _), Type::Optional(inner)) => self.fitting(inner, how, depth),
            (Conversion::Each(how), Type::List(inner)) | (Conversion::EachOf(how), Type::Set(inner)) => {
                Json::Array((0..self.count(depth)).map(|_| self.fitting(inner, how, depth + 1)).collect())
            }
            (Conversion::Entries(keys, values), Type::Map(key, value)) => {
                let mut entries = Vec::new();
                for _ in 0..self.count(depth) {
                    let key = match self.fitting(key, keys, depth) {
                        Json::Number(text) | Json::Text(text) => text,
                        other => other.written(crate::json::Style::default()),
                    };
                    entries.push((key, self.fitting(value, values, depth + 1)));
                }
                Json::Object(entries)
            }
            (Conversion::Parse(builtin), _) => match self.builtin(*builtin) {
                Json::Text(text) | Json::Number(text) => Json::text(text),
                other => Json::text(other.written(crate::json::Style::default())),
            },
            (Conversion::Scale { from, .. }, _) => {
                let small = if matches!(from, Builtin::F32 | Builtin::F64) {
                    *self.dice.pick(&["0", "1.5", "0.125", "7", "0.005", "2.5", "120.25", "0.015"])
                } else {
                    *self.dice.pick(&["0", "1", "7", "100", "120", "50", "25"])
                };
                if matches!(from, Builtin::Decimal(_)) { Json::text(small) } else { Json::number(small) }
            }
            (Conversion::Epoch { to: Builtin::Timestamp, .. }, _) => {
                Json::number(*self.dice.pick(&["0", "1", "100", "127"]))
            }
            (Conversion::Epoch { .. }, _) => Json::text(*self.dice.pick(&[
                "1970-01-01T00:00:00Z",
                "2026-02-01T09:30:00Z",
                "2026-02-01T09:30:00.25Z",
            ])),
            (_, ty) => self.value(ty, depth),
        }
    }

    fn fields(&mut self, record: &Record, depth: usize) -> Json {
        let mut fields = Vec::new();
        for field in &record.fields {
            if !matches!(field.ty, Type::Optional(_)) || !self.dice.once_in(4) {
                fields.push((field.name.value.clone(), self.value(&field.ty, depth + 1)));
            }
        }
        Json::Object(fields)
    }

    fn value(&mut self, ty: &Type, depth: usize) -> Json {
        match ty {
            Type::Builtin(builtin) => self.builtin(*builtin),
            Type::Optional(_) if depth > DEPTH || self.dice.once_in(3) => Json::Null,
            Type::Optional(inner) => self.value(inner, depth),
            Type::List(inner) | Type::Set(inner) => {
                Json::Array((0..self.count(depth)).map(|_| self.value(inner, depth + 1)).collect())
            }
            Type::Map(key, value) => Json::Object(
                (0..self.count(depth)).map(|_| (self.key(key, depth), self.value(value, depth + 1))).collect(),
            ),
            Type::Named(id, version) => match shape(self.schema, *id, *version) {
                Some(TypeShape::Struct(record)) => self.fields(record, depth),
                Some(TypeShape::Newtype(inner)) => self.value(inner, depth),
                Some(TypeShape::Enum(variants)) => match self.dice.pick(variants) {
                    fallback if fallback.fallback => Json::text("a text that nobody knows"),
                    variant => Json::text(&variant.name.value),
                },
                Some(TypeShape::Union(variants)) => {
                    let variant = self.dice.pick(variants);
                    let mut fields = vec![("kind".to_owned(), Json::text(&variant.name.value))];
                    if let Json::Object(others) = self.fields(&variant.shape, depth) {
                        fields.extend(others);
                    }
                    Json::Object(fields)
                }
                None => Json::Null,
            },
            Type::Opaque(_) => Json::Null,
        }
    }

    fn count(&mut self, depth: usize) -> usize {
        if depth > DEPTH || self.dice.once_in(3) { 0 } else { self.dice.below(4) }
    }

    /// A map's key, which JSON writes as text.
    fn key(&mut self, ty: &Type, depth: usize) -> String {
        match self.value(ty, depth) {
            Json::Number(text) | Json::Text(text) => text,
            other => other.written(crate::json::Style::default()),
        }
    }

    fn builtin(&mut self, builtin: Builtin) -> Json {
        if let Some((min, max)) = builtin.row().range {
            let any = i128::from(self.dice.any()).rem_euclid(max - min + 1) + min;
            return Json::number(self.dice.pick(&[min, max, 0, 1, any, any, any]));
        }
        match builtin {
            Builtin::Bool => Json::Bool(self.dice.once_in(2)),
            Builtin::F32 => Json::number(self.dice.pick(SINGLES)),
            Builtin::F64 => Json::number(self.dice.pick(DOUBLES)),
            Builtin::Json => self.any(0),
            Builtin::Uuid => {
                let (high, low) = (self.dice.any(), self.dice.any());
                let text = format!("{high:016x}{low:016x}");
                let parts = [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]];
                Json::text(parts.join("-"))
            }
            _ => Json::text(*self.dice.pick(texts(builtin))),
        }
    }

    /// JSON of any shape.
    pub fn any(&mut self, depth: usize) -> Json {
        match self.dice.below(if depth > 2 { 5 } else { 7 }) {
            0 => Json::Null,
            1 => Json::Bool(self.dice.once_in(2)),
            2 => Json::number(self.dice.pick(DOUBLES)),
            3 => Json::number(self.dice.any()),
            4 => Json::text(*self.dice.pick(TEXTS)),
            5 => Json::Array((0..self.dice.below(3)).map(|_| self.any(depth + 1)).collect()),
            _ => {
                let names = ["a", "b", "c"];
                Json::Object(
                    (0..self.dice.below(3)).map(|index| (names[index].to_owned(), self.any(depth + 1))).collect(),
                )
            }
        }
    }
}

/// What happens to a field once it is more than moved.
fn next(event: &EventDef, index: usize, slot: usize) -> Option<&Step> {
    let mut slot = Slot(slot);
    for version in event.versions.get(index + 1..)? {
        let step = version.steps.iter().find(|step| match step {
            Step::Move { from, .. } | Step::Drop { from } | Step::Convert { from, .. } => *from == slot,
            Step::Call { from, .. } => from.contains(&slot),
            Step::Insert { .. } => false,
        })?;
        match step {
            Step::Move { to, .. } => slot = *to,
            _ => return Some(step),
        }
    }
    None
}

/// What a declared type looks like at a version.
pub(crate) fn shape(schema: &Schema, id: TypeId, version: u32) -> Option<&TypeShape> {
    let versions = &schema.types.get(id.0 as usize)?.versions;
    versions.iter().find(|known| known.number == version).map(|known| &known.shape)
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
const TEXTS: &[&str] = &[
    "",
    "web",
    "null",
    "it's \"quoted\"\\",
    "grüße 🦀 \u{0} \u{7f} \u{2028}",
    "0",
    "a longer text that does not fit a small buffer",
];

/// Texts that the type reads.
fn texts(builtin: Builtin) -> &'static [&'static str] {
    match builtin {
        Builtin::Bytes => &["", "AA==", "AQID", "AQID/w=="],
        Builtin::Timestamp => &[
            "2026-02-01T09:30:00Z",
            "2026-02-01T09:30:00.25Z",
            "1969-12-31T23:59:59.999999Z",
            "0001-01-01T00:00:00Z",
            "9999-12-30T21:59:59.999999Z",
        ],
        Builtin::Date => &["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"],
        Builtin::Duration => &["PT0S", "PT1H30M0.5S", "-PT0.000000001S", "PT100000H"],
        Builtin::Decimal(None) => &["0", "19.90", "-0.0000000000000000000000000001", "79228162514264337593543950335"],
        Builtin::Decimal(Some(_)) => &["0", "7", "-1.5", "79228162514264337593543950335"],
        _ => TEXTS,
    }
}
