//! Samples: payloads as a version of an event stores them, or values of any type of a schema.
//!
//! There are two kinds. A [`Sampler`] makes as many as one likes from a seed, the edges of every type more often than
//! chance would have it. [`edges`] are few and have names: everything empty, everything at its maximum, each value of an
//! enum. Both are [`Json`], as a writer of that version might have stored it: an optional field may be null or missing, a
//! set may name an element twice, a float may have digits that it does not keep. [`super::as_stored`] says what factum's
//! own writer would have made of it. Of a type that only a front end understands nothing is known: there the sample is null.
//!
//! # Stable output
//!
//! The same seed makes the same sample on every platform and in every release: what is made from samples, such as the
//! fingerprints of steps that users write by hand, may be stored and compared later. A sample depends on nothing but the
//! seed, the wire names and types of its version, and, for [`Sampler::event`], what the history says next of its fields.
//! It does not depend on the order in which fields and variants are declared; only the members of an object come in that
//! order. A change of the output is a change of the file format of everybody who stored something of it.
//!
//! ```
//! # #[cfg(feature = "yaml")] {
//! use factum_model::value::sample::{Sampler, edges};
//! use factum_model::{Sources, check};
//!
//! let mut sources = Sources::new();
//! sources.add("seats.yaml", b"factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u32, note: string? }\n".to_vec());
//! let checked = check(&mut sources).checked.expect("a right schema");
//! let opened = &checked.schema().events[0];
//!
//! let mut sampler = Sampler::new(checked.schema(), 7);
//! let payload = sampler.event(opened, 1).expect("it has a version 1").to_string();
//! assert!(payload.starts_with(r#"{"capacity":"#));
//!
//! let all = edges(checked.schema(), &opened.current().shape);
//! let max = all.iter().find(|sample| sample.name == "max").expect("there is a largest one");
//! assert_eq!(max.json.to_string(), r#"{"capacity":4294967295,"note":"text"}"#);
//! # }
//! ```

mod builtin;
mod dice;
mod edge;
mod fitting;
mod variants;

pub use dice::Dice;
pub use edge::{Edge, Sample, edge, edge_of, edges};

pub use super::json::Json;
use crate::schema::{EventDef, FieldDef, Record, Schema, Type, TypeShape, UnionVariant, VariantDef};

/// Below this depth lists are empty, and what may be null is: a type may hold itself.
const DEPTH: usize = 6;

/// A text that no enum declares, since values are in `snake_case`.
const UNKNOWN: &str = "a text that nobody knows";

/// Makes samples of a schema's types, each another one.
#[derive(Debug, Clone)]
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

    /// A payload of a version of an event; `None` if it has no such version. Mostly values that the next conversion of
    /// each field has a newer value for, since those that fit by chance are few: text that parses where it is parsed
    /// later, small numbers where they are scaled. The rest are any values.
    pub fn event(&mut self, event: &EventDef, version: u32) -> Option<Json> {
        let index = usize::try_from(version.checked_sub(1)?).ok()?;
        let shape = &event.versions.get(index)?.shape;
        let later: Vec<_> = event.versions[index + 1..].iter().map(|version| version.steps.as_slice()).collect();
        let seed = self.dice.any();
        Some(self.maker().fields(shape, &later, seed, 1))
    }

    /// An object of this shape, whatever becomes of its fields.
    pub fn record(&mut self, shape: &Record) -> Json {
        let seed = self.dice.any();
        self.maker().fields(shape, &[], seed, 1)
    }

    /// A value of this type.
    pub fn value(&mut self, ty: &Type) -> Json {
        let mut dice = Dice::new(self.dice.any());
        self.maker().value(ty, &mut dice, 1)
    }

    const fn maker(&self) -> Maker<'s> {
        Maker { schema: self.schema }
    }
}

#[derive(Debug, Clone, Copy)]
struct Maker<'s> {
    schema: &'s Schema,
}

impl Maker<'_> {
    /// An object, with the steps of the versions after this one. Each field has choices of its own, so that no other
    /// field changes its value.
    fn fields(self, shape: &Record, later: &[&[crate::upcast::Step]], seed: u64, depth: usize) -> Json {
        let member = |(slot, field): (usize, &FieldDef)| {
            let name = &field.name.value;
            let mut dice = Dice::for_part(seed, name);
            if matches!(field.ty, Type::Optional(_)) && dice.once_in(4) {
                return None;
            }
            let next = fitting::next(later, slot).filter(|_| !dice.once_in(6));
            let value = match next {
                Some(step) => self.fitting_step(&field.ty, step, &mut dice, depth),
                None => self.value(&field.ty, &mut dice, depth),
            };
            Some((name.clone(), value))
        };
        Json::Object(shape.fields.iter().enumerate().filter_map(member).collect())
    }

    fn value(self, ty: &Type, dice: &mut Dice, depth: usize) -> Json {
        match ty {
            Type::Builtin(builtin) => builtin::any(*builtin, dice),
            Type::Optional(_) if depth > DEPTH || dice.once_in(3) => Json::Null,
            Type::Optional(inner) => self.value(inner, dice, depth),
            Type::List(inner) | Type::Set(inner) => {
                Json::Array((0..count(dice, depth)).map(|_| self.value(inner, dice, depth + 1)).collect())
            }
            Type::Map(key, value) => {
                let count = count(dice, depth);
                let entry = |_| (self.value(key, dice, depth).into_key(), self.value(value, dice, depth + 1));
                Json::Object((0..count).map(entry).collect())
            }
            Type::Named(id, version) => match self.schema.shape(*id, *version) {
                Some(TypeShape::Struct(record)) => self.fields(record, &[], dice.any(), depth + 1),
                Some(TypeShape::Newtype(inner)) => self.value(inner, dice, depth),
                Some(TypeShape::Enum(values)) => any_choice(values, dice),
                Some(TypeShape::Union(kinds)) => {
                    let kind = *dice.pick(&sorted_kinds(kinds));
                    tagged(kind, self.fields(&kind.shape, &[], dice.any(), depth + 1))
                }
                None => Json::Null,
            },
            // Nothing is known of it.
            Type::Opaque(_) => Json::Null,
        }
    }
}

/// How many elements a list has.
fn count(dice: &mut Dice, depth: usize) -> usize {
    if depth > DEPTH || dice.once_in(3) { 0 } else { dice.below(4) }
}

/// An enum's value on the wire.
fn choice(value: &VariantDef) -> Json {
    Json::text(if value.fallback { UNKNOWN } else { &value.name.value })
}

/// One of an enum's values.
fn any_choice(values: &[VariantDef], dice: &mut Dice) -> Json {
    let sorted = sorted_values(values);
    sorted.get(dice.below(sorted.len())).map_or(Json::Null, |value| choice(value))
}

/// An object of a union, from its kind's fields.
fn tagged(kind: &UnionVariant, fields: Json) -> Json {
    let mut members = vec![("kind".to_owned(), Json::text(&kind.name.value))];
    if let Json::Object(fields) = fields {
        members.extend(fields);
    }
    Json::Object(members)
}

/// By name, so that the order of declaration does not matter.
fn sorted_values(values: &[VariantDef]) -> Vec<&VariantDef> {
    let mut sorted: Vec<_> = values.iter().collect();
    sorted.sort_by_key(|value| (value.fallback, &value.name.value));
    sorted
}

/// By name, so that the order of declaration does not matter.
fn sorted_kinds(kinds: &[UnionVariant]) -> Vec<&UnionVariant> {
    let mut sorted: Vec<_> = kinds.iter().collect();
    sorted.sort_by_key(|kind| &kind.name.value);
    sorted
}
