//! A reader that differs from the writer by one change alone, so that what it says is about that change and no other.

use super::side::{Side, Stored};
use super::{Outcome, judged};
use crate::diff::{Change, Subject};
use crate::schema::{Record, Schema, Type, TypeDef, TypeId, TypeShape};

pub(super) struct Alone<'s> {
    writer: &'s Side<'s>,
    reader: &'s Side<'s>,
    /// The writer's types, the changed one as the reader has it; behind them all of the reader's, for what it alone has.
    types: Schema,
    of_event: bool,
    /// The writer's type that one of the reader's is.
    same: &'s dyn Fn(TypeId) -> Option<TypeId>,
}

impl<'s> Alone<'s> {
    pub(super) fn new(
        (writer, reader): (&'s Side<'s>, &'s Side<'s>),
        same: &'s dyn Fn(TypeId) -> Option<TypeId>,
        change: &Change,
    ) -> Self {
        let types = Schema { types: writer.schema.types.clone(), ..Schema::default() };
        let of_event = matches!(change.subject, Subject::Event(_));
        let mut alone = Self { writer, reader, types, of_event, same };
        let own: Vec<TypeDef> = reader.schema.types.iter().map(|ty| alone.of_reader(ty)).collect();
        if let Subject::Type(name) = &change.subject {
            let names = [Some(name.as_str()), change.was.as_deref()];
            let id = names.into_iter().flatten().find_map(|name| reader.type_of(name));
            alone.put(id, change.version.unwrap_or(1), &own);
        }
        alone.types.types.extend(own);
        alone
    }

    /// What the reader says, had it nothing else that is new to it.
    pub(super) fn judge(&self, stored: &Stored<'_>, payload: &str) -> Option<Outcome> {
        if !self.of_event {
            return judged(self.writer, stored, (&self.types, &stored.version.shape), payload);
        }
        let (_, version) = self.reader.find(stored).ok()?;
        judged(self.writer, stored, (&self.types, &self.record(&version.shape)), payload)
    }

    fn put(&mut self, id: Option<TypeId>, number: u32, own: &[TypeDef]) {
        let changed = id.and_then(|id| version(own, id, number));
        let here = id.and_then(|id| (self.same)(id)).and_then(|id| self.types.types.get_mut(id.0 as usize));
        let here = here.and_then(|ty| ty.versions.iter_mut().find(|version| version.number == number));
        if let (Some(changed), Some(here)) = (changed, here) {
            here.shape.clone_from(changed);
        }
    }

    fn of_reader(&self, ty: &TypeDef) -> TypeDef {
        let mut ty = ty.clone();
        for version in &mut ty.versions {
            match &mut version.shape {
                TypeShape::Struct(record) => *record = self.record(record),
                TypeShape::Newtype(inner) => *inner = self.ty(inner),
                TypeShape::Enum(_) => {}
                TypeShape::Union(kinds) => kinds.iter_mut().for_each(|kind| kind.shape = self.record(&kind.shape)),
            }
        }
        ty
    }

    fn record(&self, record: &Record) -> Record {
        let mut record = record.clone();
        record.fields.iter_mut().for_each(|field| field.ty = self.ty(&field.ty));
        record
    }

    /// A type of the reader's, as the writer has it where it does.
    fn ty(&self, ty: &Type) -> Type {
        let inner = |ty: &Type| Box::new(self.ty(ty));
        match ty {
            Type::Builtin(_) | Type::Opaque(_) => ty.clone(),
            Type::Optional(ty) => Type::Optional(inner(ty)),
            Type::List(ty) => Type::List(inner(ty)),
            Type::Set(ty) => Type::Set(inner(ty)),
            Type::Map(key, ty) => Type::Map(inner(key), inner(ty)),
            Type::Named(id, number) => {
                let all = &self.writer.schema.types;
                let known = (self.same)(*id).filter(|id| version(all, *id, *number).is_some());
                Type::Named(known.unwrap_or_else(|| behind(all, *id)), *number)
            }
        }
    }
}

fn version(types: &[TypeDef], id: TypeId, number: u32) -> Option<&TypeShape> {
    let versions = &types.get(id.0 as usize)?.versions;
    versions.iter().find(|version| version.number == number).map(|version| &version.shape)
}

fn behind(types: &[TypeDef], id: TypeId) -> TypeId {
    TypeId(u32::try_from(types.len()).unwrap_or(u32::MAX).saturating_add(id.0))
}
