//! A reader that differs from the writer by one change alone, so that what it says is about that change and no other.

use core::cell::RefCell;
use core::mem;
use std::collections::BTreeMap;

use super::side::{Side, Stored};
use super::{Outcome, judged};
use crate::diff::{Change, Subject};
use crate::schema::{Record, Schema, Type, TypeDef, TypeId, TypeShape};

/// The types of such readers. They are made once, since there may be thousands of changes and of types.
#[derive(Debug)]
pub(super) struct Alone {
    /// The writer's type that one of the reader's is.
    same: BTreeMap<TypeId, TypeId>,
    /// The writer's types; behind them all of the reader's, for what it alone has. While a change is looked at, the
    /// changed one is as the reader has it.
    types: RefCell<Schema>,
}

/// One of them, as long as its change is looked at.
pub(super) struct Reader<'a> {
    writer: &'a Side<'a>,
    new: &'a Side<'a>,
    same: &'a BTreeMap<TypeId, TypeId>,
    types: &'a Schema,
    of_event: bool,
}

impl Alone {
    pub(super) fn new(writer: &Side<'_>, reader: &Side<'_>, same: BTreeMap<TypeId, TypeId>) -> Self {
        let types = &writer.schema.types;
        let own = reader.schema.types.iter().map(|ty| of_reader(ty, types, &same));
        let types = types.iter().cloned().chain(own).collect();
        Self { same, types: RefCell::new(Schema { types, ..Schema::default() }) }
    }

    /// Lets somebody look at the reader of a change.
    pub(super) fn of<T>(
        &self,
        change: &Change,
        (writer, reader): (&Side<'_>, &Side<'_>),
        look: impl FnOnce(&Reader<'_>) -> T,
    ) -> T {
        let changed = self.changed(change, writer, reader);
        let of_event = matches!(change.subject, Subject::Event(_));
        let kept = changed.and_then(|(of_writer, of_reader, number)| {
            let mut types = self.types.borrow_mut();
            let new = version(&types.types, of_reader, number)?.clone();
            Some((of_writer, number, mem::replace(version_mut(&mut types.types, of_writer, number)?, new)))
        });
        let types = self.types.borrow();
        let found = look(&Reader { writer, new: reader, same: &self.same, types: &types, of_event });
        drop(types);
        if let Some((of_writer, number, shape)) = kept
            && let Some(place) = version_mut(&mut self.types.borrow_mut().types, of_writer, number)
        {
            *place = shape;
        }
        found
    }

    /// The changed type as the writer has it and as the reader has it, and its version.
    fn changed(&self, change: &Change, writer: &Side<'_>, reader: &Side<'_>) -> Option<(TypeId, TypeId, u32)> {
        let Subject::Type(name) = &change.subject else { return None };
        let names = [Some(name.as_str()), change.was.as_deref()];
        let id = names.into_iter().flatten().find_map(|name| reader.type_of(name))?;
        let of_writer = *self.same.get(&id)?;
        Some((of_writer, behind(&writer.schema.types, id), change.version.unwrap_or(1)))
    }
}

impl Reader<'_> {
    /// What the reader says, had it nothing else that is new to it.
    pub(super) fn judge(&self, stored: &Stored<'_>, payload: &str) -> Option<Outcome> {
        if !self.of_event {
            return judged(self.writer, stored, (self.types, &stored.version.shape), payload);
        }
        let (_, version) = self.new.find(stored).ok()?;
        let shape = record(&version.shape, &self.writer.schema.types, self.same);
        judged(self.writer, stored, (self.types, &shape), payload)
    }
}

/// A type of the reader's, which holds the writer's types where that has them.
fn of_reader(ty: &TypeDef, all: &[TypeDef], same: &BTreeMap<TypeId, TypeId>) -> TypeDef {
    let mut ty = ty.clone();
    for version in &mut ty.versions {
        match &mut version.shape {
            TypeShape::Struct(fields) => *fields = record(fields, all, same),
            TypeShape::Newtype(inner) => *inner = held(inner, all, same),
            TypeShape::Enum(_) => {}
            TypeShape::Union(kinds) => kinds.iter_mut().for_each(|kind| kind.shape = record(&kind.shape, all, same)),
        }
    }
    ty
}

fn record(record: &Record, all: &[TypeDef], same: &BTreeMap<TypeId, TypeId>) -> Record {
    let mut record = record.clone();
    record.fields.iter_mut().for_each(|field| field.ty = held(&field.ty, all, same));
    record
}

fn held(ty: &Type, all: &[TypeDef], same: &BTreeMap<TypeId, TypeId>) -> Type {
    let inner = |ty: &Type| Box::new(held(ty, all, same));
    match ty {
        Type::Builtin(_) | Type::Opaque(_) => ty.clone(),
        Type::Optional(ty) => Type::Optional(inner(ty)),
        Type::List(ty) => Type::List(inner(ty)),
        Type::Set(ty) => Type::Set(inner(ty)),
        Type::Map(key, ty) => Type::Map(inner(key), inner(ty)),
        Type::Named(id, number) => {
            let known = same.get(id).copied().filter(|id| version(all, *id, *number).is_some());
            Type::Named(known.unwrap_or_else(|| behind(all, *id)), *number)
        }
    }
}

fn version(types: &[TypeDef], id: TypeId, number: u32) -> Option<&TypeShape> {
    let versions = &types.get(id.0 as usize)?.versions;
    versions.iter().find(|version| version.number == number).map(|version| &version.shape)
}

fn version_mut(types: &mut [TypeDef], id: TypeId, number: u32) -> Option<&mut TypeShape> {
    let versions = &mut types.get_mut(id.0 as usize)?.versions;
    versions.iter_mut().find(|version| version.number == number).map(|version| &mut version.shape)
}

/// Where a type of the reader's is, behind all of the writer's.
fn behind(types: &[TypeDef], id: TypeId) -> TypeId {
    TypeId(u32::try_from(types.len()).unwrap_or(u32::MAX).saturating_add(id.0))
}
