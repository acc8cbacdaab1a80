//! Samples with a name: every value of a payload at the same edge.

use core::fmt;
use std::collections::BTreeSet;

use super::{Json, UNKNOWN, builtin, choice, sorted_kinds, sorted_values, tagged, variants};
use crate::schema::{Record, Schema, Type, TypeId, TypeShape, UnionVariant};
use crate::value::unwrapped;

/// How many elements a long list has.
pub(super) const LONG: usize = 64;

/// How deep a deep value is, in objects and lists. JSON readers give up below 128.
pub(super) const DEEP: usize = 48;

/// Where in its type a value lies. A type that has no such edge takes its usual value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// What is met every day: optional values are there, lists have one element.
    Usual,
    /// Optional fields are missing; texts, bytes, lists, sets and maps are empty.
    Empty,
    /// Optional fields are null.
    Null,
    /// Zero, false, 1970, the nil UUID.
    Zero,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
    /// Below zero, before 1970.
    Negative,
    /// `-0.0`
    NegativeZero,
    /// The smallest value above zero.
    Tiny,
    /// As many digits as the type keeps.
    Precise,
    /// Texts beyond ASCII, with control characters, quotes and more than one way to write them.
    Unicode,
    /// Long texts, bytes and lists.
    Long,
    /// Sets and maps with keys that are told apart only with care.
    Keys,
    /// A type that holds itself does so many times over.
    Deep,
}

impl Edge {
    /// Every edge.
    pub const ALL: &[Self] = &[
        Self::Usual,
        Self::Empty,
        Self::Null,
        Self::Zero,
        Self::Min,
        Self::Max,
        Self::Negative,
        Self::NegativeZero,
        Self::Tiny,
        Self::Precise,
        Self::Unicode,
        Self::Long,
        Self::Keys,
        Self::Deep,
    ];

    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Empty => "empty",
            Self::Null => "null",
            Self::Zero => "zero",
            Self::Min => "min",
            Self::Max => "max",
            Self::Negative => "negative",
            Self::NegativeZero => "negative zero",
            Self::Tiny => "tiny",
            Self::Precise => "precise",
            Self::Unicode => "unicode",
            Self::Long => "long",
            Self::Keys => "keys",
            Self::Deep => "deep",
        }
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A sample with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What is special about it: the name of an [`Edge`], or a place and the variant there, as in `payment = Card` or
    /// `payment.network = visa`.
    pub name: String,
    /// The payload.
    pub json: Json,
}

/// The samples of a shape that have names: one for each edge, and one for each value of an enum and each kind of a union
/// that can be reached from it (a fallback as an unknown text). Where the shape has no such edge, several are equal.
#[must_use]
pub fn edges(schema: &Schema, shape: &Record) -> Vec<Sample> {
    let at_edges = Edge::ALL.iter().map(|at| Sample { name: at.to_string(), json: edge(schema, shape, *at) });
    at_edges.chain(variants::of(schema, shape)).collect()
}

/// An object of this shape with every field at this edge.
#[must_use]
pub fn edge(schema: &Schema, shape: &Record, at: Edge) -> Json {
    Edges::new(schema, at).record(shape)
}

/// A value of this type at this edge.
#[must_use]
pub fn edge_of(schema: &Schema, ty: &Type, at: Edge) -> Json {
    Edges::new(schema, at).value(ty)
}

#[derive(Clone)]
pub(super) struct Edges<'s> {
    schema: &'s Schema,
    at: Edge,
    /// The declared types around the value: one that comes again ends where it can.
    around: Vec<(TypeId, u32)>,
    /// How many lists and objects are around it.
    depth: usize,
}

impl<'s> Edges<'s> {
    pub(super) const fn new(schema: &'s Schema, at: Edge) -> Self {
        Self { schema, at, around: Vec::new(), depth: 0 }
    }

    pub(super) fn record(&mut self, shape: &Record) -> Json {
        let chosen = self.way_down(shape);
        let mut members = Vec::new();
        for (index, field) in shape.fields.iter().enumerate() {
            let value = match chosen {
                _ if self.at == Edge::Empty && matches!(field.ty, Type::Optional(_)) => continue,
                Some(down) if down != index => self.usual().value(&field.ty),
                Some(_) | None => self.value(&field.ty),
            };
            members.push((field.name.value.clone(), value));
        }
        Json::Object(members)
    }

    /// In a deep value, the field in which it goes on, so that it gets deep and not wide.
    fn way_down(&self, shape: &Record) -> Option<usize> {
        let innermost = self.around.last().filter(|_| self.at == Edge::Deep)?;
        let holding = shape.fields.iter().enumerate().filter(|(_, field)| self.holds([&field.ty], *innermost));
        holding.min_by_key(|(_, field)| &field.name.value).map(|(index, _)| index)
    }

    /// The usual value at the same place.
    fn usual(&self) -> Self {
        Self { at: Edge::Usual, ..self.clone() }
    }

