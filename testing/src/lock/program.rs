//! The schema of a set's events as the program has it: what the derives read one by one, put together, with what their
//! types are in place of how they are spelled.

use std::collections::BTreeMap;

use factum::lock::LockedEvent;
use factum_model::ast::Document;
use factum_model::schema::{
    Child, EventDef, EventFate, EventId, Record, Schema, Type, TypeDef, TypeId, TypeShape, TypeSteps,
};
use factum_model::upcast::{Conversion, Function, Slot, Step};
use factum_model::{Diagnostics, Opaque, resolve_and_check};

use super::LockError;
use super::looks::{Form, Look, looks};

/// The events of one context.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) schema: Schema,
    /// Beside the events of the schema.
    pub(super) code: Vec<LockedEvent>,
    pub(super) forms: BTreeMap<String, Form>,
}

impl Program {
    /// Of a set's events, one for each context.
    pub(super) fn all(events: &[LockedEvent]) -> Result<Vec<Self>, LockError> {
        let mut contexts: BTreeMap<&str, Vec<LockedEvent>> = BTreeMap::new();
        for event in events {
            let context = event.event_type.split_once('.').map_or("", |(context, _)| context);
            contexts.entry(context).or_default().push(*event);
        }
        contexts.iter().map(|(context, events)| Self::of(context, events)).collect()
    }

    fn of(context: &str, events: &[LockedEvent]) -> Result<Self, LockError> {
        let looks = looks(events)?;
        let ids: BTreeMap<&str, TypeId> = looks.values.keys().map(String::as_str).zip((0..).map(TypeId)).collect();
        let mut schema = Schema::default();
        for item in looks.values.values() {
            let mut def = resolved(&item.document)?.types.remove(0);
            context.clone_into(&mut def.context);
            Substitution { looks: &item.looks, ids: &ids }.declared(&mut def);
            schema.types.push(def);
        }
        let mut code = Vec::new();
        for (event, item) in &looks.events {
            let mut def = resolved(&item.document)?.events.remove(0);
            Substitution { looks: &item.looks, ids: &ids }.event(&mut def);
            schema.events.push(def);
            code.push(*event);
        }
        let fates: Vec<EventFate> =
            code.iter().zip(&schema.events).map(|(event, def)| fate(event, def, &code)).collect::<Result<_, _>>()?;
        for (def, fate) in schema.events.iter_mut().zip(fates) {
            def.fate = fate;
        }
        Ok(Self { schema, code, forms: looks.forms })
    }
}

/// One item, as its derive saw it.
fn resolved(document: &Document) -> Result<Schema, LockError> {
    let outcome = resolve_and_check(std::slice::from_ref(document), None, Diagnostics::new());
    let checked = outcome.checked.ok_or_else(|| LockError::unexpected("a derived item", &outcome.diagnostics))?;
    Ok(checked.schema().clone())
}

/// A derive sees no other events, so to it an event that becomes others ends as nothing.
fn fate(event: &LockedEvent, def: &EventDef, all: &[LockedEvent]) -> Result<EventFate, LockError> {
    let (EventFate::Nothing(version), false) = (&def.fate, event.becomes.is_empty()) else {
        return Ok(def.fate.clone());
    };
    let child = |child: &factum::lock::Child| {
        let found = all.iter().position(|event| event.event_type == child.event_type);
        let id = found.and_then(|index| u32::try_from(index).ok());
        let id = id.ok_or_else(|| LockError::NotInSet {
            event: event.event_type.to_owned(),
            child: child.event_type.to_owned(),
        })?;
        Ok(Child { event: EventId(id), version: child.version, steps: None })
    };
    Ok(EventFate::Becomes(*version, event.becomes.iter().map(child).collect::<Result<_, _>>()?))
}

/// Puts what the types of an item look like in the place of how they are spelled.
struct Substitution<'a> {
    looks: &'a [Look],
    ids: &'a BTreeMap<&'a str, TypeId>,
}

