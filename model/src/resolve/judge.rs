//! What the shapes of declared types say of a type that is made of them.

use super::{Catalog, groups};
use crate::schema::{Literal, Type, TypeId, TypeShape};

impl Catalog<'_> {
    /// Every version of every type whose history is right.
    pub(super) fn versions(&self) -> Vec<(TypeId, u32)> {
        let numbered = self.type_ids().zip(&self.shapes);
        numbered.flat_map(|((id, _), shapes)| (1..).zip(shapes).map(move |(version, _)| (id, version))).collect()
    }

    /// The types of each group that has several.
    pub(crate) fn groups_of_several(&self) -> Vec<Vec<TypeId>> {
        groups::several(&self.groups)
    }

    /// Whether no value of an enum, or no kind of a union, is there in this version.
    pub(crate) fn is_empty_in(&self, id: TypeId, version: u32) -> bool {
        match self.shape_of(id, version) {
            Some(TypeShape::Enum(values)) => values.is_empty(),
            Some(TypeShape::Union(kinds)) => kinds.is_empty(),
            Some(TypeShape::Struct(_) | TypeShape::Newtype(_)) | None => false,
        }
    }

    /// Whether an enum of this version knows no value, but keeps what it does not know.
    pub(crate) fn has_only_a_fallback_in(&self, id: TypeId, version: u32) -> bool {
        match self.shape_of(id, version) {
            Some(TypeShape::Enum(values)) => !values.is_empty() && values.iter().all(|value| value.fallback),
            Some(TypeShape::Union(_) | TypeShape::Struct(_) | TypeShape::Newtype(_)) | None => false,
        }
    }

    /// Takes a shape away, so that nobody blames what is made of it.
    pub(super) fn forget(&mut self, id: TypeId, version: u32) {
        let index = (version as usize).wrapping_sub(1);
        if let Some(shape) = self.shapes.get_mut(id.0 as usize).and_then(|shapes| shapes.get_mut(index)) {
            *shape = None;
        }
    }

    /// Whether the shape of a declared type is known, so that it can be judged.
    pub(crate) fn is_known(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Named(id, version) => self.shape_of(*id, *version).is_some(),
            Type::Builtin(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => {
                true
            }
        }
    }

    /// What a newtype wraps, however often; any other type as it is.
    pub(crate) fn unwrapped<'t>(&'t self, mut ty: &'t Type) -> &'t Type {
        while let Type::Named(id, version) = ty
            && let Some(TypeShape::Newtype(inner)) = self.shape_of(*id, *version)
        {
            ty = inner;
        }
        ty
    }

    /// Whether null is one of the type's values, as far as is known: an opaque type is not blamed for what it may do.
    pub(crate) fn can_be_null(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().nullable,
            Type::Optional(_) => true,
            Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => false,
        }
    }

    /// Whether the type may be the key of a map or an element of a set. A broken type may be anything, and an opaque one too.
    pub(crate) fn can_be_key(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().key,
            Type::Named(id, version) => {
                !matches!(self.shape_of(*id, *version), Some(TypeShape::Struct(_) | TypeShape::Union(_)))
            }
            Type::Opaque(_) => true,
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether the type may be an aggregate's id.
    pub(crate) fn can_be_id(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().key,
            Type::Named(id, version) => self.shape_of(*id, *version).is_none(),
            Type::Opaque(_) => true,
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => false,
        }
    }

    /// Whether a message can show the type.
    pub(crate) fn is_printable(&self, ty: &Type) -> bool {
        match self.unwrapped(ty) {
            Type::Builtin(builtin) => builtin.row().printable,
            Type::Named(id, version) => {
                !matches!(self.shape_of(*id, *version), Some(TypeShape::Struct(_) | TypeShape::Union(_)))
            }
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Opaque(_) => false,
        }
    }

    /// The value of the type that says that there is nothing yet, if there is one.
    pub(crate) fn empty(&self, ty: &Type) -> Option<Literal> {
        match ty {
            Type::Builtin(builtin) => builtin.empty(),
            Type::Optional(_) => Some(Literal::Null),
            Type::List(_) => Some(Literal::List(Vec::new())),
            Type::Set(_) => Some(Literal::Set(Vec::new())),
            Type::Map(..) => Some(Literal::Map(Vec::new())),
            Type::Opaque(_) => None,
            Type::Named(id, version) => match self.shape_of(*id, *version)? {
                TypeShape::Newtype(inner) => {
                    self.empty(inner).map(|inner| Literal::Newtype(*id, *version, Box::new(inner)))
                }
                TypeShape::Struct(_) | TypeShape::Enum(_) | TypeShape::Union(_) => None,
            },
        }
    }
}
