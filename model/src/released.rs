//! What was released: what a lock says about the versions whose shape is fixed for good.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Record, Schema, Type, TypeShape};

/// The released versions of all events and types, each with the type versions that it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// What each released version holds.
    pub versions: BTreeMap<Holder, BTreeSet<Pin>>,
}

/// One version of an event or of a type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The wire type under which the version was stored, and its number.
    Event(String, u32),
    /// `<context>.<Type>`, and the version.
    Type(String, u32),
}

/// `<context>.<Type>` at a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    /// The full name of the type.
    pub name: String,
    /// Its version.
    pub version: u32,
}

impl Released {
    /// As if every version of a schema had been released as it is.
    #[must_use]
    pub fn all_of(schema: &Schema) -> Self {
        let mut versions = BTreeMap::new();
        for version in schema.events.iter().flat_map(|event| &event.versions) {
            let holder = Holder::Event(version.wire_type.clone(), version.number);
            versions.insert(holder, held(record(&version.shape), schema));
        }
        for ty in &schema.types {
            for version in &ty.versions {
                let types: Vec<&Type> = match &version.shape {
                    TypeShape::Struct(shape) => record(shape).collect(),
                    TypeShape::Newtype(inner) => vec![inner],
                    TypeShape::Enum(_) => Vec::new(),
                    TypeShape::Union(kinds) => kinds.iter().flat_map(|kind| record(&kind.shape)).collect(),
                };
                let name = format!("{}.{}", ty.context, ty.name.value);
                versions.insert(Holder::Type(name, version.number), held(types.into_iter(), schema));
            }
        }
        Self { versions }
    }
}

fn record(shape: &Record) -> impl Iterator<Item = &Type> {
    shape.fields.iter().map(|field| &field.ty)
}

/// The declared types that are named in these, each with the version that is meant.
fn held<'s>(types: impl Iterator<Item = &'s Type>, schema: &Schema) -> BTreeSet<Pin> {
    let mut pins = BTreeSet::new();
    let mut open: Vec<&Type> = types.collect();
    while let Some(ty) = open.pop() {
        match ty {
            Type::Builtin(_) | Type::Opaque(_) => {}
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => open.push(inner),
            Type::Map(key, value) => open.extend([&**key, &**value]),
            Type::Named(id, version) => pins.extend(schema.types.get(id.0 as usize).map(|ty| {
                let name = format!("{}.{}", ty.context, ty.name.value);
                Pin { name, version: *version }
            })),
        }
    }
    pins
}