impl Substitution<'_> {
    fn event(&self, def: &mut EventDef) {
        for version in &mut def.versions {
            self.record(&mut version.shape);
        }
        let shapes: Vec<Record> = def.versions.iter().map(|version| version.shape.clone()).collect();
        for (pair, version) in shapes.windows(2).zip(def.versions.iter_mut().skip(1)) {
            substitute(&mut version.steps, &pair[0], &pair[1]);
        }
    }

    fn declared(&self, def: &mut TypeDef) {
        for version in &mut def.versions {
            match &mut version.shape {
                TypeShape::Struct(record) => self.record(record),
                TypeShape::Newtype(inner) => *inner = self.ty(inner),
                TypeShape::Enum(_) => {}
                TypeShape::Union(kinds) => kinds.iter_mut().for_each(|kind| self.record(&mut kind.shape)),
            }
        }
        let shapes: Vec<TypeShape> = def.versions.iter().map(|version| version.shape.clone()).collect();
        for (pair, version) in shapes.windows(2).zip(def.versions.iter_mut().skip(1)) {
            match (&mut version.steps, &pair[0], &pair[1]) {
                (TypeSteps::Struct(steps), TypeShape::Struct(before), TypeShape::Struct(after)) => {
                    substitute(steps, before, after);
                }
                (TypeSteps::Newtype(how), TypeShape::Newtype(before), TypeShape::Newtype(after)) => {
                    *how = conversion(how, before, after);
                }
                (TypeSteps::Union(kinds), TypeShape::Union(before), TypeShape::Union(after)) => {
                    for (old, (index, steps)) in before.iter().zip(kinds) {
                        if let Some(new) = after.get(*index) {
                            substitute(steps, &old.shape, &new.shape);
                        }
                    }
                }
                // The values of an enum are of no type, and a type stays of one kind.
                (TypeSteps::Struct(_) | TypeSteps::Newtype(_) | TypeSteps::Enum(_) | TypeSteps::Union(_), ..) => {}
            }
        }
    }

    fn record(&self, record: &mut Record) {
        for field in &mut record.fields {
            field.ty = self.ty(&field.ty);
        }
    }

    fn ty(&self, ty: &Type) -> Type {
        let inner = |ty: &Type| Box::new(self.ty(ty));
        match ty {
            Type::Builtin(_) | Type::Named(..) => ty.clone(),
            Type::Optional(ty) => Type::Optional(inner(ty)),
            Type::List(ty) => Type::List(inner(ty)),
            Type::Set(ty) => Type::Set(inner(ty)),
            Type::Map(key, value) => Type::Map(inner(key), inner(value)),
            Type::Opaque(opaque) => match self.looks.get(opaque.id as usize) {
                Some(Look::Builtin(builtin)) => Type::Builtin(*builtin),
                Some(Look::Version(name, version)) => {
                    self.ids.get(name.as_str()).map_or_else(|| ty.clone(), |id| Type::Named(*id, *version))
                }
                Some(Look::Form(form)) => Type::Opaque(Opaque { id: opaque.id, spelling: form.clone() }),
                None => ty.clone(),
            },
        }
    }
}

/// Between versions of one value steps are the value's own, and its fields are known.
fn substitute(steps: &mut [Step], before: &Record, after: &Record) {
    let ty = |record: &Record, slot: Slot| record.fields.get(slot.0).map(|field| field.ty.clone());
    for step in steps {
        match step {
            Step::Convert { from, to, how } => {
                if let (Some(from), Some(to)) = (ty(before, *from), ty(after, *to)) {
                    *how = conversion(how, &from, &to);
                }
            }
            Step::Call { from, to, function } => {
                let struct_of = |record: &Record, slots: &[Slot]| match slots.first().and_then(|slot| ty(record, *slot))
                {
                    Some(Type::Named(id, version)) => Some((id, version)),
                    _ => None,
                };
                match function {
                    Function::NestOpaque(..) => {
                        if let Some((id, version)) = struct_of(after, to) {
                            *function = Function::Nest(id, version);
                        }
                    }
                    Function::FlattenOpaque(_) => {
                        if let Some((id, version)) = struct_of(before, from) {
                            *function = Function::Flatten(id, version);
                        }
                    }
                    Function::Join(_) | Function::Split(_) | Function::Nest(..) | Function::Flatten(..) => {}
                }
            }
            Step::Move { .. } | Step::Insert { .. } | Step::Drop { .. } => {}
        }
    }
}

/// Between versions of one value, its own steps; what else is in Rust stays so.
fn conversion(how: &Conversion, from: &Type, to: &Type) -> Conversion {
    let inner = |how: &Conversion, from: &Type, to: &Type| Box::new(conversion(how, from, to));
    match (how, from, to) {
        (Conversion::Foreign(_), Type::Named(old, from), Type::Named(new, to)) if old == new && from < to => {
            Conversion::Versions { ty: *new, from: *from, to: *to }
        }
        (Conversion::Foreign(_), _, to) => Conversion::Foreign(Box::new(to.clone())),
        (Conversion::Present(how), from, Type::Optional(to)) => Conversion::Present(inner(how, from, to)),
        (Conversion::Maybe(how), Type::Optional(from), Type::Optional(to)) => Conversion::Maybe(inner(how, from, to)),
        (Conversion::Single(how), from, Type::List(to)) => Conversion::Single(inner(how, from, to)),
        (Conversion::Each(how), Type::List(from), Type::List(to)) => Conversion::Each(inner(how, from, to)),
        (Conversion::EachOf(how), Type::Set(from), Type::Set(to)) => Conversion::EachOf(inner(how, from, to)),
        (Conversion::Entries(keys, values), Type::Map(old_key, old), Type::Map(new_key, new)) => {
            Conversion::Entries(inner(keys, old_key, new_key), inner(values, old, new))
        }
        (Conversion::Or(how, otherwise), Type::Optional(from), to) => {
            Conversion::Or(inner(how, from, to), otherwise.clone())
        }
        (how, ..) => how.clone(),
    }
}
