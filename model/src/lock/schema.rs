//! From a lock to the schema of the versions in it.

mod events;
mod steps;
mod types;

use std::collections::BTreeMap;

use super::types::{parse, print_with};
use super::{Fields, Lock, Shape, TypeVersion};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::literal::Shapes;
use crate::schema::{
    AggregateId, EventDef, EventFate, EventId, FieldDef, Record, Schema, Type, TypeId, TypeShape, UnionVariant,
    VariantDef,
};
use crate::source::{Origin, Spanned};
use crate::types::Builtin;

/// What a fallback is called; its name is not on the wire, and so not in the lock.
const FALLBACK: &str = "other";

impl Lock {
    /// The schema of the locked versions: what is stored, and how it is read. Documentation, commands, rejections, state
    /// and deprecations are not in a lock. Fields are in the order of their names.
    ///
    /// # Errors
    /// What in it contradicts itself; of a lock that was read, or made of a schema, nothing does.
    pub fn schema(&self) -> Result<Schema, Vec<Diagnostic>> {
        let mut builder = Builder::new(self);
        builder.shapes();
        let types = builder.types();
        let mut events: Vec<EventDef> = Vec::new();
        for (name, event) in &self.events {
            events.extend(builder.event(name, event, &types));
        }
        if builder.diagnostics.count() > 0 {
            return Err(builder.diagnostics.into_vec());
        }
        let fates: Vec<EventFate> =
            self.events.values().zip(&events).map(|(event, def)| builder.fate(event, def, &events)).collect();
        for (def, fate) in events.iter_mut().zip(fates) {
            def.fate = fate;
        }
        let aggregates = builder.aggregates(&events);
        let contexts = builder.contexts();
        if builder.diagnostics.count() > 0 {
            return Err(builder.diagnostics.into_vec());
        }
        Ok(Schema { contexts, types, events, aggregates, policies: Vec::new() })
    }
}

struct Builder<'l> {
    lock: &'l Lock,
    types: BTreeMap<&'l str, TypeId>,
    /// Of the types, by id.
    names: Vec<&'l str>,
    events: BTreeMap<&'l str, EventId>,
    aggregates: BTreeMap<&'l str, AggregateId>,
    /// Beside the types of the lock, one for each version.
    shapes: Vec<Vec<TypeShape>>,
    /// What texts say that were met: there are few, many times.
    known: BTreeMap<&'l str, Type>,
    diagnostics: Diagnostics,
}

impl Shapes for Builder<'_> {
    fn shape_of(&self, id: TypeId, version: u32) -> Option<&TypeShape> {
        self.shapes.get(id.0 as usize)?.get((version as usize).checked_sub(1)?)
    }

    fn name_of(&self, id: TypeId) -> &str {
        self.names.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn spell(&self, ty: &Type) -> String {
        print_with(ty, &|id| self.name_of(id).to_owned())
    }
}

impl<'l> Builder<'l> {
    fn new(lock: &'l Lock) -> Self {
        Self {
            lock,
            types: (0..).map(TypeId).zip(lock.types.keys()).map(|(id, name)| (name.as_str(), id)).collect(),
            names: lock.types.keys().map(String::as_str).collect(),
            events: (0..).map(EventId).zip(lock.events.keys()).map(|(id, name)| (name.as_str(), id)).collect(),
            aggregates: (0..)
                .map(AggregateId)
                .zip(lock.aggregates.keys())
                .map(|(id, name)| (name.as_str(), id))
                .collect(),
            shapes: Vec::new(),
            known: BTreeMap::new(),
            diagnostics: Diagnostics::new(),
        }
    }

    fn broken(&mut self, origin: Origin, message: impl Into<String>) {
        self.diagnostics.push(crate::yaml::lock::broken(origin, message));
    }

    fn shapes(&mut self) {
        let lock = self.lock;
        for (name, ty) in &lock.types {
            self.name(name, ty.origin);
            self.numbers(&ty.value.versions, ty.origin);
            let shapes = ty.value.versions.values().map(|version| self.shape(&version.value)).collect();
            self.shapes.push(shapes);
        }
        if self.diagnostics.count() == 0 {
            self.every_value_ends();
        }
    }

    /// `<context>.<Name>`.
    fn name(&mut self, name: &str, origin: Origin) {
        if !name.split_once('.').is_some_and(|(context, name)| !context.is_empty() && !name.is_empty()) {
            self.broken(origin, format!("`{name}` is not `<context>.<Name>`"));
        }
    }

    fn numbers<T>(&mut self, versions: &BTreeMap<u32, Spanned<T>>, origin: Origin) {
        if versions.is_empty() {
            self.broken(origin, "there is no version of this");
        }
        let wrong = (1..).zip(versions).find(|(expected, (number, _))| expected != *number);
        if let Some((expected, (_, version))) = wrong {
            self.broken(version.origin, format!("version {expected} is missing before this one"));
        }
    }

    fn shape(&mut self, version: &'l TypeVersion) -> TypeShape {
        match &version.shape {
            Shape::Struct(fields) => TypeShape::Struct(self.record(fields)),
            Shape::Newtype(inner) => TypeShape::Newtype(self.ty(inner)),
            Shape::Enum { values, fallback } => {
                let variant = |name: &str, fallback| VariantDef { name: unplaced(name), fallback, doc: None };
                let kept = fallback.then(|| variant(FALLBACK, true));
                TypeShape::Enum(values.iter().map(|name| variant(name, false)).chain(kept).collect())
            }
            Shape::Union(kinds) => TypeShape::Union(
                kinds
                    .iter()
                    .map(|(name, fields)| UnionVariant { name: unplaced(name), doc: None, shape: self.record(fields) })
                    .collect(),
            ),
        }
    }

    fn record(&mut self, fields: &'l Fields) -> Record {
        let field = |(name, ty): (&'l String, &'l Spanned<String>)| FieldDef {
            name: Spanned::new(name.clone(), ty.origin),
            ty: self.ty(ty),
            doc: None,
        };
        Record { fields: fields.iter().map(field).collect() }
    }

    /// The type; something else in place of what is none, which a diagnostic says.
    fn ty(&mut self, text: &'l Spanned<String>) -> Type {
        if let Some(ty) = self.known.get(text.value.as_str()) {
            return ty.clone();
        }
        let known = parse(&text.value, &mut |name, version| {
            self.lock.types.get(name)?.value.versions.get(&version)?;
            self.types.get(name).copied()
        });
        if let Some(ty) = known.filter(|ty| self.spell(ty) == text.value) {
            self.known.insert(&text.value, ty.clone());
            return ty;
        }
        let shown = crate::names::shortened(&text.value);
        self.broken(text.origin, format!("`{shown}` is not a type of this lock"));
        Type::Builtin(Builtin::Json)
    }
}

fn unplaced(name: &str) -> Spanned<String> {
    Spanned::new(name.to_owned(), Origin::default())
}
