//! Samples of stored versions, with values in them where only Rust knows a type.

use std::collections::{BTreeMap, BTreeSet};

use factum_model::schema::{Record, Schema, Type, TypeId, TypeShape};
use factum_model::value::sample::{Edge, Json, Sample, edges};

use super::looks::Form;

/// Samples of a shape: the edges of every type, and each value of every form. No two are the same.
pub(crate) fn samples(schema: &Schema, shape: &Record, forms: &BTreeMap<String, Form>) -> Vec<Sample> {
    let mut all: Vec<Sample> = Vec::new();
    let mut usual = None;
    for (index, Sample { name, mut json }) in edges(schema, shape).into_iter().enumerate() {
        usual.get_or_insert_with(|| json.clone());
        let mut walk = Walk {
            schema,
            nulls: name == Edge::Null.name(),
            at: &mut |form, json| {
                if let Some(sample) = forms.get(form).and_then(|form| form.samples.get(index % form.samples.len())) {
                    *json = sample.clone();
                }
            },
        };
        walk.record(shape, &mut json);
        all.push(Sample { name, json });
    }
    let used = forms_in(schema, shape);
    for (form, Form { spellings, samples, .. }) in forms.iter().filter(|(form, _)| used.contains(*form)) {
        for (index, sample) in samples.iter().enumerate() {
            let Some(mut json) = usual.clone() else { continue };
            let at = &mut |found: &str, json: &mut Json| {
                let first = forms.get(found).and_then(|form| form.samples.first());
                *json = if found == form { sample.clone() } else { first.cloned().unwrap_or(Json::Null) };
            };
            Walk { schema, nulls: false, at }.record(shape, &mut json);
            let spelling = spellings.first().map_or("", String::as_str);
            all.push(Sample { name: format!("`{spelling}` {}", index + 1), json });
        }
    }
    let mut met = BTreeSet::new();
    all.retain(|sample| met.insert(sample.json.to_string()));
    all
}

/// The forms that values of a shape have somewhere.
pub(super) fn forms_in(schema: &Schema, shape: &Record) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<(TypeId, u32)> = BTreeSet::new();
    let mut open: Vec<&Type> = shape.fields.iter().map(|field| &field.ty).collect();
    while let Some(ty) = open.pop() {
        match ty {
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) => open.push(inner),
            Type::Map(key, value) => open.extend([&**key, &**value]),
            Type::Opaque(form) => drop(found.insert(form.spelling.clone())),
            Type::Named(id, version) if seen.insert((*id, *version)) => match shape_of(schema, *id, *version) {
                Some(TypeShape::Struct(record)) => open.extend(record.fields.iter().map(|field| &field.ty)),
                Some(TypeShape::Newtype(inner)) => open.push(inner),
                Some(TypeShape::Union(kinds)) => {
                    open.extend(kinds.iter().flat_map(|kind| &kind.shape.fields).map(|field| &field.ty));
                }
                Some(TypeShape::Enum(_)) | None => {}
            },
            Type::Builtin(_) | Type::Named(..) => {}
        }
    }
    found
}

fn shape_of(schema: &Schema, id: TypeId, version: u32) -> Option<&TypeShape> {
    let versions = &schema.types.get(id.0 as usize)?.versions;
    versions.iter().find(|known| known.number == version).map(|known| &known.shape)
}

/// Goes through a payload to where it has values of which only Rust knows the type.
pub(super) struct Walk<'a> {
    pub(super) schema: &'a Schema,
    /// Whether null, where it may stand for an absent value, is one.
    pub(super) nulls: bool,
    /// Is shown each such value, and what stands for its form in the lock.
    pub(super) at: &'a mut dyn FnMut(&str, &mut Json),
}

impl Walk<'_> {
    pub(super) fn record(&mut self, shape: &Record, json: &mut Json) {
        let Json::Object(members) = json else { return };
        for (name, value) in members {
            if let Some(field) = shape.fields.iter().find(|field| field.name.value == *name) {
                self.value(&field.ty, value);
            }
        }
    }

    fn value(&mut self, ty: &Type, json: &mut Json) {
        match (ty, json) {
            (Type::Opaque(form), json) => (self.at)(&form.spelling, json),
            (Type::Optional(inner), json) if *json != Json::Null || (!self.nulls && is_opaque(self.schema, inner)) => {
                self.value(inner, json);
            }
            (Type::List(inner) | Type::Set(inner), Json::Array(values)) => {
                for value in values {
                    self.value(inner, value);
                }
            }
            (Type::Map(key, inner), Json::Object(members)) => {
                for (name, value) in members {
                    if is_opaque(self.schema, key) {
                        let mut text = Json::text(name.as_str());
                        self.value(key, &mut text);
                        *name = text.into_key();
                    }
                    self.value(inner, value);
                }
            }
            (Type::Named(id, version), json) => self.named(*id, *version, json),
            (Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..), _) => {}
        }
    }

    fn named(&mut self, id: TypeId, version: u32, json: &mut Json) {
        let schema = self.schema;
        match shape_of(schema, id, version) {
            Some(TypeShape::Struct(record)) => self.record(record, json),
            Some(TypeShape::Newtype(inner)) => self.value(inner, json),
            Some(TypeShape::Union(kinds)) => {
                let Json::Object(members) = &*json else { return };
                let tag = members.iter().find(|(name, _)| name == "kind").map(|(_, tag)| tag.clone());
                let kind = kinds.iter().find(|kind| tag == Some(Json::text(&kind.name.value)));
                if let Some(kind) = kind {
                    self.record(&kind.shape, json);
                }
            }
            Some(TypeShape::Enum(_)) | None => {}
        }
    }
}

/// Whether only Rust knows the type, a newtype of such a type included.
fn is_opaque(schema: &Schema, ty: &Type) -> bool {
    match ty {
        Type::Opaque(_) => true,
        Type::Named(id, version) => match shape_of(schema, *id, *version) {
            Some(TypeShape::Newtype(inner)) => is_opaque(schema, inner),
            Some(TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => false,
        },
        Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
    }
}
