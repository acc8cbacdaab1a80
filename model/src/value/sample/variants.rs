//! A sample for each value of an enum and each kind of a union.

use std::collections::BTreeSet;

use super::edge::Edges;
use super::{Edge, Json, Sample, choice, sorted_kinds, sorted_values, tagged};
use crate::schema::{Record, Schema, Type, TypeId, TypeShape};

/// Each variant once, at the first place where it is met, and all else as usual.
pub(super) fn of(schema: &Schema, shape: &Record) -> Vec<Sample> {
    let mut variants = Variants { schema, seen: BTreeSet::new() };
    variants.record(shape, "")
}

struct Variants<'s> {
    schema: &'s Schema,
    seen: BTreeSet<(TypeId, u32)>,
}

impl Variants<'_> {
    fn usual(&self) -> Edges<'_> {
        Edges::new(self.schema, Edge::Usual)
    }

    fn record(&mut self, shape: &Record, path: &str) -> Vec<Sample> {
        let mut all = Vec::new();
        for field in &shape.fields {
            let name = &field.name.value;
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            for Sample { name: of, json: value } in self.value(&field.ty, &path) {
                let mut json = self.usual().record(shape);
                if let Json::Object(members) = &mut json
                    && let Some((_, member)) = members.iter_mut().find(|(known, _)| known == name)
                {
                    *member = value;
                }
                all.push(Sample { name: of, json });
            }
        }
        all
    }

    fn value(&mut self, ty: &Type, path: &str) -> Vec<Sample> {
        let within = |all: Vec<Sample>, of: &dyn Fn(Json) -> Json| {
            all.into_iter().map(|Sample { name, json }| Sample { name, json: of(json) }).collect()
        };
        match ty {
            Type::Optional(inner) => self.value(inner, path),
            Type::List(inner) | Type::Set(inner) => within(self.value(inner, path), &|json| Json::Array(vec![json])),
            Type::Map(key, inner) => {
                let usual = self.usual().value(inner);
                let entry = |key: Json, value: Json| Json::Object(vec![(key.into_key(), value)]);
                let mut all: Vec<Sample> = within(self.value(key, path), &|key| entry(key, usual.clone()));
                let usual = self.usual().value(key);
                all.extend::<Vec<Sample>>(within(self.value(inner, path), &|json| entry(usual.clone(), json)));
                all
            }
            Type::Named(id, version) if self.seen.insert((*id, *version)) => self.named(*id, *version, path),
            Type::Builtin(_) | Type::Named(..) | Type::Opaque(_) => Vec::new(),
        }
    }

    fn named(&mut self, id: TypeId, version: u32, path: &str) -> Vec<Sample> {
        let named = |name: &str, json| Sample { name: format!("{path} = {name}"), json };
        match self.schema.shape(id, version) {
            Some(TypeShape::Struct(record)) => self.record(record, path),
            Some(TypeShape::Newtype(inner)) => self.value(inner, path),
            Some(TypeShape::Enum(values)) => {
                sorted_values(values).into_iter().map(|value| named(&value.name.value, choice(value))).collect()
            }
            Some(TypeShape::Union(kinds)) => {
                let mut all = Vec::new();
                for kind in sorted_kinds(kinds) {
                    all.push(named(&kind.name.value, tagged(kind, self.usual().record(&kind.shape))));
                    let inner = self.record(&kind.shape, path);
                    all.extend(
                        inner.into_iter().map(|Sample { name, json }| Sample { name, json: tagged(kind, json) }),
                    );
                }
                all
            }
            None => Vec::new(),
        }
    }
}
