//! From a lock to the schema of the versions in it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Child, End, Event, EventVersion, Fields, Lock, NamedType, Reading, Shape, Step, TypeUpcast, TypeVersion, Upcast,
    conversion, types, value::unquoted,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::literal::{self, Shapes};
use crate::opaque::Opaque;
use crate::schema::{
    self, AggregateDef, AggregateId, Context, EventDef, EventFate, EventId, FieldDef, Literal, Record, Schema, Type,
    TypeDef, TypeId, TypeShape, TypeSteps, UnionVariant, VariantDef, VersionDef,
};
use crate::source::{Origin, Spanned};
use crate::types::Builtin;
use crate::upcast::{self, Conversion, Function, Slot};

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
            events.extend(builder.event(name, event));
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
        types::print_with(ty, &|id| self.name_of(id).to_owned())
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

    /// A type of which each value would hold another one cannot have been locked.
    fn every_value_ends(&mut self) {
        let mut finite: BTreeSet<(TypeId, u32)> = BTreeSet::new();
        let all: Vec<(TypeId, u32)> = (0..)
            .map(TypeId)
            .zip(&self.shapes)
            .flat_map(|(id, shapes)| (1..).zip(shapes).map(move |(version, _)| (id, version)))
            .collect();
        loop {
            let found: Vec<(TypeId, u32)> = all
                .iter()
                .filter(|(id, version)| !finite.contains(&(*id, *version)))
                .filter(|(id, version)| self.shape_of(*id, *version).is_some_and(|shape| ends(shape, &finite)))
                .copied()
                .collect();
            if found.is_empty() {
                break;
            }
            finite.extend(found);
        }
        for (id, _) in all.iter().filter(|found| !finite.contains(found)) {
            let origin = self.lock.types.values().nth(id.0 as usize).map(|ty| ty.origin).unwrap_or_default();
            let message = format!("a value of `{}` would hold another one, without end", self.name_of(*id));
            self.broken(origin, message);
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

    fn shape(&mut self, version: &TypeVersion) -> TypeShape {
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

    fn record(&mut self, fields: &Fields) -> Record {
        let field = |(name, ty): (&String, &Spanned<String>)| FieldDef {
            name: Spanned::new(name.clone(), ty.origin),
            ty: self.ty(ty),
            doc: None,
        };
        Record { fields: fields.iter().map(field).collect() }
    }

    /// The type; something else in place of what is none, which a diagnostic says.
    fn ty(&mut self, text: &Spanned<String>) -> Type {
        let known = types::parse(&text.value, &mut |name, version| {
            self.lock.types.get(name)?.value.versions.get(&version)?;
            self.types.get(name).copied()
        });
        known.filter(|ty| self.spell(ty) == text.value).unwrap_or_else(|| {
            let shown = crate::names::shortened(&text.value);
            self.broken(text.origin, format!("`{shown}` is not a type of this lock"));
            Type::Builtin(Builtin::Json)
        })
    }

    fn types(&mut self) -> Vec<TypeDef> {
        let lock = self.lock;
        let mut types = Vec::new();
        for ((name, ty), id) in lock.types.iter().zip((0..).map(TypeId)) {
            let (context, short) = name.split_once('.').unwrap_or_default();
            types.push(TypeDef {
                name: Spanned::new(short.to_owned(), ty.origin),
                context: context.to_owned(),
                doc: None,
                versions: self.type_versions(id, &ty.value),
            });
        }
        types
    }

    fn type_versions(&mut self, id: TypeId, ty: &NamedType) -> Vec<schema::TypeVersion> {
        let mut versions = Vec::new();
        for (number, version) in &ty.versions {
            let before = number.checked_sub(1).and_then(|before| self.shape_of(id, before)).cloned();
            let Some(shape) = self.shape_of(id, *number).cloned() else { continue };
            let steps = self.type_steps(before.as_ref(), &shape, version);
            let steps = steps.unwrap_or_else(|| {
                self.broken(version.origin, "the steps to this version are not for its shape");
                TypeSteps::Struct(Vec::new())
            });
            versions.push(schema::TypeVersion { number: *number, shape, steps });
        }
        versions
    }

    fn type_steps(
        &mut self,
        before: Option<&TypeShape>,
        after: &TypeShape,
        version: &Spanned<TypeVersion>,
    ) -> Option<TypeSteps> {
        Some(match (&version.value.upcast, before, after) {
            (TypeUpcast::Struct(steps), Some(TypeShape::Struct(before)), TypeShape::Struct(after)) => {
                TypeSteps::Struct(self.steps(steps, before, after, version.origin))
            }
            (TypeUpcast::Newtype(by), Some(TypeShape::Newtype(before)), TypeShape::Newtype(after)) => {
                TypeSteps::Newtype(self.conversion(by, before, after))
            }
            (TypeUpcast::Enum(changed), Some(TypeShape::Enum(before)), TypeShape::Enum(after)) => {
                let index = |old: &VariantDef| {
                    if old.fallback {
                        // Where nothing is kept any more, a kept text is an upcast error, whatever stands here.
                        return after.iter().position(|value| value.fallback).or(Some(0));
                    }
                    let new = changed.get(&old.name.value).map_or(&old.name.value, |new| &new.value);
                    after.iter().position(|value| !value.fallback && value.name.value == *new)
                };
                TypeSteps::Enum(before.iter().map(index).collect::<Option<_>>()?)
            }
            (TypeUpcast::Union(changed), Some(TypeShape::Union(before)), TypeShape::Union(after)) => {
                let mut kinds = Vec::new();
                for old in before {
                    let changed = changed.get(&old.name.value);
                    let new = changed.map_or(&old.name.value, |new| &new.value.kind);
                    let index = after.iter().position(|kind| kind.name.value == *new)?;
                    let steps = changed.map_or(&[][..], |changed| &changed.value.steps);
                    kinds.push((index, self.steps(steps, &old.shape, &after[index].shape, version.origin)));
                }
                TypeSteps::Union(kinds)
            }
            (TypeUpcast::Struct(steps), None, TypeShape::Struct(_)) if steps.is_empty() => {
                TypeSteps::Struct(Vec::new())
            }
            (TypeUpcast::Newtype(by), None, TypeShape::Newtype(_)) if by.value == super::KEEP => {
                TypeSteps::Newtype(Conversion::Keep)
            }
            (TypeUpcast::Enum(changed), None, TypeShape::Enum(_)) if changed.is_empty() => TypeSteps::Enum(Vec::new()),
            (TypeUpcast::Union(changed), None, TypeShape::Union(_)) if changed.is_empty() => {
                TypeSteps::Union(Vec::new())
            }
            (TypeUpcast::Struct(_) | TypeUpcast::Newtype(_) | TypeUpcast::Enum(_) | TypeUpcast::Union(_), ..) => {
                return None;
            }
        })
    }

    fn event(&mut self, name: &str, event: &Spanned<Event>) -> Option<EventDef> {
        self.name(name, event.origin);
        self.numbers(&event.value.versions, event.origin);
        let (context, short) = name.split_once('.')?;
        let mut versions: Vec<VersionDef> = Vec::new();
        for (number, version) in &event.value.versions {
            let told = self.diagnostics.count();
            let shape = self.record(&version.value.fields);
            let (steps, by_hand) = self.upcast(versions.last(), &shape, version);
            let wire_type = version.value.wire_type.value.clone();
            let def = VersionDef { number: *number, wire_type, shape, steps, by_hand, readable_from: *number };
            let readable_from = upcast::readable_from(versions.last(), &def);
            if self.diagnostics.count() == told {
                self.agrees(version, readable_from);
            }
            versions.push(VersionDef { readable_from, ..def });
        }
        let personal: BTreeSet<&String> =
            event.value.versions.values().flat_map(|version| &version.value.personal).collect();
        Some(EventDef {
            name: Spanned::new(short.to_owned(), event.origin),
            context: context.to_owned(),
            aggregate: self.aggregate_of(event),
            doc: None,
            versions,
            personal: personal.into_iter().map(|name| unplaced(name)).collect(),
            deprecated: None,
            compensates: None,
            fate: EventFate::Current,
        })
    }

    /// What no fingerprint is of.
    fn agrees(&mut self, version: &Spanned<EventVersion>, readable_from: u32) {
        let EventVersion { readable_from: written, personal, fields, .. } = &version.value;
        if *written != readable_from {
            let message = format!("readers can read this version from version {readable_from} on, not {written}");
            self.broken(version.origin, message);
        }
        if let Some(name) = personal.iter().find(|name| !fields.contains_key(*name)) {
            self.broken(version.origin, format!("`personal` names `{name}`, which is no field of this version"));
        }
    }

    fn aggregate_of(&mut self, event: &Spanned<Event>) -> Option<AggregateId> {
        let name = event.value.aggregate.as_ref()?;
        let id = self.aggregates.get(name.as_str()).copied();
        if id.is_none() {
            self.broken(event.origin, format!("there is no aggregate `{name}` in this lock"));
        }
        id
    }

    fn upcast(
        &mut self,
        before: Option<&VersionDef>,
        shape: &Record,
        version: &Spanned<EventVersion>,
    ) -> (Vec<upcast::Step>, bool) {
        match (&version.value.upcast, before) {
            (Upcast::ByHand(_), Some(_)) => (Vec::new(), true),
            (Upcast::Steps(steps), Some(before)) => (self.steps(steps, &before.shape, shape, version.origin), false),
            (Upcast::Steps(steps), None) if steps.is_empty() => (Vec::new(), false),
            (Upcast::Steps(_) | Upcast::ByHand(_), None) => {
                self.broken(version.origin, "no step leads to the first version");
                (Vec::new(), false)
            }
        }
    }

    /// The steps with those that the lock leaves out.
    fn steps(&mut self, steps: &[Spanned<Step>], before: &Record, after: &Record, origin: Origin) -> Vec<upcast::Step> {
        let mut read = vec![false; before.fields.len()];
        let mut written = vec![false; after.fields.len()];
        let mut made = Vec::new();
        for step in steps {
            let slots =
                slots(&step.value.reads(), before, &mut read).zip(slots(&step.value.writes(), after, &mut written));
            let step_made = slots.and_then(|(from, to)| self.step(step, (&from, before), (&to, after)));
            match step_made {
                Some(step) => made.push(step),
                None => self.broken(step.origin, "this step does not fit the fields of the two versions"),
            }
        }
        for (to, field) in after.fields.iter().enumerate().filter(|(to, _)| !written[*to]) {
            let same = before.fields.iter().position(|old| old.name.value == field.name.value && old.ty == field.ty);
            match same.filter(|from| !read[*from]) {
                Some(from) => {
                    read[from] = true;
                    made.push(upcast::Step::Move { from: Slot(from), to: Slot(to) });
                }
                None => self.broken(origin, format!("no step writes `{}`", field.name.value)),
            }
        }
        for (_, field) in before.fields.iter().enumerate().filter(|(from, _)| !read[*from]) {
            self.broken(origin, format!("no step reads `{}` of the version before", field.name.value));
        }
        made
    }

    fn step(
        &mut self,
        step: &Spanned<Step>,
        (from, before): (&[Slot], &Record),
        (to, after): (&[Slot], &Record),
    ) -> Option<upcast::Step> {
        let old = |slot: Slot| before.fields.get(slot.0).map(|field| &field.ty);
        let new = |slot: Slot| after.fields.get(slot.0).map(|field| &field.ty);
        let text = |ty: Option<&Type>| matches!(ty, Some(Type::Builtin(Builtin::String)));
        let call = |function| Some(upcast::Step::Call { from: from.to_vec(), to: to.to_vec(), function });
        let (first_from, first_to) = (from.first().copied(), to.first().copied());
        match &step.value {
            Step::Drop { .. } => Some(upcast::Step::Drop { from: first_from? }),
            Step::Insert { value, .. } => {
                let value = self.value(value, new(first_to?)?, step.origin)?;
                Some(upcast::Step::Insert { to: first_to?, value })
            }
            Step::Rename { .. } if old(first_from?) == new(first_to?) => {
                Some(upcast::Step::Move { from: first_from?, to: first_to? })
            }
            Step::Rename { .. } => None,
            Step::Convert { by, .. } => {
                let by = Spanned::new(by.clone(), step.origin);
                let how = self.parsed(&by, old(first_from?)?, new(first_to?)?)?;
                Some(upcast::Step::Convert { from: first_from?, to: first_to?, how })
            }
            Step::Join { with, .. } => text(new(first_to?)).then(|| call(Function::Join(with.clone())))?,
            Step::Split { with, .. } => call(Function::Split(with.clone())),
            Step::Nest { from: names, .. } => match new(first_to?)? {
                Type::Opaque(ty) => call(Function::NestOpaque(ty.clone(), names.clone())),
                ty => self.structure(ty, from, before).and_then(|(id, version)| call(Function::Nest(id, version))),
            },
            Step::Flatten { to: names, .. } => match old(first_from?)? {
                Type::Opaque(_) => call(Function::FlattenOpaque(names.clone())),
                ty => self.structure(ty, to, after).and_then(|(id, version)| call(Function::Flatten(id, version))),
            },
        }
    }

    /// The struct that has just these fields, by name and type. Both are sorted by name.
    fn structure(&self, ty: &Type, slots: &[Slot], record: &Record) -> Option<(TypeId, u32)> {
        let Type::Named(id, version) = ty else { return None };
        let Some(TypeShape::Struct(inner)) = self.shape_of(*id, *version) else { return None };
        let fields = slots.iter().filter_map(|slot| record.fields.get(slot.0));
        fields.eq(&inner.fields).then_some((*id, *version))
    }

    fn conversion(&mut self, by: &Spanned<String>, from: &Type, to: &Type) -> Conversion {
        self.parsed(by, from, to).unwrap_or_else(|| {
            self.broken(by.origin, "this conversion does not lead from the one type to the other");
            Conversion::Keep
        })
    }

    fn parsed(&self, by: &Spanned<String>, from: &Type, to: &Type) -> Option<Conversion> {
        conversion::parse(&by.value, from, to, &mut |text, ty| self.value(text, ty, by.origin))
    }

    fn value(&self, text: &str, ty: &Type, origin: Origin) -> Option<Literal> {
        if let Some(expression) = text.strip_prefix("rust(") {
            let (spelling, rest) = unquoted(expression)?;
            return (rest == ")").then_some(Literal::Opaque(Opaque { id: 0, spelling }));
        }
        let value = crate::yaml::value(text, origin)?;
        let mut diagnostics = Diagnostics::new();
        literal::read(&value, ty, self, &mut diagnostics).filter(|_| diagnostics.count() == 0)
    }

    fn fate(&mut self, event: &Spanned<Event>, def: &EventDef, events: &[EventDef]) -> EventFate {
        let Some(End { version, reading }) = &event.value.end else { return EventFate::Current };
        if *version as usize != def.versions.len() + 1 {
            self.broken(event.origin, format!("an event ends with the version after its newest, not with {version}"));
        }
        match reading {
            Reading::Itself => EventFate::Retired(*version),
            Reading::Nothing => EventFate::Nothing(*version),
            Reading::Others(children) => {
                let children = children.iter().filter_map(|child| self.child(child, def, events)).collect();
                EventFate::Becomes(*version, children)
            }
        }
    }

    fn child(&mut self, child: &Child, parent: &EventDef, events: &[EventDef]) -> Option<schema::Child> {
        let id = self.events.get(child.event.value.as_str()).copied();
        let version =
            id.and_then(|id| events.get(id.0 as usize)?.versions.get((child.version as usize).checked_sub(1)?));
        let (Some(id), Some(version)) = (id, version) else {
            let message = format!("there is no `{}@{}` in this lock", child.event.value, child.version);
            self.broken(child.event.origin, message);
            return None;
        };
        let last = &parent.current().shape;
        let steps = child.steps.as_ref().map(|steps| self.steps(steps, last, &version.shape, child.event.origin));
        Some(schema::Child { event: id, version: child.version, steps })
    }

    fn aggregates(&mut self, events: &[EventDef]) -> Vec<AggregateDef> {
        let lock = self.lock;
        let mut aggregates = Vec::new();
        for ((name, aggregate), id) in lock.aggregates.iter().zip((0..).map(AggregateId)) {
            self.name(name, aggregate.origin);
            let (context, short) = name.split_once('.').unwrap_or_default();
            let own = (0..).map(EventId).zip(events).filter(|(_, event)| event.aggregate == Some(id));
            aggregates.push(AggregateDef {
                name: Spanned::new(short.to_owned(), aggregate.origin),
                context: context.to_owned(),
                doc: None,
                id: self.ty(&aggregate.value.id),
                state: None,
                snapshot: aggregate.value.snapshot,
                commands: Vec::new(),
                rejections: Vec::new(),
                events: own.map(|(event, _)| event).collect(),
            });
        }
        aggregates
    }

    fn contexts(&self) -> Vec<Context> {
        let context = |name: &str| name.split_once('.').map(|(context, _)| context.to_owned());
        let all = self.types.keys().chain(self.events.keys()).chain(self.aggregates.keys());
        let names: BTreeSet<String> = all.filter_map(|name| context(name)).collect();
        let within = |name: &&str, wanted: &str| name.split_once('.').is_some_and(|(context, _)| context == wanted);
        let contexts = names.into_iter().map(|name| Context {
            doc: None,
            types: self.types.iter().filter(|(full, _)| within(full, &name)).map(|(_, id)| *id).collect(),
            events: self.events.iter().filter(|(full, _)| within(full, &name)).map(|(_, id)| *id).collect(),
            aggregates: self.aggregates.iter().filter(|(full, _)| within(full, &name)).map(|(_, id)| *id).collect(),
            name: unplaced(&name),
        });
        contexts.collect()
    }
}

fn unplaced(name: &str) -> Spanned<String> {
    Spanned::new(name.to_owned(), Origin::default())
}

/// The slots of these fields; `None` if one is missing, or was taken by another step.
fn slots(names: &[&str], record: &Record, taken: &mut [bool]) -> Option<Vec<Slot>> {
    let slot = |name: &&str| {
        let index = record.fields.iter().position(|field| field.name.value == **name)?;
        (!core::mem::replace(&mut taken[index], true)).then_some(Slot(index))
    };
    names.iter().map(slot).collect()
}

/// Whether a value of this shape can end, given the types whose values do.
fn ends(shape: &TypeShape, finite: &BTreeSet<(TypeId, u32)>) -> bool {
    let record = |record: &Record| record.fields.iter().all(|field| type_ends(&field.ty, finite));
    match shape {
        TypeShape::Struct(fields) => record(fields),
        TypeShape::Newtype(inner) => type_ends(inner, finite),
        TypeShape::Enum(_) => true,
        TypeShape::Union(kinds) => kinds.iter().any(|kind| record(&kind.shape)),
    }
}

fn type_ends(ty: &Type, finite: &BTreeSet<(TypeId, u32)>) -> bool {
    match ty {
        Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => true,
        Type::Named(id, version) => finite.contains(&(*id, *version)),
    }
}