    pub(super) fn value(&mut self, ty: &Type) -> Json {
        match ty {
            Type::Builtin(of) => builtin::edge(*of, self.at),
            Type::Optional(_) if matches!(self.at, Edge::Empty | Edge::Null) => Json::Null,
            Type::Optional(inner) if self.ends(inner) => Json::Null,
            Type::Optional(inner) => self.value(inner),
            Type::List(inner) if self.ends(inner) => Json::Array(Vec::new()),
            Type::List(inner) => Json::Array(self.elements(inner)),
            Type::Set(key) => Json::Array(self.keys(key)),
            Type::Map(_, value) if self.ends(value) => Json::Object(Vec::new()),
            Type::Map(key, value) => {
                let keys = self.keys(key);
                let value = self.elements(value).pop().unwrap_or(Json::Null);
                Json::Object(keys.into_iter().map(|key| (key.into_key(), value.clone())).collect())
            }
            Type::Named(id, version) => self.named(*id, *version),
            Type::Opaque(_) => Json::Null,
        }
    }

    /// Whether a value of this type is left out, where that is possible: there are to be none, or it holds what is around
    /// it and that is deep enough.
    fn ends(&self, ty: &Type) -> bool {
        let deep_enough = self.at != Edge::Deep || self.depth > DEEP;
        self.at == Edge::Empty || deep_enough && self.around.iter().any(|around| self.holds([ty], *around))
    }

    fn elements(&mut self, inner: &Type) -> Vec<Json> {
        self.depth += 1;
        let elements = match self.at {
            Edge::Long => vec![self.usual().value(inner); LONG],
            Edge::Keys => vec![self.usual().value(inner)],
            Edge::Usual
            | Edge::Empty
            | Edge::Null
            | Edge::Zero
            | Edge::Min
            | Edge::Max
            | Edge::Negative
            | Edge::NegativeZero
            | Edge::Tiny
            | Edge::Precise
            | Edge::Unicode
            | Edge::Deep => vec![self.value(inner)],
        };
        self.depth -= 1;
        elements
    }

    /// Elements of a set, or keys of a map.
    fn keys(&mut self, ty: &Type) -> Vec<Json> {
        let of = match unwrapped(self.schema, ty) {
            Type::Builtin(of) => *of,
            // An enum has no more than its values.
            Type::Named(id, version) if matches!(self.at, Edge::Long | Edge::Keys) => {
                return match self.schema.shape(*id, *version) {
                    Some(TypeShape::Enum(values)) => sorted_values(values).into_iter().map(choice).collect(),
                    Some(TypeShape::Struct(_) | TypeShape::Newtype(_) | TypeShape::Union(_)) | None => Vec::new(),
                };
            }
            Type::Named(..) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => {
                return if self.at == Edge::Empty { Vec::new() } else { vec![self.value(ty)] };
            }
        };
        match self.at {
            Edge::Empty => Vec::new(),
            Edge::Long => (0..LONG).map(|index| builtin::key(of, index)).collect(),
            Edge::Keys => builtin::keys(of),
            Edge::Usual
            | Edge::Null
            | Edge::Zero
            | Edge::Min
            | Edge::Max
            | Edge::Negative
            | Edge::NegativeZero
            | Edge::Tiny
            | Edge::Precise
            | Edge::Unicode
            | Edge::Deep => vec![builtin::edge(of, self.at)],
        }
    }

    fn named(&mut self, id: TypeId, version: u32) -> Json {
        self.around.push((id, version));
        self.depth += 1;
        let value = match self.schema.shape(id, version) {
            Some(TypeShape::Struct(record)) => self.record(record),
            Some(TypeShape::Newtype(inner)) => self.value(inner),
            Some(TypeShape::Enum(values)) => {
                sorted_values(values).first().map_or_else(|| Json::text(UNKNOWN), |value| choice(value))
            }
            Some(TypeShape::Union(kinds)) => self.union(kinds, (id, version)),
            None => Json::Null,
        };
        self.depth -= 1;
        self.around.pop();
        value
    }

    fn union(&mut self, kinds: &[UnionVariant], this: (TypeId, u32)) -> Json {
        let sorted = sorted_kinds(kinds);
        let goes_on = |kind: &&&UnionVariant| {
            self.at == Edge::Deep && self.holds(kind.shape.fields.iter().map(|field| &field.ty), this)
        };
        match sorted.iter().find(goes_on).or_else(|| sorted.first()) {
            Some(kind) => tagged(kind, self.record(&kind.shape)),
            None => Json::Null,
        }
    }

    /// Whether values of these types can hold one of the target.
    fn holds<'t>(&self, types: impl IntoIterator<Item = &'t Type>, target: (TypeId, u32)) -> bool
    where
        's: 't,
    {
        let mut open: Vec<&Type> = types.into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(ty) = open.pop() {
            match ty {
                Type::Builtin(_) | Type::Opaque(_) => {}
                Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Map(_, inner) => open.push(inner),
                Type::Named(id, version) if (*id, *version) == target => return true,
                Type::Named(id, version) if !seen.insert((*id, *version)) => {}
                Type::Named(id, version) => match self.schema.shape(*id, *version) {
                    Some(TypeShape::Struct(record)) => open.extend(record.fields.iter().map(|field| &field.ty)),
                    Some(TypeShape::Newtype(inner)) => open.push(inner),
                    Some(TypeShape::Union(kinds)) => {
                        let fields = kinds.iter().flat_map(|kind| &kind.shape.fields);
                        open.extend(fields.map(|field| &field.ty));
                    }
                    Some(TypeShape::Enum(_)) | None => {}
                },
            }
        }
        false
    }
}
